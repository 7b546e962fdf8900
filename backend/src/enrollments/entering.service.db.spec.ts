import { randomUUID } from 'node:crypto';
import type { Entry, JsonObject, Rule } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf, routerOf } from '../../test/router.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { AuditLog } from '../access/index.js';
import type { EventsService } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { EnteringRepository } from './entering.repository.js';
import type { EntryBatches } from './entry-batches.service.js';
import { isHeldOut } from './entry-limits.js';
import type { EntryCandidate, EntryOutcome } from './entering.service.js';
import { TriggerRepository } from './trigger.repository.js';
import { TriggerService } from './trigger.service.js';

const free: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'free' };
const door: Entry = { node: 'door', kind: 'api' };

let database: Database;
let url: string;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, url, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(() => reset());

/** A live journey with these entries that everybody leaves by a wait of ten minutes. */
async function reset({
  entries = [door],
  reentry = { rule: 'always' },
  limits = null,
}: { entries?: Entry[]; reentry?: JsonObject; limits?: JsonObject | null } = {}): Promise<void> {
  seeded = await seedJourney(database, {
    instructions: [
      { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
    ],
    ...(entries.length > 1 ? { entries: entries.map(({ node }) => ({ node, pc: 0, reads: [] })) } : {}),
    entryPaths: ['order'],
  });
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(entries),
    JSON.stringify(reentry),
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  await database.query('update journey_control set limits = $2 where journey_id = $1', [
    seeded.journeyId,
    limits && JSON.stringify(limits),
  ]);
}

async function people(count: number, traits: JsonObject = {}): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `insert into profiles (workspace_id, traits) select $1, $3 from generate_series(1, $2) returning id`,
    [seeded.workspaceId, count, JSON.stringify(traits)],
  );
  return rows.map(({ id }) => id);
}

const candidate = (profileId: string, given: Partial<EntryCandidate> = {}): EntryCandidate => ({
  workspaceId: seeded.workspaceId,
  journeyId: seeded.journeyId,
  node: 'door',
  profileId,
  cause: { name: `api/${randomUUID()}/${profileId}` },
  name: 'API call',
  at: Date.now(),
  data: {},
  ...given,
});
const words = (outcomes: EntryOutcome[]) =>
  outcomes.map((each) => (each.outcome === 'refused' ? each.reason : each.outcome));
const count = (all: string[], word: string) => all.filter((each) => each === word).length;
const refusals = () =>
  database.query<{ reason: string; count: number; seen: JsonObject }>(
    `select reason, count, seen from entry_refusals where journey_id = $1 order by reason, count desc`,
    [seeded.journeyId],
  );
const runs = () =>
  database.query<{ profile_id: string; entry_data: JsonObject; status: string; node: string }>(
    'select profile_id, entry_data, status, node from enrollments where journey_id = $1',
    [seeded.journeyId],
  );

describe('who is let in', () => {
  it('begins a run that holds what came with the person, and takes its first step', async () => {
    const [one] = await people(1);
    const started: unknown[] = [];
    const entering = enteringOf(database, { client: { start: async (start) => void started.push(start) } });
    const outcomes = await entering.enter([candidate(one!, { data: { order: 'A1', note: 'kept for messages' } })]);
    expect(words(outcomes)).toEqual(['entered']);
    expect(await runs()).toEqual([
      { profile_id: one, entry_data: { order: 'A1', note: 'kept for messages' }, status: 'running', node: 'wait' },
    ]);
    expect(started).toMatchObject([
      { first: { entry: { name: 'API call', properties: { order: 'A1' } } }, snapshot: { step: 1 } },
    ]);
  });

  it('comes in once by a cause, and knows it when it is asked again', async () => {
    for (const rule of ['always', 'never', 'whenLeft']) {
      await reset({ reentry: { rule } });
      const [one] = await people(1);
      const again = candidate(one!, { cause: { name: `api/order-1/${one}` } });
      const entering = enteringOf(database);
      expect(words(await entering.enter([again]))).toEqual(['entered']);
      expect(words(await entering.enter([again]))).toEqual(['already']);
      // What has come in is not kept out.
      expect(await refusals()).toEqual([]);
    }
  });

  it('is begun by the sweeper when the Temporal server is away', async () => {
    const [one] = await people(1);
    const entering = enteringOf(database, { client: { start: () => Promise.reject(new Error('UNAVAILABLE')) } });
    expect(words(await entering.enter([candidate(one!)]))).toEqual(['entered']);
    expect(await runs()).toMatchObject([{ status: 'starting' }]);
  });

  it('is told of strangers, of entries that are not there, and of a journey that is stopped', async () => {
    const [one] = await people(1);
    const entering = enteringOf(database);
    expect(
      words(await entering.enter([candidate(randomUUID()), candidate(one!, { node: 'window' }), candidate(one!)])),
    ).toEqual(['unknown-person', 'stopped', 'entered']);
    await database.query(`update journey_control set state = 'stopped' where journey_id = $1`, [seeded.journeyId]);
    expect(words(await entering.enter([candidate(one!)]))).toEqual(['stopped']);
    await database.query(`update journey_control set state = 'paused' where journey_id = $1`, [seeded.journeyId]);
    expect(words(await entering.enter([candidate(one!)]))).toEqual(['held']);
  });
});

