import { contains } from './contains.sql.js';
import type { OperatorSql } from './operator.js';

export const notContains: OperatorSql = { ...contains, negated: true };
