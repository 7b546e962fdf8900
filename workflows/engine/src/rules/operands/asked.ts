import type { Fact, Operand } from '@wend/contract';

/** Of all that only the backend can answer: the operand is the question. */
export const asked = { fact: (operand: Operand): Fact => ({ kind: 'operand', operand }) };
