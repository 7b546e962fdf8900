export { runFactsSql } from './facts.sql.js';
export * from './parameters.js';
export { PeopleRules } from './people-rules.js';
export type { PersonAnswer } from './people-rules.js';
export { PeopleRulesRepository } from './people-rules.repository.js';
export { peopleSql, personValueSql } from './people-rule.sql.js';
export { clockTolerance } from './person.js';
export * from './rule.sql.js';
export { RulesModule } from './rules.module.js';
