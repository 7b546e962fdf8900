import type { JsonObject } from '@wend/contract';
import type { InstructionOf, Op } from '../op.js';
import { reasoned } from '../reasoned.js';
import type { Stretch } from '../stretch.js';

export const wait: Op<'wait'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { state } = stretch;
    const { node, until: rule } = instruction;
    const answer = 'fact' in rule ? state.facts?.[rule.fact] : stretch.waitsSince() + rule.seconds * 1_000;
    const because = reasoned(answer);
    const port = because?.['port'];
    if (because && typeof port === 'string') return passAtOnce(stretch, instruction, { port, because });
    const until = because ? because['at'] : answer;
    if (typeof until !== 'number') {
      stretch.finish('failed', 'The time to wait for could not be worked out.');
      return false;
    }
    const id = stretch.waitId(node, state.followed);
    state.wait = { kind: 'time', id, until, ...(because ? { because } : {}) };
    stretch.commands.push({ type: 'openWait', wait: id, node, until, arms: [] });
    return false;
  },
  wake: (stretch, { target }) => {
    const { wait: ended } = stretch.state;
    stretch.endWait();
    stretch.standHere();
    const because = ended?.kind === 'time' && ended.because ? { because: ended.because } : {};
    stretch.leave(target, { kind: 'timer', ...stretch.dueOf(ended), port: target.port, ...because });
    stretch.advance();
  },
  facts: ({ until }, program) => {
    const fact = 'fact' in until ? program.facts[until.fact] : undefined;
    return fact ? [fact] : [];
  },
  passesTo: ({ until, target, otherwise = [] }, program) => {
    const fact = 'fact' in until ? program.facts[until.fact] : undefined;
    // A window may be open already.
    const mayBeOver = fact?.kind === 'when' && fact.time.kind === 'window';
    return mayBeOver ? [target, ...otherwise] : otherwise;
  },
};

/** There is nothing to wait for. */
function passAtOnce(
  stretch: Stretch,
  { target, otherwise = [] }: InstructionOf<'wait'>,
  { port, because }: { port: string; because: JsonObject },
): boolean {
  const way = [target, ...otherwise].find((each) => each.port === port);
  if (way) stretch.leave(way, { kind: 'atOnce', port, because });
  else stretch.finish('failed', `This wait has no path “${port}”.`);
  return way !== undefined;
}
