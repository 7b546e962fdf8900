import { ordered } from '../order.sql.js';
import type { OperatorSql } from './operator.js';

export const atLeast: OperatorSql = ordered('>=');
