import { createHash, randomUUID } from 'node:crypto';
import type { Json, JsonObject, Recipients } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf, entryBatchesOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import type { Reaching } from './entry-batch.js';
import { entryBatchOf } from './entry-batches.service.js';
import type { EntryBatches } from './entry-batches.service.js';
import { RecipientsRepository } from './recipients.repository.js';

let database: Database;
let url: string;
let drop: () => Promise<void>;
/** The journey that is started. */
let seeded: Seeded;
/** The run that asks, and the journey that it is in. */
let run: string;
let asking: string;
const minute = 60_000;

beforeAll(async () => {
  ({ database, url, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(() => reset());

async function reset(): Promise<void> {
  await database.query('delete from entry_batches');
  seeded = await seedJourney(database, {
    instructions: [
      { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
    ],
  });
  await database.query(
    `update journey_versions set entries = '[{"node":"door","kind":"journey"}]', reentry = '{"rule":"always"}' where id = $1`,
    [seeded.versionId],
  );
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  asking = randomUUID();
  run = randomUUID();
  await database.query(`insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'Asking', '{}')`, [
    seeded.workspaceId,
    asking,
  ]);
  await database.query(
    `insert into enrollments (
       workspace_id, id, journey_id, version_id, profile_id, entry_cause, entry_received_at, workflow_id, entered_at
     ) values ($1, $2, $3, $4, $5, 'test', now(), $6, now())`,
    [seeded.workspaceId, run, asking, randomUUID(), seeded.profileId, `enrollment/${run}`],
  );
}

/** People with these external ids, each created a moment after the one before; their ids. */
async function people(ids: string[], traits: (id: string) => JsonObject = () => ({})): Promise<string[]> {
  const made: string[] = [];
  for (const [index, externalId] of ids.entries()) {
    const [row] = await database.query<{ id: string }>(
      `insert into profiles (workspace_id, external_id, traits, created_at)
       values ($1, $2, $3, now() + make_interval(secs => $4)) returning id`,
      [seeded.workspaceId, externalId, JSON.stringify(traits(externalId)), index],
    );
    await database.query(`insert into identities (workspace_id, kind, value, profile_id) values ($1, 'user', $2, $3)`, [
      seeded.workspaceId,
      externalId,
      row!.id,
    ]);
    made.push(row!.id);
  }
  return made;
}
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const listed = (ids: Json[]): Recipients => ({ kind: 'list', ids, idField: 'id' });
const reachingOf = (who: Recipients, parts: Partial<Reaching> = {}): Reaching => ({
  who,
  most: 1_000,
  run,
  journeyId: asking,
  node: 'each',
  key: keyOf(run),
  withinSeconds: null,
  self: false,
  by: { depth: 3, origin: 'live', runOffsetMs: 0 },
  ...parts,
});
let causes = 0;
const begin = async (who: Recipients, parts: Partial<Reaching> = {}, at = new Date()): Promise<string> =>
  (
    await entryBatchesOf(database).begin(seeded, {
      journeyId: seeded.journeyId,
      node: 'door',
      source: { recipients: reachingOf(who, parts) },
      cause: `run/${run}/each/${(causes += 1)}`,
      name: 'Journey “Asking”',
      data: { actor: { id: 'anna' } },
      at,
    })
  ).id;
const due = () => database.query('update entry_batches set not_before = now()');
const present = async (id: string) => entryBatchOf((await new EntryBatchRepository(database).find(seeded, id))!);
async function workOff(id: string, one: EntryBatches = entryBatchesOf(database)) {
  for (let turn = 0; turn < 200; turn += 1) {
    await due();
    await one.work();
    const batch = await present(id);
    if (batch.finishedAt !== null) return batch;
  }
  throw new Error('The batch did not come to an end.');
}
const inside = async () =>
  (
    await database.query<{ profile_id: string }>('select profile_id from enrollments where journey_id = $1', [
      seeded.journeyId,
    ])
  ).map((row) => row.profile_id);
const merge = (from: string, into: string) =>
  database.transaction(async (sql) => {
    await sql.query('select 1 from profiles where id = any($1::uuid[]) order by id for update', [[from, into]]);
    await mergeProfiles(seeded, { sql, merges: [{ from, into }] });
  });

describe('a list', () => {
  it('reaches each of it once, whoever is twice in it, without the person of the run', async () => {
    await database.query(
      `insert into identities (workspace_id, kind, value, profile_id) values ($1, 'user', 'anna', $2)`,
      [seeded.workspaceId, seeded.profileId],
    );
    const [ben, seven] = await people(['ben', '7']);
    const items: Json[] = ['ben', 7, '7', { id: 'ben' }, 'anna', 'nobody', null, { name: 'x' }, 'a'.repeat(300), ' '];
    const batch = await workOff(await begin(listed(items)));
    expect(new Set(await inside())).toEqual(new Set([ben, seven]));
    expect(batch).toMatchObject({
      state: 'done',
      total: 2,
      entered: 2,
      recipients: { found: 3, unknown: 5, self: 1, before: 0, beyond: 0 },
    });
    const [row] = await database.query<{ depth: number; entry_data: Json }>(
      'select depth, entry_data from enrollments where journey_id = $1 limit 1',
      [seeded.journeyId],
    );
    expect(row).toEqual({ depth: 3, entry_data: { actor: { id: 'anna' } } });
  });

  it('reaches the person of the run where that is asked for', async () => {
    await people(['ben']);
    await database.query(
      `insert into identities (workspace_id, kind, value, profile_id) values ($1, 'user', 'anna', $2)`,
      [seeded.workspaceId, seeded.profileId],
    );
    await workOff(await begin(listed(['anna', 'ben']), { self: true }));
    expect(await inside()).toContain(seeded.profileId);
  });

  it('reaches the first of it when it is too long, and says how many were left', async () => {
    const ids = ['e', 'd', 'c', 'b', 'a'];
    const made = await people(ids);
    const batch = await workOff(await begin(listed(ids), { most: 2 }));
    expect(new Set(await inside())).toEqual(new Set(made.slice(0, 2)));
    expect(batch.recipients).toMatchObject({ found: 5, beyond: 3 });
  });

  it('may be empty', async () => {
    expect(await workOff(await begin(listed([])))).toMatchObject({ state: 'done', total: 0 });
  });
});

it('people of a segment go in the order in which they came, the last first', async () => {
  const made = await people(['a', 'b', 'c']);
  const [segment] = await database.query<{ id: string }>(
    `insert into segments (workspace_id, name) values ($1, 'S') returning id`,
    [seeded.workspaceId],
  );
  for (const [index, id] of made.entries())
    await database.query(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       values ($1, $2, 0, $3, now() - make_interval(mins => $4))`,
      [seeded.workspaceId, segment!.id, id, index],
    );
  const batch = await workOff(await begin({ kind: 'segment', segment: segment!.id }, { most: 2 }));
  expect(new Set(await inside())).toEqual(new Set(made.slice(0, 2)));
  expect(batch.recipients).toEqual({ found: 3, unknown: 0, self: 0, before: 0, beyond: 1 });
});

it('people in whose list a value is are found by it alone, be it text, a number or a field of an item', async () => {
  const follows: Record<string, Json> = {
    text: ['u1', 'x'],
    item: [{ id: 'u1' }],
    alone: 'u1',
    longer: ['u12'],
    within: 'the u1 of it',
    number: [7, 8],
    digits: ['7'],
    nothing: null,
    key: { u1: true },
  };
  const made = await people(Object.keys(follows), (id) => ({ follows: follows[id]! }));
  const of = (names: string[]) => new Set(names.map((name) => made[Object.keys(follows).indexOf(name)]));
  const who = (value: string | number | null): Recipients => ({
    kind: 'relation',
    trait: 'follows',
    value,
    idField: 'id',
  });
  await workOff(await begin(who('u1')));
  expect(new Set(await inside())).toEqual(of(['text', 'item', 'alone']));
  await database.query('delete from enrollments where journey_id = $1', [seeded.journeyId]);
  await workOff(await begin(who(7)));
  expect(new Set(await inside())).toEqual(of(['number', 'digits']));
  for (const nobody of [null, '']) expect((await workOff(await begin(who(nobody)))).total).toBe(0);
});

describe('never twice', () => {
  it('counts for as long as it says, for what it says', async () => {
    await people(['a', 'b']);
    const at = Date.now();
    const rule = { key: keyOf('post 1'), withinSeconds: 3_600 };
    const came = async (after: number, parts: Partial<Reaching>): Promise<unknown> => {
      const batch = await workOff(await begin(listed(['a', 'b']), parts, new Date(at + after)));
      return [batch.entered, batch.recipients?.before];
    };
    expect(await came(0, rule)).toEqual([2, 0]);
    expect(await came(59 * minute, rule)).toEqual([0, 2]);
    expect(await came(59 * minute, { ...rule, key: keyOf('post 2') })).toEqual([2, 0]);
    expect(await came(59 * minute, { ...rule, node: 'other' })).toEqual([2, 0]);
    expect(await came(61 * minute, rule)).toEqual([2, 0]);
    expect(await came(0, { ...rule, withinSeconds: null, key: keyOf('ever') })).toEqual([2, 0]);
    expect(await came(10_000 * minute, { ...rule, withinSeconds: null, key: keyOf('ever') })).toEqual([0, 2]);
  });

  it('does not count for who was kept out by the journey', async () => {
    await people(['a']);
    await database.query(`update journey_control set limits = '{"total": 0}' where journey_id = $1`, [
      seeded.journeyId,
    ]);
    expect(await workOff(await begin(listed(['a'])))).toMatchObject({ entered: 0, refused: { limit: 1 } });
    await database.query(`update journey_control set limits = null where journey_id = $1`, [seeded.journeyId]);
    expect(await workOff(await begin(listed(['a'])))).toMatchObject({ entered: 1 });
  });

  it('holds for twenty steps at the same time, with each its own list', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const made = await people(ids);
    const begun: string[] = [];
    for (let turn = 0; turn < 20; turn += 1)
      begun.push(await begin(listed([...ids.slice(turn), ...ids.slice(0, 40 - turn)]), { key: keyOf('post') }));
    // All have found their people before anybody came in.
    for (let turn = 0; turn < 20; turn += 1) await entryBatchesOf(database).work();
    const others = await Promise.all(Array.from({ length: 20 }, () => Database.connect({ url })));
    await due();
    await Promise.all(
      others.map(async (other) => {
        while (await entryBatchesOf(other).work());
      }),
    );
    for (const id of begun) await workOff(id);
    await Promise.all(others.map((other) => other.close()));
    const entered = await inside();
    expect(entered).toHaveLength(60);
    expect(new Set(entered)).toEqual(new Set(made));
  }, 120_000);
});

class Killed extends Error {}

/** A process that dies: before its transaction ends, after it, or while workflows begin. */
function dying(fate: string): EntryBatches {
  const killed = new Proxy(database, {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key);
      return async (work: (sql: Sql) => Promise<unknown>, options: never) => {
        const result = await target.transaction(async (sql) => {
          const done = await work(sql);
          if (fate === 'before') throw new Killed('UNAVAILABLE');
          return done;
        }, options);
        if (fate === 'after') throw new Killed('UNAVAILABLE');
        return result;
      };
    },
  });
  return entryBatchesOf(
    fate === 'gathering' ? killed : database,
    enteringOf(killed, {
      client: { start: () => (fate === 'starting' ? Promise.reject(new Killed('UNAVAILABLE')) : Promise.resolve()) },
    }),
  );
}

it('each recipient comes in exactly once, whatever is in the lists and whoever dies or is merged meanwhile', async () => {
  const item = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }).map((index) => `p${index}`) },
    fc.integer({ min: 0, max: 30 }).map((index) => ({ id: `p${index}` })),
    fc.constantFrom<Json>('actor', 'unknown', '', null, 12, { id: null }),
  );
  const lists = fc.array(fc.array(item, { maxLength: 40 }), { minLength: 1, maxLength: 4 });
  const fates = fc.array(fc.constantFrom('lives', 'before', 'after', 'starting', 'gathering', 'merge', 'mergeActor'), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(lists, fates, fc.boolean(), async (asked, dooms, two) => {
      await reset();
      const ids = Array.from({ length: 31 }, (_, index) => `p${index}`);
      const made = await people(ids);
      await database.query(
        `insert into identities (workspace_id, kind, value, profile_id) values ($1, 'user', 'actor', $2)`,
        [seeded.workspaceId, seeded.profileId],
      );
      const now = new Map(made.map((id) => [id, id]));
      const merged = (from: string, into: string) => {
        for (const [id, at] of now) if (at === from) now.set(id, into);
      };
      const begun: string[] = [];
      for (const list of asked) begun.push(await begin(listed(list), { key: keyOf('one post') }));
      let merges = 0;
      for (const fate of dooms) {
        await due();
        const left = [...new Set(now.values())].filter((id) => id !== seeded.profileId);
        if (fate === 'merge' && left.length > 1) {
          merges += 1;
          await merge(left[0]!, left[1]!);
          merged(left[0]!, left[1]!);
        } else if (fate === 'mergeActor' && left.length > 1) {
          merges += 1;
          await merge(left[0]!, seeded.profileId);
          merged(left[0]!, seeded.profileId);
        } else await Promise.allSettled([dying(fate).work(), ...(two ? [entryBatchesOf(database).work()] : [])]);
      }
      for (const id of begun) expect((await workOff(id)).state).toBe('done');
      const entered = await inside();
      const wanted = new Set(
        asked.flat().flatMap((each) => {
          const id = each !== null && typeof each === 'object' && 'id' in each ? each.id : each;
          const index = ids.indexOf(String(id));
          return index < 0 ? [] : [now.get(made[index]!)!];
        }),
      );
      wanted.delete(seeded.profileId);
      const others = entered.filter((id) => id !== seeded.profileId);
      expect(new Set(others)).toEqual(wanted);
      // Two who had come in before they became one have two runs.
      expect(entered.length - wanted.size).toBeLessThanOrEqual(merges);
      if (merges === 0) expect(entered).toHaveLength(wanted.size);
    }),
    { numRuns: 30, seed: 20_261_201 },
  );
}, 240_000);

it('who holds a value in a list is found by one scan of the people', async () => {
  await database.query(
    `insert into profiles (workspace_id, traits)
     select $1, jsonb_build_object('follows', jsonb_build_array('u' || (n % 500), 'x')) from generate_series(1, 20000) n`,
    [seeded.workspaceId],
  );
  await database.query('analyze profiles');
  const sent: { text: string; values: unknown[] }[] = [];
  const who: Recipients = { kind: 'relation', trait: 'follows', value: 'u7', idField: 'id' };
  await database.transaction(async (sql) => {
    const heard: Sql = Object.create(sql, {
      query: {
        value: (text: string, values: unknown[], options: never) => {
          sent.push({ text, values });
          return sql.query(text, values, options);
        },
      },
    });
    const { count } = await new RecipientsRepository().gather(seeded, {
      sql: heard,
      reaching: reachingOf(who),
      at: new Date(),
    });
    expect(count).toBe(40);
    const plan = (
      await sql.query<{ 'QUERY PLAN': string }>(`explain ${sent[0]!.text}`, sent[0]!.values, { assembled: true })
    )
      .map((row) => row['QUERY PLAN'])
      .join('\n');
    expect(plan.match(/ on profiles/g)).toHaveLength(1);
    expect(plan).not.toMatch(/Seq Scan on (enrollments|recipient_once)/);
  });
}, 60_000);
