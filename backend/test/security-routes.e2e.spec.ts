import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { api, apiKeyScopes, roles, rolesWith, scopesWith } from '@wend/contract';
import type { IngestItem, JsonObject, Route } from '@wend/contract';
import { welcomeSeries } from '@wend/contract/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, password, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import { filled, servedRoutes } from './every-route.js';

/** Routes that need no session, each for a reason; one more must be added here on purpose. */
const open = [
  'DELETE /api/session',
  'GET /api/setup',
  'GET /health',
  'POST /api/session',
  'POST /api/setup',
  'GET /s/:code',
  'GET /t/c/:token',
  'GET /t/h/:token',
  'GET /t/o/:file',
  'GET /hooks/:workspaceId/:connectionId/:token',
  'POST /hooks/:workspaceId/:connectionId/:token',
  'OPTIONS /t/p/:token',
  'POST /t/p/:token',
  'GET /t/u/:token',
  'POST /t/u/:token',
  'GET /t/s/:token',
  'POST /t/s/:token',
  'GET /t/k/:token',
  'POST /t/k/:token',
  'GET /t/a/:token',
  'POST /t/a/:token',
  'GET /v1/preferences/:token',
  'POST /v1/preferences/:token',
  'OPTIONS /v1/*path',
  'POST /v1/:call',
  'POST /v1/devices',
  'DELETE /v1/devices',
  'GET /v1/webpush/key',
];
const routes = Object.entries(api).map(([name, route]) => ({
  name: name as keyof typeof api,
  route: route as unknown as Route,
}));
const nobody = '00000000-0000-4000-8000-000000000000';

let server: TestApi;
let theirs: TestWorkspace;
let mine: TestWorkspace;
/** What the other workspace has, by the route that names it. */
let ids: {
  journey: string;
  enrollment: string;
  message: string;
  profile: string;
  key: string;
  connection: string;
  httpConnection: string;
  letter: string;
  batch: string;
  entering: string;
  suppression: string;
  approval: string;
  template: string;
  import: string;
  segment: string;
  alarm: string;
  override: string;
  target: string;
};

beforeAll(async () => {
  server = await startTestApi();
  [theirs, mine] = [await server.workspace(), await server.workspace()];
  ids = await furnish(theirs);
});
afterAll(() => server?.close());

const approvedText = { kind: 'approved', code: 'x', state: 'approved', text: 'x', buttons: [], fields: [] };

const rejectedItem: Omit<IngestItem, 'id' | 'key'> & { keyId: string } = {
  receivedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'rejected',
  reason: 'Secret of theirs',
  path: null,
  kind: 'track',
  name: 'Secret of theirs',
  userId: 'secret-of-theirs',
  anonymousId: null,
  messageId: null,
  status: 400,
  route: '/v1/track',
  keyId: nobody,
  library: null,
  lagMs: null,
  raw: '{"event":"Secret of theirs"}',
  truncated: false,
};

