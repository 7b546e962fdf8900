import { dated } from '../order.js';
import type { Operator } from './operator.js';

export const onOrBefore: Operator = dated((order) => order <= 0);
