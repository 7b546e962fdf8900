import type { Fact, Json, JsonObject } from '@wend/contract';
import type { InstructionOf, Op } from '../op.js';
import { reasoned } from '../reasoned.js';
import type { Stretch } from '../stretch.js';

type Act = InstructionOf<'act'>;
type Filled = { settings: JsonObject } | { problem: { path: string; message: string } };

/** Something that is done for the person when the step is committed: the run goes on at once. */
export const act: Op<'act'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { node, kind, target, failed = target, changes } = instruction;
    const filled = settingsOf(stretch, instruction);
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
  facts: ({ settings }, program) => {
    const fact = 'fact' in settings ? program.facts[settings.fact] : undefined;
    return fact ? [fact] : [];
  },
  passesTo: ({ target, failed }) => (failed ? [target, failed] : [target]),
};

function settingsOf(stretch: Stretch, { settings }: Act): Filled {
  if ('fixed' in settings) return { settings: settings.fixed };
  const answer = reasoned(stretch.state.facts?.[settings.fact]);
  const values = reasoned(answer?.['values']);
  if (answer?.['ok'] === true && values) return { settings: values };
  const { path, message } = answer ?? {};
  return {
    problem: {
      path: typeof path === 'string' ? path : '',
      message: typeof message === 'string' ? message : 'The settings of this step could not be filled in.',
    },
  };
}

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
