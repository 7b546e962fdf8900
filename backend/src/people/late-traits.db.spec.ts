import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';

let database: Database;
let drop: () => Promise<void>;
let events: EventsService;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
});
afterAll(() => drop?.());

type Fact = { at: number; traits: Record<string, number | null> };

async function workspace() {
  const scope = { workspaceId: randomUUID() };
  await database.query(`insert into workspaces (id, name) values ($1, 'Test')`, [scope.workspaceId]);
  return scope;
}

it('come to the same end in any order and any batches, and are late exactly when something newer was known', async () => {
  const start = Date.now() - 1e9;
  const fact: fc.Arbitrary<Omit<Fact, 'at'>> = fc.record({
    traits: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.nat(9)), { minKeys: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc
        .array(fact, { minLength: 1, maxLength: 8 })
        .map((facts) => facts.map((each, index): Fact => ({ ...each, at: start + index * 1_000 })))
        .chain((facts) =>
          fc.record({
            facts: fc.constant(facts),
            order: fc.shuffledSubarray(facts, { minLength: facts.length }),
            cuts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 }),
          }),
        ),
      async ({ facts, order, cuts }) => {
        const scope = await workspace();
        const known = new Map<string, number>();
        const expected: Record<string, number>[] = [];
        const told: Record<string, number>[] = [];
        for (let at = 0, cut = 0; at < order.length; cut += 1) {
          const batch = order.slice(at, at + cuts[cut % cuts.length]!);
          at += batch.length;
          const { late } = await events.ingest({
            scope,
            events: batch.map(({ at: time, traits }) => ({ kind: 'identify' as const, userId: 'ann', traits, time })),
          });
          for (const [index, each] of batch.entries()) {
            const model: Record<string, number> = {};
            for (const name of Object.keys(each.traits)) {
              const before = known.get(name);
              if (before !== undefined && before > each.at) model[name] = before;
              else known.set(name, each.at);
            }
            expected.push(model);
            told.push(late.find((one) => one.index === index)?.traits ?? {});
          }
        }
        expect(told).toEqual(expected);
        const [row] = await database.query<{ traits: object }>('select traits from profiles where workspace_id = $1', [
          scope.workspaceId,
        ]);
        const end: Record<string, number | null> = {};
        for (const { traits } of facts) Object.assign(end, traits);
        expect(row!.traits).toEqual(Object.fromEntries(Object.entries(end).filter(([, value]) => value !== null)));
        const kept = await database.query<{ traits: Record<string, number> }>(
          'select traits from late_traits where workspace_id = $1',
          [scope.workspaceId],
        );
        const sorted = (all: Record<string, number>[]) =>
          all
            .filter((each) => Object.keys(each).length > 0)
            .map((each) => JSON.stringify(Object.entries(each).sort()))
            .sort();
        expect(sorted(kept.map(({ traits }) => traits))).toEqual(sorted(expected));
      },
    ),
    { numRuns: 60, seed: 11 },
  );
});

it('cost those who are in time no row, and test runs none either', async () => {
  const scope = await workspace();
  await events.ingest({
    scope,
    events: [
      { kind: 'identify', userId: 'ann', traits: { plan: 'pro' } },
      { name: 'Viewed', userId: 'ann', time: Date.now() - 1e6 },
    ],
  });
  await events.ingest({
    scope,
    origin: 'test',
    events: [{ kind: 'identify', userId: 'ann', traits: { plan: 'free' }, time: Date.now() - 1e6 }],
  });
  expect(await database.query('select 1 from late_traits where workspace_id = $1', [scope.workspaceId])).toEqual([]);
});
