import { Module } from '@nestjs/common';
import { PeopleRules } from './people-rules.js';
import { PeopleRulesRepository } from './people-rules.repository.js';

/** Rules asked of people. Needs `Database` (global module). */
@Module({
  providers: [PeopleRules, PeopleRulesRepository],
  exports: [PeopleRules],
})
export class RulesModule {}
