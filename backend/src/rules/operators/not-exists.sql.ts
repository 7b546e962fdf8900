import { isMissing } from '../json-value.sql.js';
import type { OperatorSql } from './operator.js';

export const notExists: OperatorSql = { test: () => (side) => isMissing(side.value) };
