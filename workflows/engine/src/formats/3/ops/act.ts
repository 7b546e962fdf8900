import type { Fact, Json } from '@wend/contract';
import type { Op } from '../op.js';
import { factsOfSettings, settingsOf } from '../settings.js';
import type { Stretch } from '../stretch.js';

/** Something that is done for the person when the step is committed: the run goes on at once. */
export const act: Op<'act'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { node, kind, target, failed = target, changes } = instruction;
    const filled = settingsOf(stretch, instruction.settings);
    if ('problem' in filled) {
      stretch.leave(failed, { kind: 'act', act: kind, port: failed.port, problem: filled.problem });
      return true;
    }
    const { settings } = filled;
    stretch.commands.push({ type: 'act', node, visit: stretch.visitOf(node), kind, settings, at: stretch.state.now });
    if (changes) forget(stretch);
    stretch.leave(target, { kind: 'act', act: kind, port: target.port, settings });
    return true;
  },
  facts: ({ settings }, program) => factsOfSettings(settings, program),
  passesTo: ({ target, failed }) => (failed ? [target, failed] : [target]),
};

/** What is kept of what is known: an action leaves traits and what the person did as they are. */
function forget({ state, program }: Stretch): void {
  const isKept = (fact: Fact | undefined): boolean => fact?.kind === 'trait' || fact?.kind === 'eventCount';
  state.facts =
    state.facts &&
    Object.fromEntries(
      Object.entries(state.facts).filter(([index]): boolean => isKept(program.facts[Number(index)])) as [
        string,
        Json,
      ][],
    );
}
