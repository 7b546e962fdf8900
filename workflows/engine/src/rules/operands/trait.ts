import type { OperandRule } from './operand.js';

export const trait: OperandRule<'trait'> = { fact: ({ path }) => ({ kind: 'trait', path }) };
