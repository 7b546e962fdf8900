import type { Operand, Rule } from '@wend/contract';
import { comparesOf } from '@wend/engine';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newWorkspace } from './audience.js';
import { testDatabase } from './database.js';
import { listening, planOf } from './listening.js';
import type { Sent } from './listening.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { PeopleRulesRepository, settingsForMany } from '../src/rules/index.js';
import { PreviewRepository } from '../src/segments/preview.repository.js';

/** A workspace of a size at which asking for each person shows, and its share of a table that others fill too. */
const people = 30_000;
const events = 300_000;
const day = 86_400;
/** One after the other, each person every nine days: from the last to the first, some seconds apart. */
const names = ['Left', 'Searched', 'Ordered', 'Added', 'Viewed'];
let database: Database;
let drop: () => Promise<void>;
let sent: Sent[];
let previews: PreviewRepository;
let caller: Caller;

beforeAll(async () => {
  const test = await testDatabase();
  ({ drop } = test);
  const heard = listening(test.database);
  ({ database, sent } = heard);
  previews = new PreviewRepository(database);
  caller = await newWorkspace(database);
  const others = await newWorkspace(database);
  for (const { workspaceId } of [caller, others]) {
    await database.query(
      `insert into profiles (workspace_id, id, traits)
       select $1::uuid, md5($1::uuid::text || n)::uuid, jsonb_build_object('plan', case when n % 10 = 0 then 'pro' else 'free' end)
       from generate_series(1, $2::int) n`,
      [workspaceId, people],
    );
    await database.query(
      `insert into events (workspace_id, profile_id, name, message_id, properties, time)
       select $1::uuid, md5($1::uuid::text || 1 + n / 5 * 7919::bigint % ($2::int / 5))::uuid, ($4::text[])[1 + n % 5], 'm' || n, '{"price":20}',
         now() - n * (interval '90 days' / $3::int)
       from generate_series(1, $3::int) n`,
      [workspaceId, people, events, names],
    );
  }
  const leaves = await database.query<{ name: string }>(
    `select relid::regclass::text as name from pg_partition_tree('events') where isleaf`,
  );
  for (const { name } of [{ name: 'profiles' }, ...leaves]) await database.query(`vacuum (analyze) ${name}`);
  await database.query('analyze events');
}, 240_000);
afterAll(() => drop?.());

type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  Plans?: Node[];
};

const count = (event: string, more: object = {}, value = 2): Rule => ({
  op: 'compare',
  left: { source: 'eventCount', event, withinSeconds: 30 * day, ...more },
  is: 'atLeast',
  value,
});
const didNot = (event: string): Rule => ({ op: 'not', rule: count(event, {}, 1) });
const sequence: Rule = {
  op: 'compare',
  left: { source: 'sequence', event: 'Added', then: 'Ordered', thenWithinSeconds: day, withinSeconds: 30 * day },
  is: 'atLeast',
  value: 1,
};
const pro: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
const spent: Rule = {
  op: 'compare',
  left: {
    source: 'eventValue',
    event: 'Ordered',
    measure: 'sum',
    property: 'price',
    withinSeconds: 30 * day,
  } as Operand,
  is: 'greaterThan',
  value: 50,
};
const rules: Record<string, Rule> = {
  'did something so often': count('Viewed'),
  'did something at all': count('Viewed', {}, 1),
  'did it on days of the calendar': count('Viewed', { withinSeconds: undefined, withinDays: 30 }),
  'did not do something': didNot('Ordered'),
  'one thing after another': sequence,
  'one thing and not another': {
    ...sequence,
    left: { ...sequence.left, thenWithinSeconds: 10, without: true } as Operand,
  },
  'a sum': spent,
  'six, nested': {
    op: 'all',
    rules: [
      { op: 'any', rules: [pro, count('Searched', {}, 1)] },
      { op: 'any', rules: [count('Viewed'), count('Ordered')] },
      { op: 'any', rules: [spent, didNot('Left')] },
    ],
  },
};