/** One of everything that has an id. */
async function furnish(workspace: TestWorkspace): Promise<typeof ids> {
  const { database } = server;
  const journey = await makeJourney(
    database,
    { text: { type: 'wend/sms', config: { text: 'Secret of theirs' } } },
    workspace.id,
  );
  await database.query('update journeys set draft = $2, published_version = 1 where workspace_id = $1', [
    workspace.id,
    JSON.stringify(welcomeSeries.graph),
  ]);
  const person = await enroll(database, { journey, traits: { name: 'Secret of theirs', phone: '+31612345678' } });
  const message = await queue(database, { journey, person, node: 'text', channel: 'sms' });
  const key = await workspace.owner.send('POST', '/api/api-keys', { name: 'Secret of theirs', scopes: ['read'] });
  const saved = await connect(workspace.owner, 'smtp', {
    host: 'secret-of-theirs.example',
    port: 587,
    security: 'none',
    from: 'a@example.com',
  });
  const api = await workspace.owner.send('POST', '/api/http-connections', {
    name: 'Secret of theirs',
    auth: { kind: 'bearer' },
    origins: ['https://secret-of-theirs.example'],
    secret: 'Secret of theirs',
  });
  const [letter] = await database.query<{ id: string }>(
    `insert into dead_letters (workspace_id, event_id, received_at, event_name, run_offset_ms, error)
      values ($1, $2, now(), 'Secret of theirs', 0, 'x')
      returning id::text`,
    [workspace.id, randomUUID()],
  );
  const batch = randomUUID();
  await database.query(
    `insert into resend_batches (workspace_id, id, journey_id, node, selection, reason, requested_by, total)
      values ($1, $2, $3, 'text', '{"kinds":["failed"]}', 'Secret of theirs', 'Secret of theirs', 1)`,
    [workspace.id, batch, journey.journeyId],
  );
  await database.query(
    `insert into event_names (workspace_id, kind, name, properties)
      select $1, kind, 'Secret of theirs', array['secret of theirs'] from unnest(array['event', 'trait']) kind`,
    [workspace.id],
  );
  await database.query(`insert into ingest_rejections (workspace_id, item) values ($1, $2)`, [
    workspace.id,
    JSON.stringify(rejectedItem),
  ]);
  const [entering] = await database.query<{ id: string }>(
    `insert into entry_batches (workspace_id, journey_id, node, source, cause, name, at)
      values ($1, $2, 'entry', '{"people":1}', 'Secret of theirs', 'Secret of theirs', now())
      returning id`,
    [workspace.id, journey.journeyId],
  );
  const [approval] = await database.query<{ id: string }>(
    `insert into approvals (
       workspace_id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, state, question,
         choices
     )
     values ($1, $2, $3, $4, 'mail', 1, 'mail#1', 'live', '{}', now(), 'open', 'Go on?', '[{"id":"yes","label":"Yes"}]')
     returning id`,
    [workspace.id, person.enrollmentId, journey.journeyId, journey.versionId],
  );
  const [suppression] = await database.query<{ id: string }>(
    `insert into suppressions (workspace_id, channel, address, address_key, reason, source)
      values ($1, 'email', 'secret-of-theirs@example.com', 'key', 'manual', 'member')
      returning id`,
    [workspace.id],
  );
  const [template] = await database.query<{ id: string }>(
    `insert into channel_templates (workspace_id, channel, name, definition)
      values ($1, 'whatsapp', 'Secret of theirs', $2)
      returning id`,
    [workspace.id, JSON.stringify(approvedText)],
  );
  const segment = await workspace.owner.send('POST', '/api/segments', { name: 'Secret of theirs' });
  await workspace.owner.send('POST', `/api/segments/${segment.body.id}/members`, { profileIds: [person.profileId] });
  const [file] = await database.query<{ id: string }>(
    `insert into imports (workspace_id, file_name, bytes, received, state, created_by)
      values ($1, 'Secret of theirs.csv', 1, 1, 'ready', 'Secret of theirs')
      returning id`,
    [workspace.id],
  );
  const [place] = await database.query<{ id: string }>(
    `insert into places (workspace_id, external_id, name, lat, lng, radius, bounds)
      values ($1, 'theirs', 'Secret of theirs', 1, 1, 100, '(2,2),(0,0)')
      returning id`,
    [workspace.id],
  );
  const [erasure] = await database.query<{ id: string }>(
    `insert into erasures (workspace_id, requested_by, state) values ($1, 'Secret of theirs', 'done') returning id`,
    [workspace.id],
  );
  await workspace.owner.send('POST', '/api/topics', {
    key: 'secret-of-theirs',
    name: 'Secret of theirs',
    channels: ['email'],
    starts: 'subscribed',
  });
  const [alarm] = await database.query<{ id: string }>(
    `insert into alarms (workspace_id, kind, journey_id, name, summary, advice)
      values ($1, 'failures', $2, 'Secret of theirs', 'Secret of theirs', 'x')
      returning id`,
    [workspace.id, journey.journeyId],
  );
  const [override] = await database.query<{ id: string }>(
    `insert into alarm_settings (workspace_id, kind, journey_id, muted_by) values ($1, 'failures', $2, 'Secret of theirs')
      returning id`,
    [workspace.id, journey.journeyId],
  );
  const target = await workspace.owner.send('POST', '/api/alarm-targets', {
    kind: 'slack',
    name: 'Secret of theirs',
    url: 'https://secret-of-theirs.example/hook',
  });
  return {
    topic: 'secret-of-theirs',
    alarm: alarm!.id,
    override: override!.id,
    target: target.body.id,
    place: place!.id,
    import: file!.id,
    erasure: erasure!.id,
    segment: segment.body.id,
    suppression: suppression!.id,
    approval: approval!.id,
    template: template!.id,
    batch,
    entering: entering!.id,
    journey: journey.journeyId,
    enrollment: person.enrollmentId,
    message: message.id,
    profile: person.profileId,
    key: key.body.id,
    connection: saved.body.id,
    httpConnection: api.body.id,
    letter: letter!.id,
  };
}

