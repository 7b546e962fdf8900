import { applyTraitChanges, pathKeys, traitChangesOf } from '@wend/contract/values';
import type { Fact, Json, TraitChange } from '@wend/contract';
import type { Op } from '../op.js';
import { factsOfSettings, settingsOf } from '../settings.js';
import type { Stretch } from '../stretch.js';

export const change: Op<'change'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { node, settings, target, failed = target } = instruction;
    const filled = settingsOf(stretch, settings);
    if ('problem' in filled) {
      stretch.leave(failed, { kind: 'change', port: failed.port, problem: filled.problem });
      return true;
    }
    const changes = traitChangesOf(filled.settings['changes']);
    stretch.commands.push({ type: 'change', node, visit: stretch.visitOf(node), changes, at: stretch.state.now });
    look(stretch, changes);
    stretch.leave(target, { kind: 'change', port: target.port, changes });
    return true;
  },
  facts: ({ settings }, program) => factsOfSettings(settings, program),
  passesTo: ({ target, failed }) => (failed ? [target, failed] : [target]),
};

/** What the run changes it also sees; what else may depend on traits is asked anew. */
function look({ state, program }: Stretch, changes: readonly TraitChange[]): void {
  if (!state.facts) return;
  state.facts = Object.fromEntries(
    Object.entries(state.facts).flatMap(([index, value]): [string, Json][] => {
      const after = afterChange(program.facts[Number(index)], value, changes);
      return after === undefined ? [] : [[index, after]];
    }),
  );
}

/** The answer after the changes; undefined when it has to be asked again. */
function afterChange(fact: Fact | undefined, value: Json, changes: readonly TraitChange[]): Json | undefined {
  if (fact?.kind === 'eventCount') return value;
  if (fact?.kind !== 'trait') return undefined;
  const [name = '', ...inside] = pathKeys(fact.path);
  const own = changes.filter((each) => each.name === name);
  if (own.length === 0) return value;
  return inside.length === 0 ? (applyTraitChanges({ [name]: value }, own)[name] ?? null) : undefined;
}
