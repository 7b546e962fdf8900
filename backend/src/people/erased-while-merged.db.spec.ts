import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { DeviceRepository, DevicesService, mergeProfiles } from '../profiles/index.js';
import { ErasureRepository, ErasureService } from '../upkeep/index.js';
import { ErasureReceiptRepository } from './erasure-receipt.repository.js';

let database: Database;
let drop: () => Promise<void>;
let scope: Scope;
let events: EventsService;
let receipts: ErasureReceiptRepository;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
  receipts = new ErasureReceiptRepository(database);
  const [row] = await database.query<{ id: string }>(`insert into workspaces (name) values ('Test') returning id`);
  scope = { workspaceId: row!.id };
});
afterAll(() => drop());

const ask = (profileId: string) =>
  database.transaction((sql) => receipts.ask(scope, { sql, profileId, by: 'olivia@example.com' }));
/** As `ErasePeopleService` works it off. */
async function finish(id: string): Promise<void> {
  const profileId = await receipts.take(scope, id);
  const runs = { erase: () => Promise.resolve() };
  await new ErasureService(new ErasureRepository(database, false), runs).person(scope, profileId!, {
    done: (erased, sql) => receipts.finish(scope, { id, erased, sql }),
  });
  expect((await receipts.find(scope, id))!.state).toBe('done');
}
const idOf = async (kind: 'user' | 'anonymous', value: string) =>
  (
    await database.query<{ id: string }>(
      'select profile_id as id from identities where workspace_id = $1 and kind = $2 and value = $3',
      [scope.workspaceId, kind, value],
    )
  )[0]?.id;
const left = async (name: string) =>
  (await database.query('select 1 from events where workspace_id = $1 and name = $2', [scope.workspaceId, name]))
    .length;

/** Two people, each with an event of their own. */
async function two(): Promise<{ gone: string; stays: string; id: string; other: string }> {
  const gone = `gone-${randomUUID()}`;
  const stays = `stays-${randomUUID()}`;
  await events.ingest({
    scope,
    events: [
      { name: gone, userId: gone },
      { name: stays, userId: stays },
    ],
  });
  return { gone, stays, id: (await idOf('user', gone))!, other: (await idOf('user', stays))! };
}

it.each(['into', 'from'] as const)(
  'an alias that would merge %s somebody who is being deleted leaves them two, and what was theirs goes',
  async (side) => {
    const { gone, stays, id, other } = await two();
    const { row } = (await ask(id))!;
    const [userId, previousId] = side === 'into' ? [gone, stays] : [stays, gone];
    await events.ingest({ scope, events: [{ kind: 'alias', userId, previousId }] });
    await finish(row.id);
    expect(await left(gone)).toBe(0);
    expect(await left(stays)).toBe(1);
    expect(await idOf('user', gone)).toBeUndefined();
    expect(await idOf('user', stays)).toBe(other);
    const [kept] = await database.query('select 1 from profiles where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
    expect(kept).toBeUndefined();
  },
);

it('a visitor who signs in as somebody else while being deleted goes, and a device that says so changes nothing', async () => {
  const visitor = `visitor-${randomUUID()}`;
  const { stays, other } = await two();
  await events.ingest({ scope, events: [{ name: visitor, anonymousId: visitor }] });
  const { row } = (await ask((await idOf('anonymous', visitor))!))!;
  const devices = new DevicesService(new DeviceRepository(database));
  await devices.register(scope, {
    person: { userId: stays, anonymousId: visitor },
    device: { kind: 'fcm', token: visitor, platform: 'android', seenAt: Date.now() },
  });
  await events.ingest({ scope, events: [{ name: 'Signed In', userId: stays, anonymousId: visitor }] });
  await finish(row.id);
  expect(await left(visitor)).toBe(0);
  expect(await idOf('user', stays)).toBe(other);
  const owners = await database.query('select profile_id as id from devices where token = $1', [visitor]);
  expect(owners).toEqual([{ id: other }]);
  // Nobody’s any more: the next event says whose it is.
  await events.ingest({ scope, events: [{ name: 'Again', userId: stays, anonymousId: visitor }] });
  expect(await idOf('anonymous', visitor)).toBe(other);
});

it('whoever comes first, the merge or the deletion, nothing of who is deleted is left', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { gone, stays, id } = await two();
    const [asked] = await Promise.all([
      ask(id),
      events.ingest({ scope, events: [{ kind: 'alias', userId: stays, previousId: gone }] }),
    ]);
    await finish(asked!.row.id);
    expect(await left(gone)).toBe(0);
  }
});

it('an id that was merged away means who has them by then, also when that one is merged away meanwhile', async () => {
  const { gone, stays, id } = await two();
  const last = `last-${randomUUID()}`;
  await events.ingest({ scope, events: [{ kind: 'alias', userId: stays, previousId: gone }] });
  await events.ingest({ scope, events: [{ name: last, userId: last }] });
  const survivor = (await idOf('user', stays))!;
  const into = (await idOf('user', last))!;
  let asking: ReturnType<typeof ask>;
  await database.transaction(async (sql) => {
    const both = [survivor, into];
    await sql.query('select 1 from profiles where workspace_id = $1 and id = any($2) order by id for update', [
      scope.workspaceId,
      both,
    ]);
    asking = ask(id);
    await expect
      .poll(
        async () =>
          (
            await database.query(
              `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            )
          ).length,
      )
      .toBe(1);
    await mergeProfiles(scope, { sql, merges: [{ from: survivor, into }] });
  });
  await finish((await asking!)!.row.id);
  for (const name of [gone, stays, last]) expect([name, await left(name)]).toEqual([name, 0]);
});

it('whoever is kept apart from one who is being deleted is not joined with another who is', async () => {
  const { gone, stays, id, other } = await two();
  const visitor = `visitor-${randomUUID()}`;
  await events.ingest({ scope, events: [{ name: visitor, anonymousId: visitor }] });
  const asked = [(await ask(id))!, (await ask(other))!];
  // Kept apart from the first, the visitor would be the second.
  await events.ingest({
    scope,
    events: [
      { kind: 'alias', userId: gone, previousId: visitor },
      { name: 'Signed In', userId: stays, anonymousId: visitor },
    ],
  });
  for (const { row } of asked) await finish(row.id);
  expect(await left(visitor)).toBe(1);
  expect([await left(gone), await left(stays)]).toEqual([0, 0]);
});