const own = (path: string): keyof typeof ids => {
  const found = (
    [
      ['/api/journeys/', 'journey'],
      ['/api/enrollments/', 'enrollment'],
      ['/api/messages/', 'message'],
      ['/api/backlog/messages/', 'message'],
      ['/api/profiles/', 'profile'],
      ['/api/erasures/', 'erasure'],
      ['/api/api-keys/', 'key'],
      ['/api/connections/', 'connection'],
      ['/api/dead-letters/', 'letter'],
      ['/api/resend-batches/', 'batch'],
      ['/api/entry-batches/', 'entering'],
      ['/api/suppressions/', 'suppression'],
      ['/api/approvals/', 'approval'],
      ['/api/channel-templates/', 'template'],
      ['/api/alarms/', 'alarm'],
      ['/api/alarm-settings/', 'override'],
      ['/api/alarm-targets/', 'target'],
      ['/api/http-connections/', 'httpConnection'],
      ['/api/places/', 'place'],
      ['/api/topics/', 'topic'],
      ['/api/imports/', 'import'],
      ['/api/segments/', 'segment'],
    ] as const
  ).find(([prefix]) => path.startsWith(prefix));
  if (!found) throw new Error(`${path} has a parameter that this test does not know: add what it names.`);
  return found[1];
};

const importMapping = { delimiter: ',', header: true, match: 'externalId', columns: [{ to: 'externalId' }] };

/** Bodies that a route accepts, so that only the id can be refused. */
const bodies: Partial<Record<keyof typeof api, JsonObject>> = {
  tryStep: { step: { id: 'n', type: 'wend/fetch-data', version: 1, config: {} } },
  rename: { name: 'Mine now' },
  answerApproval: { choice: 'yes' },
  saveDraft: { graph: welcomeSeries.graph as unknown as JsonObject, revision: 1 },
  publish: { token: 'another.token' },
  restoreVersion: { revision: 1 },
  startMove: { nodes: { wait: { follow: true } } },
  control: { action: 'stop' },
  saveJourneyRate: { limit: null },
  saveJourneyDelivery: { priority: 1, caps: { mode: 'ignored' } },
  saveHoldout: { share: 5, exceptTopics: [] },
  triggerJourney: { people: [{ externalId: 'mine' }] },
  cancelEnrollment: {},
  startTest: { traits: {}, properties: {} },
  fastForward: { to: { seconds: 60 } },
  testEvent: { event: 'Mine' },
  messageAct: { action: 'open' },
  resendMessage: { requestId: nobody, reason: 'Mine now' },
  startResendBatch: { requestId: nobody, node: 'text', kinds: ['failed'], reason: 'Mine now' },
  saveConnection: { settings: { host: 'mine.example', port: 25, security: 'none', from: 'a@example.com' } },
  saveHttpConnection: { name: 'Mine', auth: { kind: 'bearer' }, origins: ['https://mine.example'], secret: 'mine' },
  saveWarmUp: { startPerDay: 1, growthPercent: 0, mostPerDay: 1, transactionalPasses: true },
  saveBounceMailbox: { host: 'mine.example', port: 993, security: 'tls', user: 'mine', password: 'mine' },
  releaseSuppression: { reason: 'Mine now' },
  updateChannelTemplate: { name: 'Mine', connectionId: null, definition: approvedText, revision: 1 },
  archiveChannelTemplate: { archived: true },
  readImport: { delimiter: ',', header: true },
  checkImport: importMapping,
  startImport: importMapping,
  rotateConnection: { secrets: { password: 'mine' } },
  orderConnections: { ids: [nobody] },
  updateSegment: { name: 'Mine', revision: 1 },
  duplicateSegment: { name: 'Mine' },
  editProfile: { traits: { name: 'Mine now' }, consents: { email: 'unsubscribed' } },
  mergeProfiles: { from: nobody },
  editTopic: { name: 'Mine now' },
  stateConsents: { consents: [{ channel: 'email', state: 'unsubscribed' }] },
  pauseProfile: { until: new Date(Date.now() + 86_400_000).toISOString() },
  addSegmentMembers: { profileIds: [nobody] },
  removeSegmentMembers: { profileIds: [nobody] },
  muteAlarm: { hours: 1 },
  saveAlarmTarget: { kind: 'slack', name: 'Mine', url: 'https://mine.example/hook' },
};

