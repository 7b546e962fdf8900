import { isSame, scalarsOf } from '../same.sql.js';
import type { OperatorSql } from './operator.js';

export const oneOf: OperatorSql = {
  test: (constant) => {
    const constants = scalarsOf(constant);
    return constants && ((side) => isSame(side, constants));
  },
};
