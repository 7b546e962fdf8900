import { ordered } from '../order.js';
import type { Operator } from './operator.js';

export const atMost: Operator = ordered((order) => order <= 0);