/** All nodes of the plan of the only statement that was sent about people. */
async function nodesOf(asked: Sent[]): Promise<Node[]> {
  const about = asked.filter(({ text }) => text.includes('from profiles'));
  expect(about).toHaveLength(1);
  const { text, values } = about[0]!;
  return database.transaction(
    async (sql) => {
      const [row] = await sql.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
        `explain (analyze, timing off, format json) ${text}`,
        values,
      );
      const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
      return flat(row!['QUERY PLAN'][0]!.Plan);
    },
    { settings: settingsForMany(text) },
  );
}

it.each(Object.entries(rules))('%s: the size is known from one look through an index', async (_, rule) => {
  sent.length = 0;
  const size = await previews.size(caller, { rule, at: Date.now() });
  expect(size).toBeGreaterThan(0);
  const nodes = await nodesOf([...sent]);
  const ofEvents = nodes.filter((node) => node['Relation Name']?.startsWith('events'));
  expect(ofEvents.length).toBeGreaterThan(0);
  for (const node of ofEvents) {
    // Two workers and their leader at most, and not once for each person.
    expect(node).toMatchObject({ 'Actual Loops': expect.any(Number) as number });
    expect(node['Actual Loops']).toBeLessThanOrEqual(3);
    if (node['Actual Rows'] > 0) expect(node['Index Name'] ?? node['Node Type']).toMatch(/name_time|Bitmap/);
  }
  // Who is asked for reads no other workspace's events.
  for (const node of ofEvents) expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(events / 5 + 100);
});

it('one person is asked by their own events, also with a plan for any values', async () => {
  sent.length = 0;
  const asked = Object.values(rules).flatMap((rule) => comparesOf(rule).map((compare) => ({ compare })));
  const [row] = await database.query<{ id: string }>('select id from profiles where workspace_id = $1 limit 1', [
    caller.workspaceId,
  ]);
  await new PeopleRulesRepository(database).answers(caller, { asked, profileIds: [row!.id], at: Date.now() });
  const own = [...sent];
  for (const generic of [false, true]) {
    const plan = await planOf({ database, sent: own, words: 'profiles named', generic });
    expect(plan).toContain('profile_id_time');
    expect(plan.split('\n').filter((line) => /name_time/.test(line) && !/profile_id_time_name/.test(line))).toEqual([]);
  }
});

it.each([
  ['days of the calendar', { withinDays: 30 }, true],
  ['between two days', { from: '2026-01-10', to: '2026-02-10' }, true],
  ['up to a day', { to: '2026-02-10' }, false],
  ['seconds', { withinSeconds: 30 * day }, true],
])('one person who did much is read within the window only: %s', async (_, window, hasBegin) => {
  const compares = [
    count('Viewed', { withinSeconds: undefined, ...window }),
    {
      ...spent,
      left: { source: 'eventValue', measure: 'sum', event: 'Ordered', property: 'price', ...window },
    } as Rule,
  ].flatMap((rule) => comparesOf(rule));
  const [row] = await database.query<{ id: string }>('select id from profiles where workspace_id = $1 limit 1', [
    caller.workspaceId,
  ]);
  for (const compare of compares) {
    sent.length = 0;
    await new PeopleRulesRepository(database).answers(caller, {
      asked: [{ compare }],
      profileIds: [row!.id],
      at: Date.now(),
    });
    const own = [...sent];
    for (const generic of [false, true]) {
      const plan = await planOf({ database, sent: own, words: 'profiles named', generic });
      const conditions = plan.split('\n').filter((line) => /Index Cond: .*"?time"? </.test(line));
      expect(conditions.length).toBeGreaterThan(0);
      // An index by time alone could not be asked for a person.
      for (const condition of conditions) expect(condition).toContain('profile_id =');
      if (hasBegin) for (const condition of conditions) expect(condition).toMatch(/"?time"? >/);
      else for (const condition of conditions) expect(condition.match(/"?time"? </g)!.length).toBeGreaterThan(1);
    }
  }
});

it('everybody is counted without reading what is known of them', async () => {
  sent.length = 0;
  expect(await previews.everybody(caller)).toBe(people);
  const nodes = await nodesOf([...sent]);
  expect(nodes.map((node) => node['Index Name'])).toContain('profiles_live');
});
