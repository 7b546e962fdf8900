import { welcomeSeries } from '@wend/contract/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueDetail, CatalogueItem, CatalogueList, KnownEventNames } from '@wend/contract';
import { CatalogueFollower } from '../src/catalogue/catalogue-follower.js';
import { startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';

let api: TestApi;
let workspace: TestWorkspace;
let sender: Client;

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  sender = await workspace.key('ingest');
});
afterAll(() => api?.close());

const send = async (batch: object[], client = sender) =>
  expect((await client.send('POST', '/v1/batch', { batch })).status).toBe(200);
const track = (event: string, properties: object = {}, userId = 'ann') => ({
  type: 'track',
  userId,
  event,
  properties,
});

/** What is stored so far is counted. */
async function counted(): Promise<void> {
  const follower = new CatalogueFollower(api.database);
  const last = await api.database.query<{ last: string }>('select last_value as last from event_position');
  await expect
    .poll(
      async () => {
        while (await follower.countOnce());
        const [row] = await api.database.query<{ counted: string }>('select counted from catalogue_progress');
        return BigInt(row!.counted) >= BigInt(last[0]!.last);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}
const list = async (kind: 'event' | 'trait' = 'event', owner = workspace.owner): Promise<CatalogueList> => {
  const { items } = (await owner.get<CatalogueList>(`/api/catalogue?kind=${kind}`)).body;
  return { items, full: false, countedAt: null };
};
/** A list is remembered for two seconds. */
const found = (name: string, kind: 'event' | 'trait' = 'event') =>
  expect.poll(async () => (await list(kind)).items.find((each) => each.name === name), { timeout: 10_000 });
const detail = async (name: string, kind: 'event' | 'trait' = 'event') =>
  (await workspace.owner.get<CatalogueDetail>(`/api/catalogue/entry?kind=${kind}&name=${encodeURIComponent(name)}`))
    .body;
const describeEntry = (body: object, client = workspace.owner) => client.send('PATCH', '/api/catalogue/entry', body);

describe('the catalogue', () => {
  it('has events with volume, types, values and what uses them', async () => {
    const created = await workspace.owner.send('POST', '/api/journeys', {
      name: 'Welcome',
      graph: welcomeSeries.graph,
    });
    expect(created.status).toBe(201);
    await send([
      track('Signed Up', { plan: 'pro', seats: 3, password: 'hunter2', card: '4242 4242 4242 4242' }),
      track('Signed Up', { plan: 'free', seats: '3' }),
      { type: 'identify', userId: 'ann', traits: { email: 'ann@example.com', vip: true } },
    ]);
    await counted();
    await found('Signed Up').toMatchObject({ last30Days: 2, expected: false, hidden: false, builtIn: false });
    const { properties, uses, days } = await detail('Signed Up');
    expect(days.at(-1)).toBe(2);
    expect(uses).toEqual(
      JSON.stringify(welcomeSeries.graph).includes('"Signed Up"')
        ? [{ what: 'journey', id: created.body.id, name: 'Welcome', where: 'draft' }]
        : [],
    );
    const byPath = new Map(properties.map((property) => [property.path, property]));
    expect(byPath.get('plan')).toMatchObject({ values: ['free', 'pro'], secret: false, changed: false });
    expect(byPath.get('seats')).toMatchObject({ changed: true });
    expect(byPath.get('seats')!.types.map(({ type, share }) => [type, share])).toEqual([
      ['number', 0.5],
      ['text', 0.5],
    ]);
    expect(byPath.get('password')).toMatchObject({ values: [], secret: true });
    expect(byPath.get('card')).toMatchObject({ values: [], secret: true });
    const vip = await detail('vip', 'trait');
    expect(vip.properties).toMatchObject([{ path: '', values: ['true'] }]);
    await found('vip', 'trait').toMatchObject({ last30Days: 1, types: [{ type: 'boolean', share: 1 }] });
  });

  it('points out a typo next to a known name, and names that nobody expects', async () => {
    await send(Array.from({ length: 30 }, () => track('Order Completed', {}, 'ben')));
    await send([
      track('Order Complete'),
      track('Level 1 Done'),
      ...Array.from({ length: 12 }, () => track('Level 2 Done')),
    ]);
    await counted();
    await found('Order Complete').toMatchObject({
      flags: { typoOf: { name: 'Order Completed', last30Days: 30 }, unexpected: false, isNew: true },
    });
    await found('Level 1 Done').toMatchObject({ flags: { typoOf: null } });
    expect(
      (
        await workspace.owner.send('POST', '/api/catalogue/expected', {
          entries: [{ kind: 'event', name: 'Order Completed' }],
        })
      ).status,
    ).toBe(200);
    const { items } = await list();
    const flags = (name: string) => items.find((each: CatalogueItem) => each.name === name)!.flags;
    expect(flags('Order Completed').unexpected).toBe(false);
    expect(flags('Order Complete').unexpected).toBe(true);
    const missing = await workspace.owner.send('POST', '/api/catalogue/expected', {
      entries: [{ kind: 'event', name: 'Never Seen' }],
    });
    expect([missing.status, missing.body.detail]).toEqual([
      400,
      '“entries” has the event “Never Seen”, which is not in the catalogue: describe it first.',
    ]);
  });

  it('describes, hides from pickers and not from the data, and forgets', async () => {
    await send([track('Debug Ping', { at: 1, noise: 2 }), { type: 'identify', userId: 'ann', traits: { legacy: 1 } }]);
    await counted();
    const known = async () => (await workspace.owner.get<KnownEventNames>('/api/event-names')).body;
    expect((await known()).traits).toContain('legacy');
    expect((await describeEntry({ kind: 'event', name: 'Debug Ping', description: ' Of the app ' })).status).toBe(200);
    await describeEntry({ kind: 'event', name: 'Debug Ping', path: 'noise', hidden: true });
    await describeEntry({ kind: 'event', name: 'Debug Ping', path: 'at', expectedType: 'number', description: 'When' });
    expect((await known()).events.find(({ name }) => name === 'Debug Ping')).toEqual({
      name: 'Debug Ping',
      properties: ['at'],
      description: 'Of the app',
      last30Days: 1,
      facts: { at: { description: 'When', type: 'number' }, noise: { description: '', type: 'number' } },
    });
    await describeEntry({ kind: 'event', name: 'Debug Ping', hidden: true });
    await describeEntry({ kind: 'trait', name: 'legacy', hidden: true });
    expect((await known()).events.map(({ name }) => name)).not.toContain('Debug Ping');
    expect((await known()).traits).not.toContain('legacy');
    expect(await detail('Debug Ping')).toMatchObject({ hidden: true, description: 'Of the app', last30Days: 1 });
    const path = '/api/catalogue/entry?kind=event&name=Debug%20Ping';
    expect((await workspace.owner.send('DELETE', path)).status).toBe(200);
    expect((await workspace.owner.send('DELETE', path)).status).toBe(404);
    expect((await workspace.owner.get(path)).status).toBe(404);
    const [stored] = await api.database.query(`select count(*)::int as n from events where name = 'Debug Ping'`);
    expect(stored!['n']).toBe(1);
    const audited = await api.database.query(
      `select action from audit_log where workspace_id = $1 and subject = 'event:Debug Ping'`,
      [workspace.id],
    );
    expect(audited).toHaveLength(5);
  });

  it('says what is wrong with what it is told', async () => {
    const wrong = async (body: object) => {
      const { status, body: problem } = await describeEntry(body);
      return [status, problem.errors?.[0]?.path];
    };
    expect(await wrong({ kind: 'trait', name: 'x', path: 'y', hidden: true })).toEqual([400, 'path']);
    expect(await wrong({ kind: 'event', name: 'x', expectedType: 'text' })).toEqual([400, 'expectedType']);
    expect(await wrong({ kind: 'event', name: 'x', path: 'y', expected: true })).toEqual([400, 'expected']);
    expect(await wrong({ kind: 'thing', name: 'x' })).toEqual([400, 'kind']);
    expect(await wrong({ kind: 'event', name: '', hidden: true })).toEqual([400, 'name']);
  });

  it('is read by all, and changed by those who build', async () => {
    const analyst = await workspace.member('analyst');
    expect((await analyst.get('/api/catalogue')).status).toBe(200);
    expect((await describeEntry({ kind: 'event', name: 'Signed Up', hidden: true }, analyst)).status).toBe(403);
    const marketer = await workspace.member('marketer');
    expect((await describeEntry({ kind: 'event', name: 'Signed Up', description: '가입' }, marketer)).status).toBe(200);
    expect(await detail('Signed Up')).toMatchObject({ description: '가입', hidden: false });
  });

  it('keeps workspaces apart, and an empty one is empty', async () => {
    const other = await api.workspace();
    expect((await list('event', other.owner)).items).toEqual([]);
    expect((await other.owner.get('/api/catalogue/entry?kind=event&name=Signed%20Up')).status).toBe(404);
    await describeEntry({ kind: 'event', name: 'Signed Up', hidden: true }, other.owner);
    expect(await detail('Signed Up')).toMatchObject({ hidden: false });
    // Described before it is received.
    expect((await list('event', other.owner)).items).toMatchObject([
      { name: 'Signed Up', lastSeenAt: null, hidden: true },
    ]);
  });

  it('shows no value of a person who was erased', async () => {
    await send([track('Wrote', { text: 'My own words' }, 'gone')]);
    await counted();
    expect((await detail('Wrote')).properties[0]!.values).toEqual(['My own words']);
    const [person] = await api.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'gone'`,
      [workspace.id],
    );
    const { ErasureRepository } = await import('../src/upkeep/erasure.repository.js');
    await new ErasureRepository(api.database).person(workspace.scope, person!.id);
    expect((await detail('Wrote')).properties[0]!.values).toEqual([]);
    expect(await detail('Wrote')).toMatchObject({ last30Days: 1 });
  });
});
