import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { RouterRepository } from './router.repository.js';
import type { QueuedEvent } from './router.repository.js';

let database: Database;
let drop: () => Promise<void>;
let router: RouterRepository;
let seeded: Seeded;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  router = new RouterRepository(database);
  seeded = await seedJourney(database);
});
afterAll(() => drop?.());

/** What one turn takes, and how many rows of the queue it read for that. */
async function turn() {
  let taken: QueuedEvent[] = [];
  let read = { whole: -1, byIndex: -1 };
  const some = await router.withLanes({ lanes: 8, batch: 200 }, async ({ sql, events }) => {
    [read] = (await sql.query<typeof read>(`select seq_tup_read::int as whole, idx_tup_fetch::int as "byIndex" from pg_stat_xact_user_tables where relname = 'event_queue'`)) as [typeof read];
    taken = events;
    await router.remove(sql, events);
  });
  return { some, taken, read };
}

describe('the lanes of the queue', () => {
  it('cost the same however long the queue is, also with plans from when it was short', async () => {
    for (let round = 0; round < 12; round += 1) {
      await insertEvent(database, seeded, { name: 'Alone', queued: true });
      if (round === 2) await database.query('analyze event_queue');
      expect((await turn()).taken).toHaveLength(1);
    }
    await database.query(
      `with input as materialized (select nextval('event_position') as position, uuidv7() as id, n from generate_series(1, 8000) n),
            stored as (insert into events (workspace_id, id, position, profile_id, name, message_id, time, received_at) select $1, id, position, $2, 'Late', 'm' || n, now(), now() from input)
       insert into event_queue (lane, position, workspace_id, event_id, received_at) select n % 16, position, $1, id, now() from input`,
      [seeded.workspaceId, seeded.profileId],
    );
    const { taken, read } = await turn();
    expect(taken).toHaveLength(200);
    expect(read.whole).toBe(0);
    expect(read.byIndex).toBeLessThan(300);
  });

  it('give up their events in order, and one long lane fills the batch alone', async () => {
    const left = new Map<number, string[]>();
    for (const { lane, position } of await database.query<{ lane: number; position: string }>('select lane, position::text from event_queue order by event_queue.position')) left.set(lane, [...(left.get(lane) ?? []), position]);
    await database.query('delete from event_queue where lane > 1 or (lane = 1 and position > $1::bigint)', [left.get(1)![2]]);
    let last = 0n;
    for (let lanes = 2; lanes > 0; lanes -= 1) {
      const { taken } = await turn();
      expect(taken.filter(({ lane }) => lane === 1).map(({ position }) => position)).toEqual(lanes === 2 ? left.get(1)!.slice(0, 3) : []);
      const long = taken.filter(({ lane }) => lane === 0).map(({ position }) => BigInt(position));
      expect(long).toHaveLength(lanes === 2 ? 100 : 200);
      for (const position of long) {
        expect(position).toBeGreaterThan(last);
        last = position;
      }
    }
  });
});
