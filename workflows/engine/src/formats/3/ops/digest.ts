import type { Json } from '@wend/contract';
import { digestFull } from '@wend/contract/values';
import { notBefore } from '../../../receipt.js';
import type { InstructionOf, Op } from '../op.js';
import { reasoned } from '../reasoned.js';
import type { Stretch } from '../stretch.js';

type Digest = InstructionOf<'digest'>;

/** Runs that come together: one opens, waits and goes on with what all of them brought; the others end. */
export const digest: Op<'digest'> = {
  run: (stretch, instruction) => {
    // Whoever waited here is asked for the list, whoever only came is not.
    if (stretch.state.waited) return goOn(stretch, instruction);
    if (stretch.asks(instruction)) return false;
    const seen = stretch.claimed(instruction.join);
    if (!seen) return false;
    if (seen['port'] === 'opened') {
      open(stretch, instruction);
      return false;
    }
    stretch.leave({ port: 'joined', pc: -1 }, { kind: 'claim', port: 'joined', seen });
    stretch.finish('completed', 'Joined a digest');
    return false;
  },
  wake: (stretch, _, input) => {
    if (input.type !== 'timer' && input.type !== 'event') return;
    stretch.endWait();
    if (input.type === 'event') stretch.standAt(input.event, false);
    else stretch.standHere();
    stretch.state.waited = true;
    stretch.advance();
  },
  takesEvent: ({ full }) => full === true,
  facts: ({ until }, program) => {
    const fact = 'fact' in until ? program.facts[until.fact] : undefined;
    return fact ? [fact] : [];
  },
  passesTo: () => [],
};

function open(stretch: Stretch, { node, until, full }: Digest): void {
  const { state } = stretch;
  const id = stretch.waitId(node);
  const end = 'seconds' in until ? state.now + until.seconds * 1_000 : instantOf(state.facts?.[until.fact], state.now);
  state.wait = { kind: full ? 'events' : 'time', id, until: end };
  stretch.commands.push({
    type: 'openWait',
    wait: id,
    node,
    until: end,
    arms: full
      ? [
          {
            event: digestFull,
            notBefore: notBefore(stretch.opensAt()),
            messageOf: node,
            messageVisit: stretch.visitOf(node),
          },
        ]
      : [],
  });
}

/** Never before now. Without an answer there is nothing to wait for. */
function instantOf(answer: Json | undefined, now: number): number {
  const at = reasoned(answer)?.['at'];
  return typeof at === 'number' ? Math.max(at, now) : now;
}

function goOn(stretch: Stretch, { node, list, target }: Digest): boolean {
  const answer = stretch.claimed(list);
  if (!answer) return false;
  stretch.state.waited = false;
  const { events = [], count = 0 } = answer;
  stretch.keepOutput(node, { events, count });
  stretch.leave(target, { kind: 'claim', port: target.port, seen: { count } });
  return true;
}
