import { dated } from '../order.js';
import type { Operator } from './operator.js';

export const after: Operator = dated((order) => order > 0);
