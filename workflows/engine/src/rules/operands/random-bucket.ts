import { asked } from './asked.js';
import type { OperandRule } from './operand.js';

export const randomBucket: OperandRule<'randomBucket'> = asked;