/** What a route cannot do without. */
const queries: Partial<Record<keyof typeof api, string>> = {
  mergePreview: `?from=${nobody}`,
  whyInSegment: `?profileId=${nobody}`,
  stepExplanation: `?profileId=${nobody}&node=mail`,
};

const call = (client: Client, route: Pick<Route, 'method'>, path: string, body?: unknown) =>
  client.send(route.method, path, body);
/** A channel is a name that all workspaces have. */
const hasId = ({ route }: { route: Route }) => route.path.replace('/:channel', '').includes('/:');

describe('every route', () => {
  it('is refused to strangers, except those that are open on purpose', async () => {
    const served = servedRoutes(server);
    expect(served.length).toBeGreaterThan(routes.length);
    const answered = await Promise.all(
      served.map(async ({ method, path }) => ({
        name: `${method} ${path}`,
        status: (await server.stranger.send(method, filled(path, nobody, '1'))).status,
      })),
    );
    expect(answered.filter(({ name, status }) => status !== 401 && !open.includes(name))).toEqual([]);
    expect(open.filter((name) => !answered.some((each) => each.name === name))).toEqual([]);
    for (const path of ['/v1/track', '/v1/batch', '/v1/identify'])
      expect((await server.stranger.send('POST', path, { userId: 'x', event: 'E', batch: [] })).status).toBe(401);
  });

  it.each(['a made-up cookie', 'a made-up key', 'an empty key'])('is refused with %s', async (what) => {
    const headers: Record<string, string> =
      what === 'a made-up cookie'
        ? { cookie: `wend_session=${'a'.repeat(43)}` }
        : { authorization: `Bearer ${what === 'an empty key' ? '' : `wk_${'a'.repeat(43)}`}` };
    for (const { route } of routes) {
      if (route.access !== 'public')
        expect(
          (await server.stranger.send(route.method, filled(route.path, nobody, '1'), undefined, headers)).status,
          `${route.method} ${route.path}`,
        ).toBe(401);
    }
  });

  it('finds nothing of another workspace, and changes nothing there', async () => {
    const before = await contentsOf(theirs);
    for (const { name, route } of routes.filter(hasId)) {
      const path = filled(route.path, ids[own(route.path)], '1') + (queries[name] ?? '');
      const answer = await call(mine.owner, route, path, route.body && (bodies[name] ?? {}));
      expect(answer.status, `${route.method} ${path} ${JSON.stringify(answer.body)}`).toBe(404);
      expect(JSON.stringify(answer.body)).not.toMatch(/secret.of.theirs/i);
    }
    expect(await contentsOf(theirs)).toEqual(before);
  });

  it('lists nothing of another workspace', async () => {
    for (const { route } of routes.filter(
      (each) => each.route.method === 'GET' && !hasId(each) && each.route.access !== 'public',
    )) {
      const text =
        JSON.stringify((await mine.owner.get(`${route.path}?search=secret`)).body) +
        JSON.stringify((await mine.owner.get(route.path)).body);
      expect(text, route.path).not.toMatch(/secret.of.theirs/i);
      for (const id of Object.values(ids)) if (id.length > 30) expect(text, route.path).not.toContain(id);
    }
    expect((await mine.owner.get(`/api/messages?journeyId=${ids.journey}`)).body.items).toEqual([]);
  });

  it('takes no id of another workspace in a body', async () => {
    expect(
      (
        await mine.owner.send('POST', '/api/preview', {
          channel: 'sms',
          config: { text: '{{ profile.name }}' },
          profileId: ids.profile,
        })
      ).status,
    ).toBe(404);
    const journey = await mine.owner.send('POST', '/api/journeys', { name: 'Mine', graph: welcomeSeries.graph });
    const started = await mine.owner.send('POST', `/api/journeys/${journey.body.id}/test-runs`, {
      profileId: ids.profile,
      properties: {},
    });
    expect(started.status).toBe(404);
  });

  it('asks a key for its scope, whatever the id', async () => {
    for (const scope of apiKeyScopes) {
      const key = await theirs.key(scope);
      for (const { route } of routes) {
        if (route.access === 'public') continue;
        const allowed = scopesWith(route.access).includes(scope);
        const { status } = await call(key, route, filled(route.path, nobody, '1'), route.body && {});
        if (allowed)
          expect(
            [401, 403].includes(status) || status >= 500,
            `${scope}: ${route.method} ${route.path} gave ${status}`,
          ).toBe(false);
        else expect(status, `${scope}: ${route.method} ${route.path}`).toBe(403);
      }
    }
    expect((await (await theirs.key('ingest')).get(`/api/journeys/${ids.journey}`)).status).toBe(403);
  });

  it('lets a key do nothing that its maker may not, whatever its scopes', async () => {
    for (const role of roles) {
      const member = await mine.member(role);
      const memberId = (await member.get('/api/session')).body.member.id as string;
      const key = await mine.key(...apiKeyScopes);
      await server.database.query('update api_keys set made_by = $1 where hash = sha256($2)', [
        memberId,
        Buffer.from(key.key),
      ]);
      for (const { route } of routes) {
        if (route.access === 'public' || rolesWith(route.access).includes(role)) continue;
        expect(
          (await call(key, route, filled(route.path, nobody, '1'), route.body && {})).status,
          `${role}: ${route.method} ${route.path}`,
        ).toBe(403);
      }
      expect((await key.send('POST', '/v1/track', { userId: 'u', event: 'E' })).status, role).toBe(
        rolesWith('events.send').includes(role) ? 200 : 403,
      );
    }
  });

  it('asks a member for the role', async () => {
    for (const role of roles) {
      const member = await mine.member(role);
      for (const { route } of routes) {
        if (route.access === 'public') continue;
        const { status } = await call(member, route, filled(route.path, nobody, '1'), route.body && {});
        if (rolesWith(route.access).includes(role))
          expect(
            [401, 403].includes(status) || status >= 500,
            `${role}: ${route.method} ${route.path} gave ${status}`,
          ).toBe(false);
        else expect(status, `${role}: ${route.method} ${route.path}`).toBe(403);
      }
    }
  });
});