describe('an occasion', () => {
  const occasion = { cause: 'schedule/', data: { occurrence: '2026-12-01T09:00' } };
  const at = (profileId: string, order: string): EntryCandidate =>
    candidate(profileId, {
      cause: { name: `schedule/${order}/${profileId}` },
      occasions: [occasion],
      data: { occurrence: '2026-12-01T09:00', order },
    });

  it('lets a person in once, though two come at once and each has another entry key', async () => {
    await reset({ reentry: { rule: 'always', key: 'order' } });
    const [one] = await people(1);
    const entering = enteringOf(database);
    let second: Promise<EntryOutcome[]> | undefined;
    const first = await entering.enter([at(one!, 'a')], {
      // The first is in and has not committed: the second waits for it, or is through.
      also: async () => {
        let isThrough = false;
        second ??= entering.enter([at(one!, 'b')]).finally(() => (isThrough = true));
        await expect.poll(async () => isThrough || (await isWaiting())).toBe(true);
      },
    });
    expect([words(first), words(await second!)]).toEqual([['entered'], ['already']]);
  });

  it('lets in the second when the first, for whom it was kept out, does not come after all', async () => {
    await reset({ reentry: { rule: 'always', key: 'order' } });
    const [one] = await people(1);
    let asked = 0;
    const outcomes = await enteringOf(database).enter([at(one!, 'a'), at(one!, 'b')], {
      still: ({ people: held }) => {
        asked += 1;
        return Promise.resolve(new Set(asked === 1 ? held.keys() : [1]));
      },
    });
    expect([asked, words(outcomes)]).toEqual([2, ['already', 'entered']]);
  });

  it('of one entry key is none of another value', async () => {
    await reset({ reentry: { rule: 'always', key: 'order' } });
    const [one] = await people(1);
    const ofOrder = (order: string, node: string): EntryCandidate => ({
      ...at(one!, order),
      cause: { name: `date/${node}/${order}/${one!}` },
      occasions: [{ ...occasion, cause: 'date/', sameKey: true }],
      data: { ...occasion.data, order },
    });
    const outcomes = await enteringOf(database).enter([ofOrder('a', 'x'), ofOrder('b', 'x'), ofOrder('a', 'y')]);
    expect(words(outcomes)).toEqual(['entered', 'entered', 'already']);
  });

  it('is a call: whoever is named as two people that become one meanwhile comes in once', async () => {
    const [from, into] = await people(2);
    const entering = enteringOf(database);
    const merging = Object.assign(Object.create(entering) as typeof entering, {
      enter: async (...given: Parameters<typeof entering.enter>) => {
        await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from: from!, into: into! }] }));
        return entering.enter(...given);
      },
    });
    const service = new TriggerService(
      new TriggerRepository(database),
      new EnteringRepository(database),
      merging,
      {} as EntryBatches,
      {} as EventsService,
      {} as AuditLog,
    );
    const answer = await service.trigger({ workspaceId: seeded.workspaceId } as Caller, {
      journeyId: seeded.journeyId,
      body: { people: [{ profileId: from! }, { profileId: into! }], data: {}, createMissing: false, dryRun: false },
    });
    expect(answer.results.map((each) => each.outcome)).toEqual(['entered', 'refused']);
    expect(await runs()).toHaveLength(1);
  });
});

