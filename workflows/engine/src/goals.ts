import { asNumber } from '@wend/contract/values';
import type { Goal, JsonObject } from '@wend/contract';
import { typed } from './compile.js';
import { bindRule, evaluate } from './evaluate.js';
import { valueAt } from './value.js';

/** A message of the run that was handed over to its provider. `at`: when, ms since 1970, by the run's clock. */
export type Touch = { messageId: string; node: string; visit: number; at: number };

/** An event of the run's person. `time`: when it happened, ms since 1970, however late it came. */
export type GoalEvent = { id: string; name: string; time: number; properties: JsonObject };

export type GoalRun = {
  /** When the person came in, ms since 1970: windows count from there. */
  from: number;
  /** The event that the run began by: it is no goal of its own run. */
  entryEventId: string | null;
  /** What came with the person: filters may compare with it. */
  entry: JsonObject;
  touches: readonly Touch[];
};

export type GoalHit = {
  goal: string;
  event: GoalEvent;
  /** What the event was worth; null where it doesn’t say, or the goal has no value. */
  value: number | null;
  /** ISO 4217, such as EUR; '' where neither the event nor the goal names one, and where there is no value. */
  currency: string;
  /** The first and the last message before the event, or in its instant; null where nothing was sent before it. */
  first: Touch | null;
  last: Touch | null;
};

/** Above this a value is a mistake, and none. */
const greatestValue = 1e12;

/**
 * Which of these events reach which goals of a run, in the order in which they happened: those of the goal’s name and
 * filter from the moment the person came in until its window is over, both included, whether or not the run goes on.
 * Each event counts once for each goal.
 */
export function goalHits({
  goals,
  run,
  events,
}: {
  goals: readonly Goal[];
  run: GoalRun;
  events: readonly GoalEvent[];
}): GoalHit[] {
  const touches = [...run.touches].sort((a, b) => a.at - b.at || (a.messageId < b.messageId ? -1 : 1));
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  return once
    .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))
    .flatMap((event) =>
      goals
        .filter((goal) => isReached({ goal, run, event }))
        .map((goal): GoalHit => {
          const before = touches.filter(({ at }) => at <= event.time);
          return {
            goal: goal.id,
            event,
            ...worthOf(goal, event),
            first: before[0] ?? null,
            last: before.at(-1) ?? null,
          };
        }),
    );
}

function isReached({ goal, run, event }: { goal: Goal; run: GoalRun; event: GoalEvent }): boolean {
  const { event: name, where, withinSeconds } = goal;
  if (event.name !== name || event.id === run.entryEventId) return false;
  if (event.time < run.from || event.time > run.from + withinSeconds * 1_000) return false;
  if (!where) return true;
  const filter = bindRule(typed(where), { entry: run.entry, run: {} });
  return evaluate(filter, { property: event.properties }).result;
}

function worthOf({ value: path, currency }: Goal, { properties }: GoalEvent): Pick<GoalHit, 'value' | 'currency'> {
  const found = path === undefined || path === '' ? null : asNumber(valueAt(properties, path));
  if (found === null || !Number.isFinite(found) || Math.abs(found) > greatestValue)
    return { value: null, currency: '' };
  const own = properties['currency'];
  const named = typeof own === 'string' && /^[A-Za-z]{3}$/.test(own) ? own.toUpperCase() : undefined;
  return { value: found, currency: named ?? currency ?? '' };
}
