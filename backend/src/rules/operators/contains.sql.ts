import { isScalar } from '../json-value.sql.js';
import { holdsWithin } from '../same.sql.js';
import type { OperatorSql } from './operator.js';

export const contains: OperatorSql = {
  test: (constant) => (isScalar(constant) ? (side) => holdsWithin(side, constant) : null),
};
