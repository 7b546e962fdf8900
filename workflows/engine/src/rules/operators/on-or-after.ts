import { dated } from '../order.js';
import type { Operator } from './operator.js';

export const onOrAfter: Operator = dated((order) => order >= 0);
