import { sameAsAny } from '../same.js';
import type { Operator } from './operator.js';

export const noneOf: Operator = (sides) => !sameAsAny(sides);
