import { valueSql } from '../json-path.sql.js';
import type { OperandSql } from './operand.js';

export const property: OperandSql<'property'> = {
  ofEvent: ({ path }, { properties, parameters }) => valueSql({ json: properties, path, parameters }),
};
