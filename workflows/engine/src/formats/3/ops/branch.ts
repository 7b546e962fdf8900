import type { Trace } from '@wend/contract';
import { evaluate } from '../../../evaluate.js';
import { leavesOf } from '../../../fact.js';
import type { Op } from '../op.js';

export const branch: Op<'branch'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const seen: Extract<Trace, { kind: 'branch' }>['arms'] = [];
    let target = instruction.otherwise;
    for (const arm of instruction.arms) {
      const trace = evaluate(arm.rule, stretch.scene());
      seen.push({ port: arm.target.port, trace });
      if (!trace.result) continue;
      target = arm.target;
      break;
    }
    stretch.leave(target, { kind: 'branch', arms: seen, port: target.port });
    return true;
  },
  facts: ({ arms }) => arms.flatMap(({ rule }) => leavesOf(rule)),
  passesTo: ({ arms, otherwise }) => [...arms.map(({ target }) => target), otherwise],
};
