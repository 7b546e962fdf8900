import { exists } from './exists.js';
import type { Operator } from './operator.js';

export const notExists: Operator = (sides) => !exists(sides);
