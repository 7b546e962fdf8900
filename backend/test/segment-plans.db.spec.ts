import type { Rule } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audienceOn, newWorkspace } from './audience.js';
import type { Audience } from './audience.js';
import { testDatabase } from './database.js';
import { listening } from './listening.js';
import type { Sent } from './listening.js';
import { ChangeQueueRepository } from '../src/changes/change-queue.repository.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';

/** A workspace of a size at which reading all of a table shows. */
const people = 20_000;
let database: Database;
let drop: () => Promise<void>;
let audience: Audience;
let sent: Sent[];
let caller: Caller;
let segment: string;
let person: string;
const at = Date.now();
const rule: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };

beforeAll(async () => {
  const test = await testDatabase();
  ({ drop } = test);
  const heard = listening(test.database);
  ({ database, sent } = heard);
  audience = audienceOn(database);
  caller = await newWorkspace(database);
  segment = (await audience.service.create(caller, { name: 'Pro', description: '', rule, tell: false })).id;
  await database.query(
    `insert into profiles (workspace_id, traits) select $1, '{"plan":"free"}' from generate_series(1, $2)`,
    [caller.workspaceId, people],
  );
  await database.query(`update segments set generation = 1, live_rule = rule where id = $1`, [segment]);
  await database.query(`update segment_builds set state = 'done' where segment_id = $1`, [segment]);
  await database.query(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     select workspace_id, $2, 1, id, now() from profiles where workspace_id = $1`,
    [caller.workspaceId, segment],
  );
  await database.query(
    `insert into segment_due (workspace_id, segment_id, generation, profile_id, lane, at)
     select workspace_id, $2, 1, id, change_lane(id), now() + interval '1 day' from profiles where workspace_id = $1`,
    [caller.workspaceId, segment],
  );
  // A backlog of one lane, and nothing in the others.
  await database.query(
    `insert into profile_changes (lane, workspace_id, profile_id, what, name)
     select 3, workspace_id, id, 'trait', 'other' from profiles where workspace_id = $1`,
    [caller.workspaceId],
  );
  await database.query('analyze');
  const [row] = await database.query<{ id: string }>('select id from profiles where workspace_id = $1 limit 1', [
    caller.workspaceId,
  ]);
  person = row!.id;
}, 120_000);
afterAll(() => drop?.());

/** The plans of all statements that some work sends and that name a table, as they are made now. */
async function plansOf(table: string, work: () => Promise<unknown>, settings: string[] = []): Promise<string[]> {
  sent.length = 0;
  await work();
  const asked = sent.filter(({ text }) => text.includes(table) && /^\s*(select|with|insert|update|delete)/.test(text));
  expect(asked.length).toBeGreaterThan(0);
  return database.transaction(async (sql) => {
    for (const setting of settings) await sql.query(`set local ${setting}`);
    const plans: string[] = [];
    for (const { text, values } of [...asked])
      plans.push(
        (await sql.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values))
          .map((row) => row['QUERY PLAN'])
          .join('\n'),
      );
    return plans;
  });
}

it('changes and times are claimed by their indexes, however long a lane is', async () => {
  const queue = new ChangeQueueRepository(database);
  const plans = await plansOf(
    'profile_changes',
    () =>
      queue.withLanes({ lanes: 4, batch: 100, at: new Date(at), listeners: audience.listeners.all }, async () => {}),
    ['enable_seqscan = off', 'enable_bitmapscan = off'],
  );
  for (const plan of plans) {
    expect(plan).not.toMatch(/Seq Scan on (profile_changes|segment_due)/);
    expect(plan).not.toMatch(/Sort Key: profile_changes/);
  }
  expect(plans.join()).toContain('segment_due_at');
});

it('a person is evaluated by their keys alone', async () => {
  const work = () =>
    database.transaction((sql) =>
      audience.listeners.all[0]!.changed(caller, {
        sql,
        at,
        changes: [{ profileId: person, what: 'trait', name: 'plan', origin: 'live', event: null }],
      }),
    );
  for (const table of ['segment_memberships', 'profiles'])
    for (const plan of await plansOf(table, work))
      expect(plan).not.toMatch(/Seq Scan on (segment_memberships|profiles)/);
});

it('the list of members reads a page', async () => {
  const work = () => audience.members.list(caller, { segmentId: segment, limit: 50 });
  for (const plan of await plansOf('segment_memberships', work)) {
    expect(plan).toContain('segment_memberships_since');
    expect(plan).not.toMatch(/Seq Scan on (segment_memberships|profiles)/);
  }
});

it('a rare name among the members is found by the index of names, and a frequent one among those who came last', async () => {
  await database.query(
    `update profiles set traits = traits || '{"name": "Zebedee Quux"}'
     where id = (select id from profiles where workspace_id = $1 order by id desc limit 1)`,
    [caller.workspaceId],
  );
  await database.query('analyze profiles');
  const list = (search: string) => audience.members.list(caller, { segmentId: segment, limit: 20, search });
  const plans = await plansOf('people_search_key', () => list('zebedee qu'));
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatch(/profiles_search/);
  expect(plans[0]).not.toMatch(/Seq Scan on (profiles|segment_memberships)/);
  expect((await list('zebedee qu')).rows).toHaveLength(1);
  expect((await list('quux zebedee')).rows).toHaveLength(1);
  expect((await list('nobody at all')).rows).toEqual([]);
  for (const plan of await plansOf('segment_memberships', () => list('')))
    expect(plan).not.toMatch(/Seq Scan on segment_memberships/);
});