describe('the audience of an entry', () => {
  it('keeps out who is not of it, and what was seen is kept', async () => {
    await reset({ entries: [{ ...door, audience: free }] });
    const [[paying], [one]] = [await people(1, { plan: 'pro' }), await people(1, { plan: 'free' })];
    const outcomes = await enteringOf(database).enter([candidate(paying!), candidate(one!), candidate(paying!)]);
    expect(words(outcomes)).toEqual(['filter', 'entered', 'filter']);
    expect(await refusals()).toMatchObject([{ reason: 'filter', count: 2, seen: { result: false, seen: 'pro' } }]);
  });

  it('may compare with what comes with the person', async () => {
    const same: Rule = { ...free, value: { entry: 'plan' } };
    await reset({ entries: [{ ...door, audience: same }] });
    const [one] = await people(1, { plan: 'pro' });
    const enter = async (data: JsonObject) => words(await enteringOf(database).enter([candidate(one!, { data })]));
    expect(await enter({ plan: 'pro' })).toEqual(['entered']);
    expect(await enter({ plan: 'free' })).toEqual(['filter']);
    expect(await enter({})).toEqual(['filter']);
  });

  it('of the first entry that an event fits sends the person on to the next', async () => {
    await reset({
      entries: [
        { node: 'free', kind: 'event', event: 'A', audience: free },
        { node: 'rest', kind: 'event', event: 'A' },
        { node: 'late', kind: 'event', event: 'B', maxAgeSeconds: 60 },
      ],
    });
    for (const name of ['A', 'B'])
      await database.query(
        `insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, $2, $3, $4)`,
        [seeded.workspaceId, name, seeded.journeyId, seeded.versionId],
      );
    const [profileId] = await people(1, { plan: 'free' });
    await insertEvent(database, { ...seeded, profileId: profileId! }, { name: 'A', queued: true });
    await insertEvent(database, seeded, { name: 'A', queued: true });
    const old = await insertEvent(database, seeded, { name: 'B', queued: true });
    await database.query(`update events set time = time - interval '1 hour' where id = $1`, [old.id]);
    await routerOf(database).routeOnce();
    const by = await database.query(
      'select profile_id, entry_node from enrollments where journey_id = $1 order by entry_node',
      [seeded.journeyId],
    );
    expect(by).toEqual([
      { profile_id: profileId, entry_node: 'free' },
      { profile_id: seeded.profileId, entry_node: 'rest' },
    ]);
    expect(await refusals()).toMatchObject([{ reason: 'too-old', count: 1 }]);
  });
});

describe('limits', () => {
  it.each(['total', 'perDay', 'atOnce'])(
    '%s: of 20 who come at once through 20 connections 10 come in',
    async (limit) => {
      await reset({ limits: { [limit]: 10 } });
      const twenty = await people(20);
      const { database: wide, close } = await wideDatabase();
      const entering = enteringOf(wide);
      const outcomes = await Promise.all(twenty.map((id) => entering.enter([candidate(id)])));
      await close();
      const all = words(outcomes.flat());
      expect([count(all, 'entered'), count(all, 'limit')]).toEqual([10, 10]);
      expect(await refusals()).toHaveLength(10);
      expect((await refusals())[0]!.seen).toEqual({ limit, most: 10 });
      expect(words(await enteringOf(database).enter([candidate((await people(1))[0]!)]))).toEqual(['limit']);
    },
  );

  it('at once: gives a place free again when somebody leaves', async () => {
    await reset({ limits: { atOnce: 2 } });
    const [a, b, c] = await people(3);
    expect(words(await enteringOf(database).enter([a, b, c].map((id) => candidate(id!))))).toEqual([
      'entered',
      'entered',
      'limit',
    ]);
    await database.query(`update enrollments set status = 'completed', ended_at = now() where profile_id = $1`, [a]);
    expect(words(await enteringOf(database).enter([candidate(c!)]))).toEqual(['entered']);
  });

  it('count who came before there was a limit, and no event twice', async () => {
    await reset();
    const [a, b, c, d] = await people(4);
    await enteringOf(database).enter([candidate(a!)]);
    await database.query('update journey_control set limits = $2 where journey_id = $1', [
      seeded.journeyId,
      JSON.stringify({ total: 3, perDay: 3 }),
    ]);
    const again = candidate(b!, { cause: { name: `api/1/${b}` } });
    expect(words(await enteringOf(database).enter([again]))).toEqual(['entered']);
    expect(words(await enteringOf(database).enter([again, candidate(c!), candidate(d!)]))).toEqual([
      'already',
      'entered',
      'limit',
    ]);
  });

  it('per day: end at midnight where the workspace is', async () => {
    await reset({ limits: { perDay: 1 } });
    await database.query(`update workspaces set time_zone = 'Asia/Seoul' where id = $1`, [seeded.workspaceId]);
    const [a, b] = await people(2);
    await enteringOf(database).enter([candidate(a!)]);
    expect(words(await enteringOf(database).enter([candidate(b!)]))).toEqual(['limit']);
    const [row] = await database.query<{ day: string; period: string }>(
      `select to_char(now() at time zone 'Asia/Seoul', 'YYYY-MM-DD') as day, period from entry_counts where journey_id = $1`,
      [seeded.journeyId],
    );
    expect(row!.period).toBe(row!.day);
  });
});

