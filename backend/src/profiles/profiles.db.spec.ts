import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { DeviceRepository, holdProfile, ProfileRepository, ProfilesService } from './index.js';

let database: Database;
let drop: () => Promise<void>;
let events: EventsService;
let profiles: ProfilesService;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
  const repository = new ProfileRepository(database);
  profiles = new ProfilesService(repository);
});
afterAll(() => drop?.());

async function workspace() {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  return { workspaceId: row!.id };
}
async function named(scope: { workspaceId: string }, kind: 'user' | 'anonymous', value: string) {
  const [row] = await database.query<{ profile_id: string }>(
    'select profile_id from identities where workspace_id = $1 and kind = $2 and value = $3',
    [scope.workspaceId, kind, value],
  );
  return row!.profile_id;
}

describe('identities', () => {
  it('turns a visitor into the user that signs up, and keeps what the visitor did', async () => {
    const scope = await workspace();
    await events.ingest({ scope, events: [{ name: 'Page', anonymousId: 'a' }] });
    const visitor = await named(scope, 'anonymous', 'a');
    await events.ingest({
      scope,
      events: [
        { kind: 'identify', userId: 'u', anonymousId: 'a', traits: { email: 'u@example.com' } },
        { name: 'Then', anonymousId: 'a' },
      ],
    });
    expect(await named(scope, 'user', 'u')).toBe(visitor);
    expect((await profiles.findByExternalId(scope, 'u'))?.id).toBe(visitor);
    const seen = await database.query('select profile_id from events where workspace_id = $1', [scope.workspaceId]);
    expect(seen.map((row) => row['profile_id'])).toEqual([visitor, visitor, visitor]);
  });

  it('merges a visitor into the user it turns out to be: events, runs, messages, waits, devices, consent, traits', async () => {
    const scope = await workspace();
    const { workspaceId } = scope;
    await events.ingest({
      scope,
      events: [{ kind: 'identify', userId: 'u', traits: { plan: 'free', city: 'Riga' }, time: 1_000 }],
    });
    await events.ingest({
      scope,
      events: [
        {
          kind: 'identify',
          anonymousId: 'a',
          traits: { plan: 'pro', city: 'Oslo' },
          time: 500,
          context: { device: { token: 'tok' } },
        },
        { kind: 'identify', anonymousId: 'a', traits: { plan: 'pro', theme: 'dark' }, time: 2_000 },
      ],
    });
    const [user, visitor] = [await named(scope, 'user', 'u'), await named(scope, 'anonymous', 'a')];
    expect(user).not.toBe(visitor);
    const run = randomUUID();
    const version = randomUUID();
    const [journey] = await database.query<{ id: string }>(
      "insert into journeys (workspace_id, name, draft) values ($1, 'j', '{}') returning id",
      [workspaceId],
    );
    await database.query(
      `insert into enrollments (
          workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id,
            entered_at
        )
        values ($1, $2, $3, $4, $5, $2, now(), 'w', now())`,
      [workspaceId, run, journey!.id, version, visitor],
    );
    await database.query(
      `insert into messages (
          workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at
        )
        values ($1, $2, $3, $4, $5, 'n', 1, 'email', now())`,
      [workspaceId, run, journey!.id, version, visitor],
    );
    await database.query(
      `insert into waits (
          workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
            since_time
        )
        values ($1, $2, 'E', $3, 'w', 0, 'w', 0, pg_current_snapshot(), now())`,
      [workspaceId, visitor, run],
    );
    await database.query(
      `insert into consents (workspace_id, profile_id, channel, state)
        values ($1, $2, 'email', 'unsubscribed'), ($1, $2, 'sms', 'subscribed'), ($1, $3, 'email', 'subscribed'),
          ($1, $3, 'sms', 'unsubscribed')`,
      [workspaceId, visitor, user],
    );

    await events.ingest({ scope, events: [{ name: 'Login', userId: 'u', anonymousId: 'a' }] });

    for (const table of ['identities', 'devices', 'events', 'enrollments', 'messages', 'waits', 'consents']) {
      const owners = await database.query(`select distinct profile_id from ${table} where workspace_id = $1`, [
        workspaceId,
      ]);
      expect([table, owners]).toEqual([table, [{ profile_id: user }]]);
    }
    const consents = await database.query('select channel, state from consents where workspace_id = $1 order by 1', [
      workspaceId,
    ]);
    expect(consents).toEqual([
      { channel: 'email', state: 'unsubscribed' },
      { channel: 'sms', state: 'unsubscribed' },
    ]);
    expect((await profiles.get(scope, user)).traits).toEqual({ plan: 'pro', city: 'Riga', theme: 'dark' });
    // The old id leads to who the person is now, for links and for code that still holds it.
    expect((await profiles.get(scope, visitor)).id).toBe(user);
    await events.ingest({
      scope,
      events: [
        { name: 'Late', profileId: visitor },
        { name: 'Later', anonymousId: 'a' },
      ],
    });
    expect(
      await database.query(
        "select distinct profile_id from events where workspace_id = $1 and name in ('Late', 'Later')",
        [workspaceId],
      ),
    ).toEqual([{ profile_id: user }]);
    expect(
      await database.query('select id from profiles where workspace_id = $1 and merged_into is null', [
        scope.workspaceId,
      ]),
    ).toEqual([{ id: user }]);
  });

  it('does not join two known users who share a browser', async () => {
    const scope = await workspace();
    await events.ingest({
      scope,
      events: [
        { name: 'A', userId: 'one', anonymousId: 'shared' },
        { name: 'B', userId: 'two', anonymousId: 'shared' },
        { name: 'C', anonymousId: 'shared' },
      ],
    });
    const rows = await database.query(
      `select e.name, p.external_id
        from events e
        join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
        where e.workspace_id = $1
        order by e.position`,
      [scope.workspaceId],
    );
    expect(rows.map((row) => row['external_id'])).toEqual(['one', 'two', 'one']);
  });

  it('registers a push token once, for who was seen with it last', async () => {
    const scope = await workspace();
    const context = { device: { token: 'phone' } };
    await events.ingest({
      scope,
      events: [
        { name: 'Open', userId: 'one', context },
        { name: 'Open', userId: 'two', context },
      ],
    });
    const two = await named(scope, 'user', 'two');
    expect(await new DeviceRepository(database).ofProfile(scope, two)).toMatchObject([
      { kind: 'fcm', token: 'phone', permission: 'authorized' },
    ]);
    expect(await new DeviceRepository(database).ofProfile(scope, await named(scope, 'user', 'one'))).toEqual([]);
  });
});

