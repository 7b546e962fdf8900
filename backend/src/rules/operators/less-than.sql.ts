import { ordered } from '../order.sql.js';
import type { OperatorSql } from './operator.js';

export const lessThan: OperatorSql = ordered('<');
