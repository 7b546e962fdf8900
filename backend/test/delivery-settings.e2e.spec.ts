import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

let server: TestApi;
let workspace: TestWorkspace;
let journey: Journey;
beforeAll(async () => {
  server = await startTestApi();
  workspace = await server.workspace();
  journey = await makeJourney(server.database, { mail: { type: 'wend/email', config: {} } }, workspace.id);
  await server.database.query(
    `insert into topics (workspace_id, key, name, channels, starts, place)
     values ($1, 'offers', 'Offers', '{email}', 'subscribed', 1)`,
    [workspace.id],
  );
});
afterAll(() => server?.close());

const aDay = { kind: 'calendar', unit: 'day' };
const hours = { windows: [{ days: [1, 2, 3], from: '21:00', to: '08:00' }] };
const ofJourney = () => `/api/journeys/${journey.journeyId}/delivery`;
const put = (path: string, body: unknown, of: TestWorkspace = workspace) => of.owner.send('PUT', path, body);

it('saves what a workspace and a journey say, and writes down who did', async () => {
  const limits = [{ most: 2, per: aDay, channels: ['email'], topics: ['offers'] }];
  const settings: [path: string, body: object][] = [
    ['/api/delivery/caps', { limits, countTransactional: true }],
    ['/api/delivery/quiet-hours', { hours, channels: [{ channel: 'webhook', hours: null }], perMinute: 600 }],
    ['/api/delivery/holdout', { share: 2.5, exceptTopics: ['offers'] }],
    [
      '/api/delivery/rates',
      { workspace: null, channels: [{ channel: 'email', limit: { messages: 5, per: 'second' } }] },
    ],
    [ofJourney(), { priority: 1, caps: { mode: 'own', limits } }],
  ];
  for (const [path, body] of settings) {
    expect(await put(path, body)).toMatchObject({ status: 200, body });
    expect((await workspace.owner.get(path)).body).toMatchObject(body);
  }
  const log = await server.database.query<{ action: string }>(
    'select action from audit_log where workspace_id = $1 order by id',
    [workspace.id],
  );
  expect(log.map(({ action }) => action)).toEqual([
    'delivery.caps',
    'delivery.quiet-hours',
    'delivery.holdout',
    'delivery.rates',
    'journey.delivery',
  ]);
});

it('refuses rules about channels that are not there, and says which', async () => {
  const limit = (more: object) => [
    { most: 1, per: aDay, channels: ['email'] },
    { most: 1, per: aDay, ...more },
  ];
  const cases: [path: string, body: object, wrong: string[]][] = [
    [
      '/api/delivery/caps',
      { limits: limit({ channels: ['email', 'fax'] }), countTransactional: false },
      ['limits.1.channels.1'],
    ],
    [
      '/api/delivery/caps',
      { limits: limit({ channels: ['webhook'] }), countTransactional: false },
      ['limits.1.channels.0'],
    ],
    [
      '/api/delivery/quiet-hours',
      { hours: null, channels: [{ channel: 'fax', hours }], perMinute: null },
      ['channels.0.channel'],
    ],
    [
      '/api/delivery/rates',
      { workspace: null, channels: [{ channel: 'fax', limit: { messages: 1, per: 'second' } }] },
      ['channels.0.channel'],
    ],
    [
      ofJourney(),
      { priority: 3, caps: { mode: 'own', limits: limit({ channels: ['fax'] }) } },
      ['caps.limits.1.channels.0'],
    ],
  ];
  for (const [path, body, wrong] of cases) {
    const before = (await workspace.owner.get(path)).body;
    const answer = await put(path, body);
    expect(answer, JSON.stringify(body)).toMatchObject({ status: 422, body: { code: 'unknown-channel' } });
    expect((answer.body as { errors: { path: string }[] }).errors.map((each) => each.path)).toEqual(wrong);
    expect((await workspace.owner.get(path)).body).toEqual(before);
  }
});

it('is one workspace’s own', async () => {
  const other = await server.workspace();
  expect((await other.owner.get('/api/delivery/caps')).body).toEqual({ limits: [], countTransactional: false });
  expect((await put(ofJourney(), { priority: 1, caps: { mode: 'workspace' } }, other)).status).toBe(404);
  expect(
    (await put(`/api/journeys/${randomUUID()}/delivery`, { priority: 1, caps: { mode: 'workspace' } })).status,
  ).toBe(404);
});
