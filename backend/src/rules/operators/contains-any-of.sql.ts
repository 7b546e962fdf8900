import { ofType, textOf } from '../json-value.sql.js';
import { isSame, scalarsOf } from '../same.sql.js';
import type { OperatorSql } from './operator.js';

export const containsAnyOf: OperatorSql = {
  test: (constant) => {
    const constants = scalarsOf(constant);
    if (!constants) return null;
    return ({ value, parameters }) => {
      const parts = parameters.add(constants.map(String), 'text[]');
      const item = isSame({ value: 'item.value', parameters }, constants);
      return ofType(value, {
        string: `exists (select from unnest(${parts}) part where strpos(${textOf(value)}, part) > 0)`,
        array: `exists (select from jsonb_array_elements(${value}) item where ${item})`,
      });
    };
  },
};
