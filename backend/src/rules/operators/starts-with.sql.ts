import { ofType, textOf } from '../json-value.sql.js';
import type { OperatorSql } from './operator.js';

export const startsWith: OperatorSql = {
  test: (constant) =>
    typeof constant === 'string'
      ? ({ value, parameters }) =>
          ofType(value, { string: `starts_with(${textOf(value)}, ${parameters.add(constant, 'text')})` })
      : null,
};
