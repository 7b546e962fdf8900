import { asked } from './asked.js';
import type { OperandRule } from './operand.js';

export const consent: OperandRule<'consent'> = asked;
