import { holdsWithin } from '../same.js';
import type { Operator } from './operator.js';

export const contains: Operator = holdsWithin;
