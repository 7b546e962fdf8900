import type { OperandRule } from './operand.js';

export const eventCount: OperandRule<'eventCount'> = {
  fact: ({ event, where, withinSeconds }) => ({
    kind: 'eventCount',
    event,
    ...(where ? { where } : {}),
    ...(withinSeconds === undefined ? {} : { withinSeconds }),
  }),
};
