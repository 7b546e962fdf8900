import { isAny, scalarsOf } from '../same.sql.js';
import type { OperatorSql } from './operator.js';

export const anyOf: OperatorSql = {
  test: (constant) => {
    const constants = scalarsOf(constant);
    return constants && ((side) => isAny(side, constants));
  },
};
