import type { OperandRule } from './operand.js';

export const reachable: OperandRule<'reachable'> = { fact: ({ channel }) => ({ kind: 'reachable', channel }) };
