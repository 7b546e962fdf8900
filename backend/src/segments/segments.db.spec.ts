import type { Rule } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audienceOn, membersOf, newWorkspace, settle, whoever } from '../../test/audience.js';
import type { Audience } from '../../test/audience.js';
import { testDatabase } from '../../test/database.js';
import type { Caller } from '../platform/http/index.js';
import { ErasureRepository } from '../upkeep/index.js';

let audience: Audience;
let drop: () => Promise<void>;
let caller: Caller;
/** What the clock says; it only goes forward. */
let at = Date.now();
const now = () => at;
beforeAll(async () => {
  const database = await testDatabase();
  drop = database.drop;
  audience = audienceOn(database.database);
  audience.builder.limit({ set: 3, single: 2, told: 2 });
});
afterAll(() => drop?.());
beforeEach(async () => {
  caller = await newWorkspace(audience.database);
});

export const planIs = (value: string): Rule => ({
  op: 'compare',
  left: { source: 'trait', path: 'plan' },
  is: 'equals',
  value,
});
export const did = (event: string, withinSeconds?: number): Rule => ({
  op: 'compare',
  left: { source: 'eventCount', event, ...(withinSeconds && { withinSeconds }) },
  is: 'atLeast',
  value: 1,
});

const make = (name: string, rule: Rule | null, tell = false) =>
  audience.service.create(caller, { name, description: '', rule, tell });
const settled = () => settle(audience, now);
const track = (userId: string, name: string, time = at) =>
  audience.events.ingest({ scope: caller, events: [{ userId, name, time }] });
const identify = (userId: string, traits: Record<string, string | null>, origin: 'live' | 'import' = 'live') =>
  audience.events.ingest({ scope: caller, origin, events: [{ kind: 'identify', userId, traits, time: at }] });
const names = async (ids: string[]) => {
  const rows = await audience.database.query<{ name: string }>(
    'select external_id as name from profiles where workspace_id = $1 and id = any($2::uuid[]) order by 1',
    [caller.workspaceId, ids],
  );
  return rows.map(({ name }) => name);
};
const inside = async (id: string) => names(await membersOf(audience, id));
const heard = async (userId: string) =>
  (
    await audience.database.query<{ said: string }>(
      `select concat(case e.name when 'Segment Entered' then '+' else '-' end, e.properties ->> 'segmentName',
         case when e.origin = 'import' then ' (quiet)' end) as said
       from events e join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
       where e.workspace_id = $1 and p.external_id = $2 and e.name in ('Segment Entered', 'Segment Left')
       order by e.position`,
      [caller.workspaceId, userId],
    )
  ).map(({ said }) => said);

