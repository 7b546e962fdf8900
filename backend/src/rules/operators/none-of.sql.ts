import { anyOf } from './any-of.sql.js';
import type { OperatorSql } from './operator.js';

export const noneOf: OperatorSql = { ...anyOf, negated: true };
