import type { Fact, JsonObject, Json, Rule, TraceClause } from '@wend/contract';
import { bindRule, comparesOf, evaluate, factKey, factOf } from '@wend/engine';
import type { RunIdentity } from '@wend/temporal';
import type { FactsService } from './facts.service.js';

type AskOptions = {
  facts: FactsService;
  audience: Rule;
  identity: RunIdentity;
  /** ms, of the run. */
  at: number;
  /** What comes with the person. */
  data: JsonObject;
};

/** Whether a person is of those whom an entry is for, as of this time, and what was seen. */
export async function askAudience({ facts, audience, identity, at, data }: AskOptions): Promise<TraceClause> {
  const rule = bindRule(audience, { entry: data, run: {} });
  const asked = new Map<string, Fact>();
  for (const { left } of comparesOf(rule)) {
    const fact = factOf(left);
    if (fact) asked.set(factKey(fact), fact);
  }
  const keys = [...asked.keys()];
  const answers: Record<number, Json> =
    keys.length === 0
      ? {}
      : await facts.answer({ identity, at, facts: [...asked.values()].map((fact, index) => ({ index, fact })) });
  const known = new Map(keys.map((key, index) => [key, answers[index] ?? null]));
  return evaluate(rule, { entry: data, fact: (fact) => known.get(factKey(fact)) });
}