describe('members are kept live', () => {
  it('by traits, events and the time', async () => {
    await identify('ann', { plan: 'pro' });
    const pro = await make('Pro', planIs('pro'));
    const buyers = await make('Buyers', did('Ordered', 3_600));
    await settled();
    expect([await inside(pro.id), await inside(buyers.id)]).toEqual([['ann'], []]);
    await identify('bob', { plan: 'pro' });
    await track('ann', 'Ordered');
    await settled();
    expect([await inside(pro.id), await inside(buyers.id)]).toEqual([['ann', 'bob'], ['ann']]);
    await identify('ann', { plan: 'free' });
    await settled();
    expect(await inside(pro.id)).toEqual(['bob']);
    at += 3_599_000;
    await settled();
    expect(await inside(buyers.id)).toEqual(['ann']);
    at += 7_000;
    await settled();
    expect(await inside(buyers.id)).toEqual([]);
    expect(await heard('ann')).toEqual(['+Buyers', '-Pro', '-Buyers']);
    expect(await heard('bob')).toEqual(['+Pro']);
    expect((await audience.service.get(caller, pro.id)).size).toBe(1);
  });

  it('by what is imported, which starts nothing', async () => {
    const pro = await make('Pro', planIs('pro'));
    await settled();
    await identify('ann', { plan: 'pro' }, 'import');
    await settled();
    expect([await inside(pro.id), await heard('ann')]).toEqual([['ann'], ['+Pro (quiet)']]);
    await identify('ann', { plan: 'free' });
    await settled();
    expect(await heard('ann')).toEqual(['+Pro (quiet)', '-Pro']);
  });

  it('of two people who become one, and of one who is erased', async () => {
    await audience.events.ingest({ scope: caller, events: [{ anonymousId: 'x', name: 'Ordered', time: at }] });
    await identify('ann', { plan: 'pro' });
    await identify('eve', { plan: 'pro' });
    const both = await make('Both', { op: 'all', rules: [planIs('pro'), did('Ordered')] });
    const pro = await make('Pro', planIs('pro'));
    await settled();
    expect(await inside(both.id)).toEqual([]);
    await audience.events.ingest({
      scope: caller,
      events: [{ kind: 'identify', anonymousId: 'x', userId: 'ann', traits: {} }],
    });
    await settled();
    expect([await inside(both.id), await inside(pro.id)]).toEqual([['ann'], ['ann', 'eve']]);
    const [eve] = await audience.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'eve'`,
      [caller.workspaceId],
    );
    await new ErasureRepository(audience.database).person(caller, eve!.id);
    await settled();
    expect([await inside(pro.id), (await audience.service.get(caller, pro.id)).size]).toEqual([['ann'], 1]);
  });

  it('costs nothing where nobody watches', async () => {
    await identify('ann', { plan: 'pro' });
    await track('ann', 'Ordered');
    const rows = await audience.database.query('select 1 from profile_changes where workspace_id = $1', [
      caller.workspaceId,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('an edited rule', () => {
  it('is built beside the old one, and only differences are told', async () => {
    for (const [who, plan] of Object.entries({ a: 'pro', b: 'pro', c: 'basic', d: 'free', e: 'basic' }))
      await identify(who, { plan });
    const segment = await make('Paying', planIs('pro'), true);
    await settled();
    expect(await Promise.all(['a', 'b', 'c'].map(heard))).toEqual([['+Paying'], ['+Paying'], []]);
    const rule: Rule = { op: 'any', rules: [planIs('basic'), did('Ordered')] };
    await audience.service.update(caller, { id: segment.id, rule, revision: 1, tell: true });
    await audience.builder.work(now);
    await audience.builder.work(now);
    // In the middle of the build: members are those of the old rule, changes count for both.
    await track('a', 'Ordered');
    await identify('c', { plan: 'pro' });
    await identify('d', { plan: 'basic' });
    while (await audience.changes.work(now));
    expect(await inside(segment.id)).toEqual(['a', 'b', 'c']);
    await settled();
    expect(await inside(segment.id)).toEqual(['a', 'd', 'e']);
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(heard))).toEqual([
      ['+Paying'],
      ['+Paying', '-Paying'],
      ['+Paying', '-Paying'],
      ['+Paying'],
      ['+Paying'],
    ]);
    expect(await audience.service.get(caller, segment.id)).toMatchObject({ size: 3, build: null, liveRule: null });
    const rows = await audience.database.query('select 1 from segment_memberships where segment_id = $1', [segment.id]);
    expect(rows).toHaveLength(3);
  });

  it('may be given up before it is there', async () => {
    await identify('a', { plan: 'pro' });
    const segment = await make('Paying', planIs('pro'));
    await settled();
    await audience.service.update(caller, { id: segment.id, rule: planIs('basic'), revision: 1, tell: true });
    await audience.builder.work(now);
    const back = await audience.service.cancelBuild(caller, segment.id);
    expect(back).toMatchObject({ rule: planIs('pro'), build: { state: 'cancelled' } });
    await settled();
    expect([await inside(segment.id), await heard('a')]).toEqual([['a'], []]);
  });
});

it('says who is in by the rule, whatever the clock', async () => {
  await identify('a', { plan: 'pro' });
  expect(await whoever(audience, { workspaceId: caller.workspaceId, rule: planIs('pro'), at })).toHaveLength(1);
});
