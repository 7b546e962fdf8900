import { asked } from './asked.js';
import type { OperandRule } from './operand.js';

export const eventCount: OperandRule<'eventCount'> = {
  // Windows of the calendar are newer than the kind of fact that runs ask for.
  fact: (operand) => {
    const { event, where, withinSeconds, withinDays, from, to } = operand;
    if (withinDays !== undefined || from !== undefined || to !== undefined) return asked.fact(operand);
    return {
      kind: 'eventCount',
      event,
      ...(where ? { where } : {}),
      ...(withinSeconds === undefined ? {} : { withinSeconds }),
    };
  },
};
