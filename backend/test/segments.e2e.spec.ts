import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { audienceOn, settle } from './audience.js';

let server: TestApi;
let workspace: TestWorkspace;
let owner: TestWorkspace['owner'];
beforeAll(async () => {
  server = await startTestApi();
  workspace = await server.workspace();
  ({ owner } = workspace);
});
afterAll(() => server?.close());

const plan = (value: string) => ({
  op: 'compare',
  left: { source: 'trait', path: 'plan' },
  is: 'equals',
  value,
});

async function person(externalId: string): Promise<string> {
  const [row] = await server.database.query<{ id: string }>(
    `with p as (insert into profiles (workspace_id, external_id) values ($1, $2) returning workspace_id, id)
     , i as (insert into identities (workspace_id, kind, value, profile_id) select workspace_id, 'user', $2, id from p)
     select id from p`,
    [workspace.id, externalId],
  );
  return row!.id;
}

const told = (profileId: string) =>
  server.database.query<{ name: string; origin: string }>(
    `select name, origin from events where workspace_id = $1 and profile_id = $2 and name like 'Segment %' order by position`,
    [workspace.id, profileId],
  );

describe('a manual segment', () => {
  it('takes people in and out by either id, once, and leaves it among their events', async () => {
    const made = await owner.send('POST', '/api/segments', { name: '단골 손님' });
    expect([made.status, made.body]).toMatchObject([201, { kind: 'manual', size: 0, rule: null, build: null }]);
    const at = `/api/segments/${made.body.id}/members`;
    const [ann, bob] = [await person('ann'), await person('bob')];
    const both = { profileIds: [ann], externalIds: ['bob', 'nobody', 'ann'] };
    expect((await owner.send('POST', at, both)).body).toEqual({ changed: 2, unchanged: 0, unknown: ['nobody'] });
    expect((await owner.send('POST', at, both)).body).toMatchObject({ changed: 0, unchanged: 2 });
    const { items } = (await owner.get(at)).body;
    expect(items.map(({ externalId }: { externalId: string }) => externalId).sort()).toEqual(['ann', 'bob']);
    const found = async (search: string) => (await owner.get(`${at}?search=${search}`)).body.items.length;
    expect([await found('ann'), await found('nobody')]).toEqual([1, 0]);
    const page = (await owner.get(`${at}?limit=1`)).body;
    const rest = (await owner.get(`${at}?limit=1&cursor=${page.next}`)).body;
    expect(
      [page.items, rest.items]
        .flat()
        .map(({ externalId }) => externalId)
        .sort(),
    ).toEqual(['ann', 'bob']);
    expect(rest.next).toBeNull();
    expect((await owner.get(`/api/profiles/${ann}/segments`)).body.items).toMatchObject([
      { id: made.body.id, name: '단골 손님', kind: 'manual' },
    ]);
    expect((await owner.send('POST', `${at}/remove`, { externalIds: ['bob'], tell: false })).body.changed).toBe(1);
    expect((await owner.send('POST', `${at}/remove`, { externalIds: ['bob'] })).body.changed).toBe(0);
    expect(await told(ann)).toEqual([{ name: 'Segment Entered', origin: 'live' }]);
    expect(await told(bob)).toEqual([
      { name: 'Segment Entered', origin: 'live' },
      // Nobody is to hear of it: it starts and wakes nothing.
      { name: 'Segment Left', origin: 'import' },
    ]);
    const copy = await owner.send('POST', `/api/segments/${made.body.id}/duplicate`, {});
    expect(copy.body).toMatchObject({ name: '단골 손님 (copy)', kind: 'manual' });
    // Built like a rule's members, some thousands at a time.
    await settle(audienceOn(server.database));
    expect((await owner.get(`/api/segments/${copy.body.id}/members`)).body.items).toHaveLength(1);
  });

  it('says what is wrong with what it is asked', async () => {
    const made = await owner.send('POST', '/api/segments', { name: 'Mine' });
    const at = `/api/segments/${made.body.id}`;
    expect((await owner.send('POST', '/api/segments', { name: 'mINE' })).body.code).toBe('segment-name-taken');
    expect((await owner.send('POST', `${at}/members`, {})).body.code).toBe('nobody-named');
    expect((await owner.send('PATCH', at, { rule: plan('pro'), revision: 1 })).body.code).toBe('segment-is-manual');
    expect((await owner.send('PATCH', at, { name: 'Yours', revision: 7 })).body.code).toBe('segment-conflict');
    const ruled = await owner.send('POST', '/api/segments', { name: 'Pro', rule: plan('pro') });
    const put = await owner.send('POST', `/api/segments/${ruled.body.id}/members`, { externalIds: ['ann'] });
    expect([put.status, put.body.code]).toEqual([409, 'segment-has-rule']);
    const broken = await owner.send('POST', '/api/segments', { name: 'Broken', rule: { op: 'all', rules: [] } });
    expect([broken.status, broken.body.errors]).toEqual([422, [{ path: 'rule', message: 'Add a condition.' }]]);
  });
});

it('is listed, found, archived, restored and deleted', async () => {
  const made = await owner.send('POST', '/api/segments', { name: 'To go', rule: plan('basic') });
  const at = `/api/segments/${made.body.id}`;
  const listed = async (query: string) =>
    (await owner.get(`/api/segments?${query}`)).body.items.map(({ name }: { name: string }) => name);
  expect(await listed('search=TO%20G')).toEqual(['To go']);
  expect(await listed('search=To%20go&kind=manual')).toEqual([]);
  expect((await owner.send('POST', `${at}/archive`)).body).toMatchObject({ archivedAt: expect.any(String) });
  expect(await listed('search=To%20go')).toEqual([]);
  expect(await listed('search=To%20go&archived=true')).toEqual(['To go']);
  expect((await owner.send('POST', `${at}/restore`)).body.archivedAt).toBeNull();
  expect((await owner.send('DELETE', at)).body).toEqual({ ok: true });
  expect((await owner.get(at)).status).toBe(404);
});
