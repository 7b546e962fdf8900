import type { Compare, Fact, Trace } from '@wend/contract';
import type { InstructionOf, Op } from '../op.js';

type Way = InstructionOf<'reach'>['ways'][number];

export const reach: Op<'reach'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const seen: Extract<Trace, { kind: 'branch' }>['arms'] = [];
    let target = instruction.otherwise;
    for (const way of instruction.ways) {
      const result = stretch.scene().fact?.(reachableFact(way)) === true;
      seen.push({ port: way.target.port, trace: { rule: ruleOf(way), result, seen: result } });
      if (!result) continue;
      target = way.target;
      break;
    }
    stretch.leave(target, { kind: 'branch', arms: seen, port: target.port });
    return true;
  },
  facts: ({ ways }) => ways.map(reachableFact),
  passesTo: ({ ways, otherwise }) => [...ways.map(({ target }) => target), otherwise],
};

function reachableFact({ channel, about }: Way): Fact {
  return { kind: 'reachable', channel, ...about };
}

/** As a branch would ask it, so that whoever reads the trace need not know of this instruction. */
function ruleOf({ channel }: Way): Compare {
  return { op: 'compare', left: { source: 'reachable', channel }, is: 'equals', value: true };
}
