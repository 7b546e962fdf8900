import { valueSql } from '../json-path.sql.js';
import type { OperandSql } from './operand.js';

export const trait: OperandSql<'trait'> = {
  ofPerson: { value: ({ path }, { traits, parameters }) => valueSql({ json: traits, path, parameters }) },
};