describe('the holdout', () => {
  it('keeps the same people out each time, about as many as were asked for, and takes no places', async () => {
    await reset({ limits: { holdoutPercent: 30, total: 70 } });
    const hundred = await people(100);
    const out = hundred.filter((profileId) => isHeldOut({ journeyId: seeded.journeyId, profileId, percent: 30 }));
    expect(out.length).toBeGreaterThan(10);
    expect(out.length).toBeLessThan(50);
    const once = words(await enteringOf(database).enter(hundred.map((id) => candidate(id))));
    const heldOut = hundred.filter((_, at) => once[at] === 'holdout');
    expect(heldOut.every((id) => out.includes(id))).toBe(true);
    expect(count(once, 'entered')).toBe(Math.min(70, 100 - out.length));
    const again = words(await enteringOf(database).enter(heldOut.map((id) => candidate(id))));
    // Who comes when the journey is full would not have come in.
    if (100 - out.length < 70) expect(again.every((word) => word === 'holdout')).toBe(true);
    const kept = await database.query('select profile_id from holdouts where journey_id = $1', [seeded.journeyId]);
    expect(kept.map((row) => row['profile_id']).sort()).toEqual([...heldOut].sort());
  });

  it('lets its people in as a silent control group, which takes no places and counts apart', async () => {
    await reset({ limits: { holdoutPercent: 30, holdoutControl: true, total: 60 } });
    const hundred = await people(100);
    const out = hundred.filter((profileId) => isHeldOut({ journeyId: seeded.journeyId, profileId, percent: 30 }));
    const once = words(await enteringOf(database).enter(hundred.map((id) => candidate(id))));
    const rows = await database.query<{ profile_id: string; control: boolean }>(
      'select profile_id, control from enrollments where journey_id = $1 and control is not null',
      [seeded.journeyId],
    );
    const control = rows.filter((row) => row.control).map((row) => row.profile_id);
    expect(control.length).toBeGreaterThan(5);
    expect(control.every((id) => out.includes(id))).toBe(true);
    expect(rows.length - control.length).toBe(Math.min(60, 100 - out.length));
    expect(count(once, 'entered')).toBe(rows.length);
    const kept = await database.query('select profile_id from holdouts where journey_id = $1', [seeded.journeyId]);
    expect(kept.map((row) => row['profile_id']).sort()).toEqual([...control].sort());
    const figures = await database.query<{ measure: string; count: number }>(
      `select measure, sum(count)::int as count from journey_stat_deltas
       where version_id = $1 and measure like '%run:entered' group by 1 order by 1`,
      [seeded.versionId],
    );
    const all = (await runs()).length;
    expect(figures).toEqual([
      { measure: 'control:run:entered', count: control.length },
      { measure: 'run:entered', count: all - control.length },
    ]);
  });

  it('leaves everybody the part that they had, whatever the share is by then, also after a merge', async () => {
    const set = (limits: object) =>
      database.query('update journey_control set limits = $2 where journey_id = $1', [
        seeded.journeyId,
        JSON.stringify(limits),
      ]);
    await reset({ limits: { holdoutPercent: 30, holdoutControl: true }, reentry: { rule: 'always' } });
    const hundred = await people(100);
    const parts = async () =>
      new Map(
        (
          await database.query<{ profile_id: string; control: boolean }>(
            `select distinct on (profile_id) profile_id, control from enrollments
             where journey_id = $1 and control is not null order by profile_id, created_at desc`,
            [seeded.journeyId],
          )
        ).map((row) => [row.profile_id, row.control]),
      );
    let round = 0;
    const again = (ids: string[]) =>
      enteringOf(database).enter(
        ids.map((id) => ({ ...candidate(id), cause: { name: `schedule/${(round += 1)}/${id}` } })),
      );
    await again(hundred);
    const first = await parts();
    await set({ holdoutPercent: 90, holdoutControl: true });
    await again(hundred);
    expect(await parts()).toEqual(first);
    await set({ holdoutPercent: 0.1, holdoutControl: true });
    await again(hundred);
    expect(await parts()).toEqual(first);
    const held = hundred.find((id) => first.get(id))!;
    const later = (await people(1))[0]!;
    await again([later]);
    await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from: held, into: later }] }));
    await again([later]);
    expect((await parts()).get(later)).toBe(true);
  });

  it('of a smaller share is part of that of a larger one, and others are in that of another journey', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `person-${index}`);
    const held = (journeyId: string, percent: number) =>
      ids.filter((profileId) => isHeldOut({ journeyId, profileId, percent }));
    const [small, large, other] = [held('a', 10), held('a', 25), held('b', 10)];
    expect(small.every((id) => large.includes(id))).toBe(true);
    expect(small.length).toBeGreaterThan(150);
    expect(small.length).toBeLessThan(250);
    expect(small.filter((id) => other.includes(id)).length).toBeLessThan(60);
  });
});

