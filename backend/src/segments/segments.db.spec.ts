import { longestChain } from '@wend/contract';
import type { Rule } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { audienceOn, membersOf, newWorkspace, settle, whoever } from '../../test/audience.js';
import type { Audience } from '../../test/audience.js';
import { testDatabase } from '../../test/database.js';
import type { Caller } from '../platform/http/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { ErasureRepository } from '../upkeep/index.js';
import { BuilderRepository } from './builder.repository.js';

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

const lastSeen = async (userId: string) =>
  (
    await audience.database.query<{ seen: Date }>(
      'select last_seen_at as seen from profiles where workspace_id = $1 and external_id = $2',
      [caller.workspaceId, userId],
    )
  )[0]!.seen;

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

  it('with how many actions of runs led to it, and beyond a chain starts nothing', async () => {
    const callers = await make('Callers', did('Called'));
    await settled();
    const call = (userId: string, depth: number) =>
      audience.events.ingest({ scope: caller, events: [{ userId, name: 'Called', time: at, depth }] });
    await call('ann', 4);
    await call('bob', longestChain);
    await call('cat', longestChain + 1);
    await settled();
    expect(await inside(callers.id)).toEqual(['ann', 'bob', 'cat']);
    expect([await heard('ann'), await heard('bob'), await heard('cat')]).toEqual([
      ['+Callers'],
      ['+Callers'],
      ['+Callers (quiet)'],
    ]);
    const depths = await audience.database.query<{ depth: number }>(
      `select depth::int as depth from events where workspace_id = $1 and name = 'Segment Entered' order by depth`,
      [caller.workspaceId],
    );
    expect(depths.map(({ depth }) => depth)).toEqual([4, longestChain, longestChain + 1]);
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

  it('by the workspace’s time zone and country, where people say none themselves', async () => {
    at = Date.parse('2030-06-01T20:00:00Z');
    await identify('ann', {});
    await identify('bob', { timezone: 'Europe/Berlin', phone: '+49 151 12345678' });
    await identify('cid', { phone: '010-2345-6789' });
    const tomorrow = await make('June 2', {
      op: 'compare',
      left: { source: 'localTime', part: 'date' },
      is: 'equals',
      value: '2030-06-02',
    });
    const texts = await make('Texts', {
      op: 'compare',
      left: { source: 'reachable', channel: 'sms' },
      is: 'equals',
      value: true,
    });
    const inside2 = await make('Those of June 2', {
      op: 'all',
      rules: [{ op: 'compare', left: { source: 'segment', segment: tomorrow.id }, is: 'equals', value: true }],
    } as never);
    await audience.database.query(
      `insert into consents (workspace_id, profile_id, channel, state, at, source)
       select workspace_id, id, 'sms', 'subscribed', now(), 'api' from profiles where workspace_id = $1`,
      [caller.workspaceId],
    );
    await settled();
    expect([await inside(tomorrow.id), await inside(texts.id)]).toEqual([[], ['bob']]);
    const set = (changed: 'timeZone' | 'country', value: string) =>
      audience.database.transaction(async (sql) => {
        const column = { timeZone: 'time_zone', country: 'country' }[changed];
        await sql.query(`update workspaces set ${column} = $2 where id = $1`, [caller.workspaceId, value]);
        await audience.settings.changed(caller, { sql, changed: [changed], by: 'Ann' });
      });
    await set('timeZone', 'Asia/Seoul');
    await settled();
    expect([await inside(tomorrow.id), await inside(inside2.id)]).toEqual([
      ['ann', 'cid'],
      ['ann', 'cid'],
    ]);
    expect(await heard('ann')).toEqual(['+June 2', '+Those of June 2']);
    // Twice at once, and while the first is being built.
    await set('timeZone', 'UTC');
    await expect(audience.service.cancelBuild(caller, tomorrow.id)).rejects.toThrow('no other one to go back to');
    await audience.builder.work(now);
    await set('timeZone', 'Pacific/Kiritimati');
    await set('country', 'KR');
    await settled();
    expect([await inside(tomorrow.id), await inside(texts.id)]).toEqual([
      ['ann', 'cid'],
      ['bob', 'cid'],
    ]);
    expect(await heard('ann')).toEqual(['+June 2', '+Those of June 2']);
    at = Date.parse('2030-06-02T10:00:01Z');
    await settled();
    expect(await inside(tomorrow.id)).toEqual(['bob']);
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

describe('a build that does not come off', () => {
  const tooSlow = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });

  it('keeps nobody else waiting, and can be saved again or given up', async () => {
    await identify('a', { plan: 'pro' });
    const pro = await make('Pro', planIs('pro'));
    await settled();
    const fill = vi.spyOn(BuilderRepository.prototype, 'fill').mockRejectedValue(tooSlow);
    await audience.service.update(caller, { id: pro.id, rule: planIs('basic'), revision: 1, tell: false });
    await audience.builder.work(now);
    await audience.database.query('update segment_builds set attempts = 19 where segment_id = $1', [pro.id]);
    await settled();
    fill.mockRestore();
    const failed = await audience.service.get(caller, pro.id);
    expect(failed.build).toMatchObject({ state: 'failed', error: expect.stringContaining('try again') });
    const back = await audience.service.cancelBuild(caller, pro.id);
    expect(back).toMatchObject({ rule: planIs('pro'), build: { state: 'cancelled' } });
    await audience.database.query(
      `update segment_builds set state = 'failed' where segment_id = $1 and generation > 1`,
      [pro.id],
    );
    await audience.service.update(caller, { id: pro.id, rule: planIs('pro'), revision: back.revision, tell: false });
    await settled();
    expect(await audience.service.get(caller, pro.id)).toMatchObject({ build: null, liveRule: null, size: 1 });
  });

  it('of a copy says so, and goes on when it is restored', async () => {
    await identify('a', {});
    const list = await make('List', null);
    await audience.manual.changeByIds(caller, { segmentId: list.id, externalIds: ['a'], entered: true, tell: false });
    const copy = await audience.service.duplicate(caller, { id: list.id });
    const add = vi.spyOn(BuilderRepository.prototype, 'add').mockRejectedValue(tooSlow);
    await audience.database.query('update segment_builds set attempts = 19 where segment_id = $1', [copy.id]);
    await audience.builder.work(now);
    await audience.database.query('update segment_builds set attempts = 19 where segment_id = $1', [copy.id]);
    await settled();
    add.mockRestore();
    const failed = await audience.service.get(caller, copy.id);
    expect(failed.build).toMatchObject({ state: 'failed', error: expect.stringMatching(/^Copying .* try again/) });
    await expect(audience.service.duplicate(caller, { id: copy.id })).rejects.toMatchObject({
      code: 'segment-not-complete',
    });
    await expect(audience.service.remove(caller, list.id)).rejects.toMatchObject({ code: 'segment-being-copied' });
    await audience.service.archive(caller, copy.id);
    await audience.service.restore(caller, copy.id);
    await settled();
    expect(await audience.service.get(caller, copy.id)).toMatchObject({ build: null, size: 1 });
  });

  it('is tried again as it was asked for: a rule, a first build and a copy; nothing else is', async () => {
    await identify('a', { plan: 'pro' });
    const pro = await make('Pro', planIs('pro'));
    await settled();
    await expect(audience.service.retryBuild(caller, pro.id)).rejects.toMatchObject({ code: 'nothing-to-retry' });
    await audience.service.update(caller, { id: pro.id, rule: planIs('basic'), revision: 1, tell: true });
    const first = await make('First', planIs('pro'));
    const list = await make('List', null);
    await audience.manual.changeByIds(caller, { segmentId: list.id, externalIds: ['a'], entered: true, tell: false });
    const copy = await audience.service.duplicate(caller, { id: list.id });
    await audience.database.query(
      `update segment_builds set state = 'failed', attempts = 20
       where segment_id = any($1) and state <> 'done'`,
      [[pro.id, first.id, copy.id]],
    );
    await settled();
    expect(await inside(pro.id)).toEqual(['a']);
    for (const { id } of [pro, first, copy])
      expect(await audience.service.retryBuild(caller, id)).toMatchObject({ build: { state: 'waiting', error: null } });
    await settled();
    expect([await inside(pro.id), await inside(first.id), await inside(copy.id)]).toEqual([[], ['a'], ['a']]);
    expect(await heard('a')).toEqual(['+List (quiet)', '-Pro']);
    await audience.service.archive(caller, first.id);
    await expect(audience.service.retryBuild(caller, first.id)).rejects.toMatchObject({ code: 'segment-archived' });
  });

  it('of a person keeps no other person waiting', async () => {
    await identify('slow', { plan: 'free' });
    const pro = await make('Pro', planIs('pro'));
    await settled();
    const [slow] = await audience.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'slow'`,
      [caller.workspaceId],
    );
    let broken = true;
    audience.listeners.add({
      name: 'slow',
      changed: async (_, { changes }) => {
        if (broken && changes.some(({ profileId }) => profileId === slow!.id)) throw tooSlow;
      },
    });
    for (const who of ['slow', 'ann', 'bob']) await identify(who, { plan: 'pro' });
    await settled();
    expect(await inside(pro.id)).toEqual(['ann', 'bob']);
    broken = false;
    at += 300_000;
    await settled();
    expect(await inside(pro.id)).toEqual(['ann', 'bob', 'slow']);
  });
});

it('refuses circles through the rule that a segment may go back to', async () => {
  const within = (segment: string): Rule => ({
    op: 'compare',
    left: { source: 'segment', segment },
    is: 'equals',
    value: true,
  });
  const one = await make('One', planIs('pro'));
  const two = await make('Two', within(one.id));
  await settled();
  await audience.service.update(caller, { id: two.id, rule: planIs('pro'), revision: 1, tell: false });
  const circle = audience.service.update(caller, { id: one.id, rule: within(two.id), revision: 1, tell: false });
  await expect(circle).rejects.toMatchObject({ code: 'segment-circle' });
  // As one that was saved before this was looked at.
  await audience.database.query('update segments set rule = $2 where id = $1', [
    one.id,
    JSON.stringify(within(two.id)),
  ]);
  await expect(audience.service.cancelBuild(caller, two.id)).rejects.toMatchObject({
    code: 'segment-circle',
    status: 409,
    message: expect.stringContaining('“Two” → “One” → “Two”'),
  });
});

it('does not take coming in and going for being seen', async () => {
  await identify('a', { plan: 'pro' });
  const before = await lastSeen('a');
  const pro = await make('Pro', planIs('pro'), true);
  at += 600_000;
  await settled();
  expect([await inside(pro.id), await heard('a'), await lastSeen('a')]).toEqual([['a'], ['+Pro'], before]);
});

describe('members by hand', () => {
  it('are found by ids in capitals, and stay as they are in what is archived', async () => {
    await identify('a', {});
    const list = await make('List', null);
    const [row] = await audience.database.query<{ id: string }>('select id from profiles where workspace_id = $1', [
      caller.workspaceId,
    ]);
    const change = { segmentId: list.id, profileIds: [row!.id.toUpperCase()], entered: true, tell: false };
    expect(await audience.manual.changeByIds(caller, change)).toEqual({ changed: 1, unchanged: 0, unknown: [] });
    await audience.service.archive(caller, list.id);
    for (const entered of [true, false])
      await expect(audience.manual.changeByIds(caller, { ...change, entered })).rejects.toMatchObject({
        code: 'segment-archived',
        status: 409,
      });
    const held = audience.database.transaction((sql) =>
      audience.manual.holdSegment(caller, { sql, segmentId: list.id }),
    );
    expect(await held).toBeNull();
  });
});

it('counts right when people become one while one of them comes in', async () => {
  await identify('a', {});
  await identify('b', {});
  const list = await make('List', null);
  const people = await audience.database.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 order by external_id',
    [caller.workspaceId],
  );
  const [into, from] = people.map(({ id }) => id) as [string, string];
  await audience.manual.addMembers(caller, { segmentId: list.id, profileIds: [from], tell: false });
  let merging: Promise<void> | undefined;
  await audience.database.transaction(async (sql) => {
    await audience.members.add(caller, { sql, segmentId: list.id, profileIds: [into], at: new Date(at) });
    await audience.members.addDeltas(caller, {
      sql,
      deltas: [{ segmentId: list.id, entered: 1, left: 0, size: 1 }],
      at: new Date(at),
    });
    merging = audience.database.transaction((own) => mergeProfiles(caller, { sql: own, merges: [{ from, into }] }));
    await vi.waitFor(
      async () => {
        const waiting = await audience.database.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
  });
  await merging;
  await settled();
  expect([await inside(list.id), (await audience.service.get(caller, list.id)).size]).toEqual([['a'], 1]);
});

it('says who is in by the rule, whatever the clock', async () => {
  await identify('a', { plan: 'pro' });
  expect(await whoever(audience, { workspaceId: caller.workspaceId, rule: planIs('pro'), at })).toHaveLength(1);
});
