import { asked } from './asked.js';
import type { OperandRule } from './operand.js';

export const bestChannel: OperandRule<'bestChannel'> = asked;
