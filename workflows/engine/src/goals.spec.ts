import type { Goal, Rule } from '@wend/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goalHits } from './goals.js';
import type { GoalEvent, GoalRun } from './goals.js';

const entered = Date.UTC(2026, 2, 2, 9);
const sameOrder: Rule = {
  op: 'compare',
  left: { source: 'property', path: 'order' },
  is: 'equals',
  value: { entry: 'order' },
};
const bought: Goal = { id: 'g', name: 'Bought', event: 'Bought', withinSeconds: 3_600 };
const run: GoalRun = { from: entered, entryEventId: 'in', entry: { order: 'a' }, touches: [] };
const event = (over: Partial<GoalEvent> = {}): GoalEvent => ({
  id: 'e',
  name: 'Bought',
  time: entered + 1,
  properties: {},
  ...over,
});
const reached = (goal: Partial<Goal>, events: GoalEvent[], over: Partial<GoalRun> = {}) =>
  goalHits({ goals: [{ ...bought, ...goal }], run: { ...run, ...over }, events });

describe('a goal', () => {
  it('counts from the instant of coming in to that at which its time is over, and not by the event that let in', () => {
    const at = (id: string, time: number) => event({ id, time });
    const events = [
      at('before', entered - 1),
      at('in', entered),
      at('first', entered),
      at('last', entered + 3_600_000),
      at('late', entered + 3_600_001),
    ];
    expect(reached({}, events).map((hit) => hit.event.id)).toEqual(['first', 'last']);
  });

  it('asks its filter with what came with the person', () => {
    const events = [event({ id: 'x', properties: { order: 'b' } }), event({ id: 'y', properties: { order: 'a' } })];
    expect(reached({ where: sameOrder }, events).map((hit) => hit.event.id)).toEqual(['y']);
  });

  it.each([
    [{ revenue: 12.5, currency: 'usd' }, 12.5, 'USD'],
    [{ revenue: '12.50' }, 12.5, 'EUR'],
    [{ revenue: 0 }, 0, 'EUR'],
    [{ revenue: -3 }, -3, 'EUR'],
    [{ revenue: 1e13 }, null, ''],
    [{ revenue: 'viel', currency: 'EUR' }, null, ''],
    [{ revenue: 5, currency: '€' }, 5, 'EUR'],
    [{}, null, ''],
  ] as const)('takes what %j is worth', (properties, value, currency) => {
    expect(reached({ value: 'revenue', currency: 'EUR' }, [event({ properties })])).toMatchObject([
      { value, currency },
    ]);
  });

  it('has no currency where nobody names one', () => {
    expect(reached({ value: 'revenue' }, [event({ properties: { revenue: 2 } })])).toMatchObject([
      { value: 2, currency: '' },
    ]);
  });
});

/** The same, said as the sentences of the documentation say it, event by event. */
function modelOf({ goals, run: of, events }: Parameters<typeof goalHits>[0]) {
  const found: string[] = [];
  for (const goal of goals) {
    for (const id of new Set(events.map((each) => each.id))) {
      const each = events.find((one) => one.id === id)!;
      const sinceEntry = (each.time - of.from) / 1_000;
      const matches = each.name === goal.event && (!goal.where || each.properties['order'] === of.entry['order']);
      if (!matches || id === of.entryEventId || sinceEntry < 0 || sinceEntry > goal.withinSeconds) continue;
      let first: (typeof of.touches)[number] | undefined;
      let last: (typeof of.touches)[number] | undefined;
      for (const touch of of.touches) {
        if (touch.at > each.time) continue;
        const key = (one: typeof touch) => [one.at, one.messageId] as const;
        const isBefore = (a: typeof touch, b: typeof touch) =>
          key(a)[0] !== key(b)[0] ? key(a)[0] < key(b)[0] : key(a)[1] < key(b)[1];
        if (!first || isBefore(touch, first)) first = touch;
        if (!last || isBefore(last, touch)) last = touch;
      }
      found.push(`${goal.id} ${id} ${first?.messageId ?? '-'} ${last?.messageId ?? '-'}`);
    }
  }
  return found.sort();
}

const minute = fc.integer({ min: -2, max: 6 }).map((count) => entered + count * 60_000);
const goalArbitrary = fc.record({
  id: fc.constantFrom('g', 'h', 'i'),
  event: fc.constantFrom('Bought', 'Looked'),
  withinSeconds: fc.constantFrom(60, 180, 300),
  filtered: fc.boolean(),
});
const eventArbitrary = fc.record({
  id: fc.constantFrom('in', 'a', 'b', 'c', 'd', 'e', '한글'),
  name: fc.constantFrom('Bought', 'Looked', 'bought'),
  time: minute,
  properties: fc.record({ order: fc.constantFrom('a', 'b') }),
});
const touchArbitrary = fc.record({
  messageId: fc.constantFrom('m1', 'm2', 'm3', 'm4'),
  node: fc.constant('mail'),
  visit: fc.constant(1),
  at: minute,
});

it('finds what a look at each event finds, in whatever order they came and whoever’s they were before', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(goalArbitrary, { selector: ({ id }) => id, maxLength: 3 }),
      fc.uniqueArray(eventArbitrary, { selector: ({ id }) => id, maxLength: 7 }),
      fc.uniqueArray(touchArbitrary, { selector: ({ messageId }) => messageId, maxLength: 4 }),
      fc.integer({ min: 0, max: 7 }),
      (drawn, events, touches, cut) => {
        const goals = drawn.map(({ filtered, ...goal }): Goal => ({
          ...goal,
          name: goal.id,
          ...(filtered ? { where: sameOrder } : {}),
        }));
        const given = { goals, run: { ...run, touches }, events };
        const said = (all: readonly GoalEvent[]) =>
          goalHits({ ...given, events: all })
            .map((hit) => `${hit.goal} ${hit.event.id} ${hit.first?.messageId ?? '-'} ${hit.last?.messageId ?? '-'}`)
            .sort();
        expect(said(events)).toEqual(modelOf(given));
        // Late ones come last, or first of all; and in two parts, as when two people become one.
        expect(said([...events].reverse())).toEqual(said(events));
        const parts = new Set([...said(events.slice(0, cut)), ...said(events.slice(Math.max(0, cut - 1)))]);
        expect([...parts].sort()).toEqual(said(events));
      },
    ),
    { numRuns: 500 },
  );
});
