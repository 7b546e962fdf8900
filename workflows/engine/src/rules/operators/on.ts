import { dated } from '../order.js';
import type { Operator } from './operator.js';

export const on: Operator = dated((order) => order === 0);