/** Whether somebody waits for a lock by name. */
async function isWaiting(): Promise<boolean> {
  const rows = await database.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
}

/** As many connections as there are people. */
async function wideDatabase(): Promise<{ database: Database; close: () => Promise<void> }> {
  const wide = await Database.connect({ url, poolSize: 20 });
  return { database: wide, close: () => wide.close() };
}

describe('a broadcast onto a segment of which it is not known who is in it', () => {
  const broadcast = async (segmentId: string): Promise<{ code?: string; detail?: string }> => {
    const service = new TriggerService(
      new TriggerRepository(database),
      new EnteringRepository(database),
      enteringOf(database),
      {} as EntryBatches,
      {} as EventsService,
      {} as AuditLog,
    );
    const body = { segment: { segmentId }, data: {}, createMissing: false, dryRun: true };
    return service.trigger({ workspaceId: seeded.workspaceId } as Caller, { journeyId: seeded.journeyId, body }).then(
      () => ({}),
      (error: { code: string; message: string }) => ({ code: error.code, detail: error.message }),
    );
  };

  it.each([
    ['building', '{"op":"all","rules":[]}', 'segment-not-built', 'is being built'],
    ['failed', '{"op":"all","rules":[]}', 'segment-build-failed', 'could not be built'],
    ['building', null, 'segment-not-built', 'are being copied'],
    ['failed', null, 'segment-build-failed', 'Not everybody could be copied'],
  ])('says what has become of it, and what to do: %s, rule %s', async (state, rule, code, words) => {
    const segmentId = randomUUID();
    await database.query(`insert into segments (workspace_id, id, name, rule) values ($1, $2, '단골', $3)`, [
      seeded.workspaceId,
      segmentId,
      rule,
    ]);
    await database.query(
      `insert into segment_builds (workspace_id, segment_id, generation, rule, tell, state)
       values ($1, $2, 1, '{}', false, $3)`,
      [seeded.workspaceId, segmentId, state],
    );
    const refused = await broadcast(segmentId);
    expect(refused).toMatchObject({ code, detail: expect.stringContaining(words) });
    if (state === 'failed') expect(refused.detail).toContain(`/api/segments/${segmentId}/build/retry`);
  });
});
