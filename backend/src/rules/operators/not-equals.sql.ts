import { equals } from './equals.sql.js';
import type { OperatorSql } from './operator.js';

export const notEquals: OperatorSql = { ...equals, negated: true };
