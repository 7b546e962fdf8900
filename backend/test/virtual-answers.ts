import type { Fact, Json, JsonObject, Program } from '@wend/contract';
import { applyTraitChanges, entryAt, hasLiquid, mapLeaves, nextOnClock, typedValues, waitTimeOf } from '@wend/contract';
import type { FixtureCase } from '@wend/contract/fixtures';
import { simulate, valueAt } from '@wend/engine';
import type { Simulation, SimulationResult } from '@wend/engine';
import { Context, Liquid } from 'liquidjs';

type Values = Extract<Fact, { kind: 'values' }>;
/** Of a person on the virtual clock, what the backend would be asked. */
type Person = Pick<FixtureCase, 'traits' | 'reachable' | 'consents' | 'collected' | 'entry'>;

const liquid = new Liquid();

/** As the worker fills settings in: a text that is one `{{ … }}` keeps the type of its value. */
function filled({ node, template, types, run = {} }: Values, { profile, entry }: Record<string, JsonObject>): Json {
  const seen = entryAt(node, { entry: entry ?? {}, run });
  const found = new Map<string, Json>();
  mapLeaves(template, (value, path) => {
    if (typeof value !== 'string' || !hasLiquid(value)) return value;
    const variables = { profile, entry: seen, event: seen, run };
    const one = /^\{\{([^{}]*)\}\}$/.exec(value);
    const came: unknown = one
      ? liquid.evalValueSync(one[1]!, new Context(variables))
      : liquid.parseAndRenderSync(value, variables);
    found.set(path, (came ?? null) as Json);
    return value;
  });
  return typedValues(template, types ?? {}, found) as Json;
}

/** What the backend would say of a person on the virtual clock. */
export function answersOf({ traits, reachable, consents = {}, collected = 1, entry }: Person) {
  const answer: NonNullable<Simulation['answer']> = (fact, at, set, _, changes) => {
    const known = applyTraitChanges({ ...traits, ...set }, changes ?? []);
    switch (fact.kind) {
      case 'trait':
        return valueAt(known, fact.path);
      case 'reachable':
        return reachable[fact.channel] ?? false;
      case 'nextLocalTime':
        return nextOnClock({ at, zone: 'UTC', time: fact.time, weekdays: fact.weekdays });
      case 'when': {
        const of = fact.time.kind === 'date' ? fact.time.of : null;
        const value = of?.source === 'trait' ? valueAt(known, of.path) : of?.source === 'value' ? of.value : undefined;
        return waitTimeOf({ time: fact.time, value, now: at, zone: 'UTC' });
      }
      case 'values':
        return filled(fact, { profile: known, entry: entry.properties });
      case 'claim': {
        const ports = { pass: 'next', join: 'opened' };
        const { kind } = fact.claim;
        if (kind === 'list') return { events: Array.from({ length: collected }, () => entry), count: collected };
        return { port: ports[kind], count: 0 };
      }
      case 'operand':
        return fact.operand.source === 'consent' ? (consents[fact.operand.channel] ?? null) : null;
      default:
        return null;
    }
  };
  return answer;
}

type Played = Omit<Partial<Simulation>, 'program'> & { properties?: JsonObject; traits?: JsonObject };

/** A run of somebody who can be reached by email, and came in by the event “Came” with these properties. */
export function play(
  program: Program,
  { properties = {}, traits = {}, at = Date.UTC(2026, 2, 2, 9), ...more }: Played = {},
): SimulationResult {
  const entry = { name: 'Came', properties };
  return simulate({
    program,
    at,
    seed: 's',
    entry,
    answer: answersOf({ traits, reachable: { email: true }, entry }),
    ...more,
  });
}
