import type { Entry } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { routerOf } from '../../test/router.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';

const left = { node: 'left', kind: 'event', event: 'A', where: vip(), maxAgeSeconds: 3_600 } as const;
const entries: Entry[] = [
  left,
  { node: 'middle', kind: 'event', event: 'A' },
  { node: 'right', kind: 'event', event: 'B' },
];

function vip(): NonNullable<Entry['where']> {
  return { op: 'compare', left: { source: 'property', path: 'vip' }, is: 'equals', value: true };
}

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(async () => {
  await reset();
});

/** A journey with these entries: each leads into a wait of its own. */
async function reset(rule = 'always'): Promise<void> {
  await database.query('delete from event_queue');
  const nodes = entries.map(({ node }) => node);
  seeded = await seedJourney(database, {
    instructions: nodes.flatMap((node, index) => [
      { node, enter: true as const, op: 'goto' as const, target: { port: 'next', pc: index * 2 + 1 } },
      {
        node: `wait-${node}`,
        enter: true as const,
        op: 'wait' as const,
        until: { seconds: 600 },
        target: { port: 'next', pc: -1 },
      },
    ]),
    entries: nodes.map((node, index) => ({ node, pc: index * 2, reads: [] })),
  });
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(entries),
    JSON.stringify({ rule }),
  ]);
  await database.query(
    `insert into journey_entries (workspace_id, event_name, journey_id, version_id)
      select $1, name, $2, $3 from unnest('{A,B}'::text[]) as name`,
    [seeded.workspaceId, seeded.journeyId, seeded.versionId],
  );
}

const entered = () =>
  database.query<{ by: string; at: string | null; event: string }>(
    `select e.entry_node as by, e.node as at, e.entry_event_id as event
      from enrollments e
      join events v on v.workspace_id = e.workspace_id and v.id = e.entry_event_id
      where e.journey_id = $1
      order by v.position`,
    [seeded.journeyId],
  );

it('an event lets a person in by the first entry that it fits, and the run begins there', async () => {
  const events = [
    await insertEvent(database, seeded, { name: 'A', properties: { vip: true }, queued: true }),
    await insertEvent(database, seeded, { name: 'A', queued: true }),
    await insertEvent(database, seeded, { name: 'B', queued: true }),
  ];
  await routerOf(database).routeOnce();
  expect(await entered()).toEqual(
    ['left', 'middle', 'right'].map((by, index) => ({ by, at: `wait-${by}`, event: events[index]!.id })),
  );
});

it('an event that is routed again lets nobody in once more, nor by another entry', async () => {
  const { id } = await insertEvent(database, seeded, { name: 'A', properties: { vip: true }, queued: true });
  const again = async () =>
    database.query(
      `insert into event_queue (lane, position, workspace_id, event_id, received_at)
        select 0, position, workspace_id, id, received_at from events where id = $1`,
      [id],
    );
  await routerOf(database).routeOnce();
  await again();
  await database.query('update journey_versions set entries = $2 where id = $1', [
    seeded.versionId,
    JSON.stringify(entries.slice(1)),
  ]);
  await routerOf(database).routeOnce();
  expect((await entered()).map(({ by }) => by)).toEqual(['left']);
});

it('a pause holds people whichever entry they come in by', async () => {
  await database.query(`update journey_control set state = 'paused' where journey_id = $1`, [seeded.journeyId]);
  await insertEvent(database, seeded, { name: 'A', queued: true });
  await insertEvent(database, seeded, { name: 'B', queued: true });
  await routerOf(database).routeOnce();
  expect(await database.query('select held from enrollments where journey_id = $1', [seeded.journeyId])).toEqual([
    { held: true },
    { held: true },
  ]);
  expect((await entered()).map(({ at }) => at)).toEqual([null, null]);
});

it(
  'any batches of events received in one millisecond let in those whom a plain reading of the entries lets in',
  { timeout: 120_000 },
  async () => {
    const happening = fc.record({ name: fc.constantFrom('A', 'B', 'C'), vip: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(happening, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('always', 'never', 'whenLeft'),
        async (batches, rule) => {
          await reset(rule);
          const receivedAt = new Date();
          for (const batch of batches) {
            for (const { name, vip: isVip } of batch)
              await insertEvent(database, seeded, { name, properties: { vip: isVip }, receivedAt, queued: true });
            await Promise.all([routerOf(database).routeOnce(), routerOf(database).routeOnce()]);
          }
          const fitting = batches
            .flat()
            .flatMap(({ name, vip: isVip }) =>
              name === 'A' ? [isVip ? 'left' : 'middle'] : name === 'B' ? ['right'] : [],
            );
          expect((await entered()).map(({ by }) => by)).toEqual(rule === 'always' ? fitting : fitting.slice(0, 1));
          expect((await entered()).every(({ by, at }) => at === `wait-${by}`)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  },
);
