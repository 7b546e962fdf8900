import { notExists } from './not-exists.sql.js';
import type { OperatorSql } from './operator.js';

export const exists: OperatorSql = { ...notExists, negated: true };
