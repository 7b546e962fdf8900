import { equals } from './equals.js';
import type { Operator } from './operator.js';

export const notEquals: Operator = (sides) => !equals(sides);
