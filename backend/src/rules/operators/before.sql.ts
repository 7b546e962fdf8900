import { dated } from '../order.sql.js';
import type { OperatorSql } from './operator.js';

export const before: OperatorSql = dated('<');
