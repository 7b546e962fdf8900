import { isMissing, isScalar } from '../json-value.sql.js';
import { isSame, isSameNumber } from '../same.sql.js';
import type { OperatorSql } from './operator.js';

export const equals: OperatorSql = {
  test: (constant) => {
    if (constant === null) return ({ value }) => isMissing(value);
    return isScalar(constant) ? (side) => isSame(side, [constant]) : null;
  },
  ofNumber: (constant) => isSameNumber(isScalar(constant) ? [constant] : []),
};
