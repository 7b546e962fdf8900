import type { OperandRule } from './operand.js';

export const localTime: OperandRule<'localTime'> = { fact: ({ part }) => ({ kind: 'localTime', part }) };