describe('whoever writes something for a person who was looked up before', () => {
  async function twoPeople() {
    const scope = await workspace();
    await events.ingest({
      scope,
      events: [
        { kind: 'identify', userId: 'u', traits: {} },
        { name: 'Page', anonymousId: 'a' },
      ],
    });
    const [user, visitor] = [await named(scope, 'user', 'u'), await named(scope, 'anonymous', 'a')];
    const unsubscribe = (hold: Promise<unknown> = Promise.resolve(), held = (_: string | null): void => undefined) =>
      database.transaction(async (sql) => {
        const profileId = await holdProfile(scope, { sql, profileId: visitor });
        held(profileId);
        await hold;
        await sql.query(
          `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`,
          [scope.workspaceId, profileId],
        );
      });
    const owners = async () =>
      (
        await database.query<{ profile_id: string }>('select profile_id from consents where workspace_id = $1', [
          scope.workspaceId,
        ])
      ).map((row) => row.profile_id);
    return {
      scope,
      user,
      visitor,
      unsubscribe,
      owners,
      login: { kind: 'identify' as const, userId: 'u', anonymousId: 'a', traits: {} },
    };
  }
  const standsInLine = () =>
    expect
      .poll(
        async () =>
          (
            await database.query(
              `select 1
                from pg_stat_activity
                where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
            )
          ).length,
        { timeout: 10_000 },
      )
      .toBe(1);

  it('writes it for the one that a merge left, when the merge comes first', async () => {
    const { scope, user, unsubscribe, owners, login } = await twoPeople();
    let unsubscribing: Promise<unknown> | undefined;
    await database.transaction(async (sql) => {
      await events.ingest({ scope, events: [login], sql });
      unsubscribing = unsubscribe();
      await standsInLine();
    });
    await unsubscribing;
    expect(await owners()).toEqual([user]);
  });

  it('has it taken along, when the merge comes after', async () => {
    const { scope, user, visitor, unsubscribe, owners, login } = await twoPeople();
    let letGo = (): void => undefined;
    let held: string | null = null;
    const unsubscribing = unsubscribe(new Promise<void>((resolve) => (letGo = resolve)), (id) => (held = id));
    await expect.poll(() => held).toBe(visitor);
    const merging = events.ingest({ scope, events: [login] });
    await standsInLine();
    letGo();
    await Promise.all([unsubscribing, merging]);
    expect(await owners()).toEqual([user]);
  });

  it('writes nothing for nobody', async () => {
    const { scope } = await twoPeople();
    expect(await database.transaction((sql) => holdProfile(scope, { sql, profileId: randomUUID() }))).toBeNull();
  });
});
