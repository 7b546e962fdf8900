import type { Fact } from '@wend/contract';
import type { InstructionOf, Op } from '../op.js';

export const send: Op<'send'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { node, channel, notReachable, capped, queued, stay, messageClass } = instruction;
    const answer = (fact: Fact): boolean => stretch.scene().fact?.(fact) === true;
    const reachable = !notReachable || answer(reachableFact(instruction));
    if (reachable && capped && answer(cappedFact(instruction))) {
      stretch.leave(capped, { kind: 'capped', channel, port: capped.port });
      return true;
    }
    if (reachable)
      stretch.commands.push({
        type: 'send',
        node,
        visit: stretch.visitOf(node),
        channel,
        at: stretch.state.now,
        ...(messageClass && { messageClass }),
      });
    const target = reachable || !notReachable ? queued : notReachable;
    if (target === queued && stay) {
      stretch.state.pc = target.pc;
      return true;
    }
    stretch.leave(target, { kind: 'reachable', channel, reachable, port: target.port });
    return true;
  },
  facts: (instruction) => [
    ...(instruction.notReachable ? [reachableFact(instruction)] : []),
    ...(instruction.capped ? [cappedFact(instruction)] : []),
  ],
  passesTo: ({ queued, notReachable, capped }) =>
    [queued, notReachable, capped].filter((target) => target !== undefined),
};

function reachableFact({ channel, about }: InstructionOf<'send'>): Fact {
  return { kind: 'reachable', channel, ...about };
}

function cappedFact({ channel, topic }: InstructionOf<'send'>): Fact {
  return { kind: 'capped', channel, topic: topic ?? null };
}
