import { pathKeys } from '@wend/contract/values';
import type { Fact, Json, JsonObject } from '@wend/contract';
import { valueAt } from '../../../value.js';
import type { Op } from '../op.js';

export const set: Op<'set'> = {
  /** What the run sets it also sees: traits as it set them; what else may depend on traits is asked anew. */
  run: (stretch, { node, traits, target }) => {
    const { state, program } = stretch;
    stretch.commands.push({ type: 'set', node, visit: stretch.visitOf(node), traits, at: state.now });
    if (state.facts)
      state.facts = Object.fromEntries(
        Object.entries(state.facts).flatMap(([index, value]): [string, Json][] => {
          const after = afterSet(program.facts[Number(index)], value, traits);
          return after === undefined ? [] : [[index, after]];
        }),
      );
    stretch.leave(target);
    return true;
  },
  passesTo: ({ target }) => [target],
};

/** The answer after traits were set; undefined when it has to be asked again. */
function afterSet(fact: Fact | undefined, value: Json, traits: JsonObject): Json | undefined {
  if (fact?.kind === 'eventCount') return value;
  if (fact?.kind !== 'trait') return undefined;
  return Object.hasOwn(traits, pathKeys(fact.path)[0] ?? '') ? (valueAt(traits, fact.path) ?? null) : value;
}