/** Everything of a workspace that another one could have touched. */
async function contentsOf(workspace: TestWorkspace): Promise<unknown> {
  const tables = [
    'journeys',
    'journey_control',
    'journey_versions',
    'enrollments',
    'messages',
    'profiles',
    'api_keys',
    'connections',
    'dead_letters',
    'consents',
    'consent_changes',
    'topics',
    'event_queue',
    'audit_log',
  ];
  return Promise.all(
    tables.map((table) =>
      server.database.query(`select * from ${table} where workspace_id = $1 order by 1, 2`, [workspace.id]),
    ),
  );
}

describe('malformed input', () => {
  /** By `request`, which sends a path as it is: `fetch` would make another of one with `%2e%2e` in it. */
  const statusOf = ({ method, body }: Pick<Route, 'method' | 'body'>, path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { cookie, ...(body && { 'content-type': 'application/json' }) };
      request(server.url, { method, path, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      })
        .on('error', reject)
        .end(body && '{}');
    });
  let cookie: string;
  beforeAll(async () => {
    const session = await server.stranger.send('POST', '/api/session', { email: mine.ownerEmail, password });
    cookie = session.headers.get('set-cookie')!.split(';')[0]!;
  });

  const strange = [
    'x',
    '-1',
    '0',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    '%00',
    '%ff',
    '%F0%9F%98%80',
    '%E0%A4%A',
    '..%2f..%2fapi%2fsession',
    '%2e%2e',
    "'%20or%201=1--",
    `${nobody}'`,
    `%7B${nobody}%7D`,
    `${nobody}%00`,
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '99999999999999999999',
    '9223372036854775808',
    '1e400',
    'a'.repeat(3_000),
  ];

  it('in a path is refused, never an error of ours', async () => {
    for (const { route } of routes.filter(hasId)) {
      await Promise.all(
        strange.map(async (value) => {
          const status = await statusOf(route, filled(route.path, value));
          expect([400, 404], `${route.method} ${filled(route.path, value)} gave ${status}`).toContain(status);
        }),
      );
    }
    const journey = await mine.owner.send('POST', '/api/journeys', { name: 'Mine', graph: welcomeSeries.graph });
    for (const number of ['2147483648', '9007199254740993', '-2147483649', '1.5', '1e3', '%20', 'NaN']) {
      const { status } = await mine.owner.get(`/api/journeys/${journey.body.id}/versions/${number}`);
      expect([400, 404], `version ${number} gave ${status}`).toContain(status);
    }
  });

  it('in a query is refused or finds nothing', async () => {
    const journey = await mine.owner.send('POST', '/api/journeys', { name: 'Mine', graph: welcomeSeries.graph });
    const cursor = (value: unknown) => `cursor=${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
    const queries = [
      'cursor=x',
      'cursor=%00',
      cursor([]),
      cursor(['2026-99-99T00:00:00Z', nobody]),
      cursor(['9999-12-31T99:99:99Z', '-'.repeat(36)]),
      cursor(['2026-01-01T00:00:00Z', 'g'.repeat(36)]),
      cursor({ length: 2 }),
      'limit=0',
      'limit=-1',
      'limit=1e9',
      'limit=NaN',
      'limit=1&limit=2',
      'search=%00',
      'search=%25%5C',
      `search=${'a'.repeat(5_000)}`,
      'search[]=x',
      'search=%F0%9F',
      'version=2147483648',
      'version=-1',
      'version=x',
      'node=%00',
      'node=__proto__',
      'visited=%00',
      'status=none',
      'origin=none',
      'journeyId=x',
      'channel=fax',
      '__proto__[x]=1',
      'constructor=1',
    ];
    for (const { route } of routes.filter((each) => each.route.method === 'GET' && each.route.access !== 'public')) {
      await Promise.all(
        queries.map(async (query) => {
          const { status } = await mine.owner.get(`${filled(route.path, journey.body.id, '1')}?${query}`);
          expect([200, 400, 404], `${route.path}?${query} gave ${status}`).toContain(status);
        }),
      );
    }
  });

  it('in a body is refused, never an error of ours', async () => {
    const journey = await mine.owner.send('POST', '/api/journeys', { name: 'Mine', graph: welcomeSeries.graph });
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const texts = [
      '',
      'null',
      '[]',
      '5',
      '"x"',
      '{',
      deep,
      '['.repeat(50_000),
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"name":"a\\u0000b"}',
      '{"name":"\\ud83d"}',
      '{"name":1e400}',
      '{"name":{"$gt":""}}',
    ];
    const kinds: Record<string, string>[] = [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-encoding': 'gzip' },
      { 'content-type': 'application/json; charset=utf-7' },
    ];
    for (const { name, route } of routes.filter((each) => each.route.body)) {
      if (name === 'signIn' || name === 'createOwner') continue;
      for (const text of texts) {
        const { status } = await mine.owner.send(route.method, filled(route.path, journey.body.id, '1'), text);
        expect(status, `${route.method} ${route.path} with ${text.slice(0, 40)}`).toBeLessThan(500);
      }
      for (const headers of kinds) {
        const { status } = await mine.owner.send(
          route.method,
          filled(route.path, journey.body.id, '1'),
          '{"a',
          headers,
        );
        expect(status, `${route.method} ${route.path} with ${JSON.stringify(headers)}`).toBeLessThan(500);
      }
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('text that PostgreSQL cannot hold is refused or mended, wherever it stands', async () => {
    const half = '\ud83d';
    const graph = structuredClone(welcomeSeries.graph);
    for (const node of Object.values(graph.nodes)) node.name = half;
    for (const node of Object.values(graph.nodes)) node.config = { ...node.config, note: `cut ${half}` };
    const made = await mine.owner.send('POST', '/api/journeys', { name: `Half ${half}`, graph });
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(500);
    const whole = await mine.owner.send('POST', '/api/journeys', { name: 'Whole', graph: welcomeSeries.graph });
    const answers = [
      await mine.owner.send('PUT', `/api/journeys/${whole.body.id}/draft`, { graph, revision: 1 }),
      await mine.owner.send('PATCH', `/api/journeys/${whole.body.id}`, { name: half }),
      await mine.owner.send('POST', `/api/journeys/${whole.body.id}/test-runs`, {
        traits: { name: half, [half]: 1 },
        properties: { item: half },
      }),
      await mine.owner.send('POST', '/api/preview', { channel: 'sms', config: { text: half }, entry: { item: half } }),
      await mine.owner.send('POST', '/api/api-keys', { name: half, scopes: ['read'] }),
      await connect(mine.owner, 'smtp', {
        host: 'mail.example',
        port: 25,
        security: 'none',
        from: `a${half}@example.com`,
      }),
    ];
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  });
});

describe('secrets', () => {
  it('come out of no route', async () => {
    await connect(mine.owner, 'smtp', {
      host: 'mail.example',
      port: 587,
      security: 'none',
      user: 'wend',
      from: 'a@example.com',
      password: 'smtp-pass-word',
    });
    const { key } = await mine.key('read');
    for (const { route } of routes.filter((each) => each.route.method === 'GET' && !hasId(each))) {
      const text = JSON.stringify((await mine.owner.get(route.path)).body);
      expect(text, route.path).not.toContain('smtp-pass-word');
      expect(text, route.path).not.toContain(key);
      expect(text, route.path).not.toMatch(/argon2|password_hash|passwordHash/);
    }
  });
});
