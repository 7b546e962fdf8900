import { Module } from '@nestjs/common';
import { PeopleRules } from './people-rules.js';
import { PeopleRulesRepository } from './people-rules.repository.js';
import { RuleNames } from './rule-names.js';
import { RuleNamesRepository } from './rule-names.repository.js';

/** Rules asked of people. Needs `Database` (global module). */
@Module({
  providers: [PeopleRules, PeopleRulesRepository, RuleNames, RuleNamesRepository],
  exports: [PeopleRules, RuleNames],
})
export class RulesModule {}
