import { valueSql } from '../json-path.sql.js';
import type { EventOperandSql } from './operand.js';

export const property: EventOperandSql<'property'> = ({ path }, { properties, parameters }) =>
  valueSql({ json: properties, path, parameters });
