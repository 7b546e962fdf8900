import { randomUUID } from 'node:crypto';
import { welcomeSeries } from '@wend/contract/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApprovalLinks } from '../src/approvals/approval-links.js';
import { OpenConnections } from '../src/channels/index.js';
import { ShortLinks } from '../src/channels/short-links/short-links.js';
import { TrackingLinks } from '../src/content/index.js';
import { HitsService } from '../src/messages/hits.service.js';
import { browserAgent } from './chain.js';
import { connect, password, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import { servedRoutes } from './every-route.js';
import { receiptFields, twilioSignature } from './twilio-calls.js';

const publicUrl = 'https://wend.example';
const authToken = 'a'.repeat(32);
/** What a GET may write all the same, by route; a HEAD may write no more than that. */
const mayWrite: Record<string, string[]> = {
  // Openings and clicks are told by GETs, there is no other way: they are held, and judged later.
  'GET /t/o/:file': ['message_hits'],
  'GET /t/c/:token': ['message_hits'],
  'GET /t/h/:token': ['message_hits'],
  'GET /s/:code': ['message_hits'],
  // Who took people's addresses out is written down.
  'GET /api/messages.csv': ['audit_log'],
  'GET /api/suppressions/export': ['audit_log'],
  'GET /api/imports/:id/problems.csv': ['audit_log'],
  'GET /api/profiles.csv': ['audit_log'],
  'GET /api/profiles/:id/export': ['audit_log'],
  // Receipts of providers that know nothing but GET: what became of a message, and nothing about its person.
  'GET /hooks/:workspaceId/:connectionId/:token': [
    'delivery_deltas',
    'feedback_seen',
    'journey_stat_deltas',
    'message_events',
    'messages',
    'events',
    'event_ids',
    'event_queue',
    'event_names',
  ],
};
/** Columns that say when somebody was here, or heard of, last. */
const seen: Record<string, string[]> = {
  api_keys: ['last_used_at'],
  profiles: ['last_seen_at', 'last_seen_day', 'updated_at'],
};

let server: TestApi;
let workspace: TestWorkspace;
let key: Awaited<ReturnType<TestWorkspace['key']>>;
let cookie: string;
let paths: Record<string, string[]>;
let message: { id: string; profileId: string };
beforeAll(async () => {
  server = await startTestApi({ environment: { WEND_PUBLIC_URL: publicUrl } });
  workspace = await server.workspace();
  key = await workspace.key('admin', 'ingest');
  const session = await server.stranger.send('POST', '/api/session', { email: workspace.ownerEmail, password });
  cookie = session.headers.get('set-cookie')!.split(';')[0]!;
  paths = await furnish();
}, 120_000);
afterAll(() => server?.close());

/** One of everything, and for each route that answers GETs where it answers for these. */
async function furnish(): Promise<Record<string, string[]>> {
  const { database, app } = server;
  const { id: workspaceId, owner } = workspace;
  const journey = await makeJourney(database, { mail: { type: 'wend/email', config: {} } }, workspaceId);
  await database.query('update journeys set draft = $2, published_version = 1 where workspace_id = $1', [
    workspaceId,
    JSON.stringify(welcomeSeries.graph),
  ]);
  const person = await enroll(database, { journey, traits: { email: 'ann@example.com', phone: '+31612345678' } });
  message = await queue(database, { journey, person, node: 'mail', channel: 'email' });
  const test = await enroll(database, { journey, origin: 'test' });
  await queue(database, { journey, person: test, node: 'mail', channel: 'email', origin: 'test' });
  await database.query(
    `insert into fast_forwards (workspace_id, enrollment_id, id, target, state, from_time, lease_until)
     values ($1, $2, gen_random_uuid(), '"end"', 'done', now(), now())`,
    [workspaceId, test.enrollmentId],
  );
  const smtp = await connect(owner, 'smtp', {
    host: 'mail.example',
    port: 587,
    security: 'none',
    from: 'a@example.com',
  });
  const twilio = await connect(owner, 'twilio', {
    accountSid: `AC${'1'.repeat(32)}`,
    authToken,
    sender: '+15005550006',
  });
  const webPush = await connect(owner, 'vapid', { contact: 'shop@example.com' });
  expect([smtp.status, twilio.status, webPush.status], JSON.stringify([smtp.body, twilio.body])).toEqual([
    201, 201, 201,
  ]);
  await database.query(
    `update messages set status = 'sent', sent_at = now() - interval '1 hour', provider = 'twilio', provider_id = 'SM1',
       connection_id = $3, content = '{"subject":"Hi","html":"<p>Hi</p>"}', recipient = 'ann@example.com'
     where workspace_id = $1 and id = $2`,
    [workspaceId, message.id, twilio.body.id],
  );
  await owner.send('PUT', `/api/connections/${smtp.body.id}/warm-up`, {
    startPerDay: 10,
    growthPercent: 10,
    mostPerDay: 100,
    transactionalPasses: true,
  });
  await database.query(
    `insert into dead_letters (workspace_id, event_id, received_at, event_name, run_offset_ms, error)
     values ($1, gen_random_uuid(), now(), 'Broken', 0, 'x')`,
    [workspaceId],
  );
  await database.query(`insert into event_names (workspace_id, kind, name) values ($1, 'event', 'Broken')`, [
    workspaceId,
  ]);
  const batch = randomUUID();
  await database.query(
    `insert into resend_batches (workspace_id, id, journey_id, node, selection, reason, requested_by, total, state)
     values ($1, $2, $3, 'mail', '{"kinds":["failed"]}', 'Lost', 'Olivia', 1, 'done')`,
    [workspaceId, batch, journey.journeyId],
  );
  const suppression = await owner.send('POST', '/api/suppressions', {
    channel: 'email',
    address: 'dead@example.com',
  });
  const [erasure] = await database.query<{ id: string }>(
    `insert into erasures (workspace_id, requested_by, state) values ($1, 'olivia', 'done') returning id`,
    [workspaceId],
  );
  const segment = await owner.send('POST', '/api/segments', { name: 'Regulars' });
  await owner.send('POST', `/api/segments/${segment.body.id}/members`, { profileIds: [person.profileId] });
  const s = `/api/segments/${segment.body.id}`;
  const file = await owner.send('POST', '/api/imports', { fileName: 'people.csv', bytes: 10 });
  const template = await owner.send('POST', '/api/channel-templates', {
    channel: 'whatsapp',
    name: 'Hello',
    connectionId: null,
    definition: { kind: 'approved', code: 'hello', state: 'approved', text: 'Hello', buttons: [], fields: [] },
  });
  await owner.send('POST', '/api/topics', { key: 'offers', name: 'Offers', channels: ['email'], starts: 'subscribed' });
  const own = await owner.send('POST', `/api/profiles/${person.profileId}/preferences-link`);
  const links = app.get(TrackingLinks, { strict: false });
  const tracked = { workspaceId, messageId: message.id };
  const local = (url: string) => new URL(url).pathname + new URL(url).search;
  await database.query(`update workspaces set link_domain = 'go.example' where id = $1`, [workspaceId]);
  const shortening = await app.get(ShortLinks, { strict: false }).of(tracked);
  const text = shortening.shorten(`https://shop.example/${'long/'.repeat(20)}`);
  await shortening.keep();
  const [approval] = await database.query<{ id: string; mail: string }>(
    `with asked as (
       insert into approvals (
         workspace_id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, state, question,
           choices
       )
       values ($1, $2, $3, $4, 'mail', 1, 'mail#1', 'live', '{}', now(), 'open', 'Go on?', '[{"id":"yes","label":"Yes"}]')
       returning workspace_id, id, enrollment_id
     ), mailed as (
       insert into approval_mails (workspace_id, approval_id, enrollment_id, address, state)
       select workspace_id, id, enrollment_id, 'boss@example.com', 'sent' from asked
       returning id
     )
     select asked.id, mailed.id as mail from asked, mailed`,
    [workspaceId, person.enrollmentId, journey.journeyId, journey.versionId],
  );
  const answering = app.get(ApprovalLinks, { strict: false }).address({ workspaceId, mailId: approval!.mail });
  const unsubscribe = links.unsubscribeUrl(tracked);
  const hook = local(app.get(OpenConnections, { strict: false }).feedbackUrl({ workspaceId }, twilio.body.id));
  const j = `/api/journeys/${journey.journeyId}`;
  return {
    'GET /api/journeys/:id': [j],
    'GET /api/journeys/:id/issues': [`${j}/issues`],
    'GET /api/journeys/:id/versions': [`${j}/versions`],
    'GET /api/journeys/:id/pause': [`${j}/pause`],
    'GET /api/journeys/:id/stop': [`${j}/stop`],
    'GET /api/journeys/:id/moves': [`${j}/moves`],
    'GET /api/journeys/:id/learnt-results': [`${j}/learnt-results`],
    'GET /api/journeys/:id/versions/:number': [`${j}/versions/1`],
    'GET /api/journeys/:id/live': [`${j}/live`, `${j}/live?version=1`],
    'GET /api/journeys/:id/live/stream': [`${j}/live/stream`],
    'GET /api/journeys/:id/enrollments': [`${j}/enrollments`],
    'GET /api/journeys/:id/ledger': [`${j}/ledger`],
    'GET /api/journeys/:id/resend-batches': [`${j}/resend-batches`],
    'GET /api/journeys/:id/schedules': [`${j}/schedules`],
    'GET /api/journeys/:id/delivery': [`${j}/delivery`],
    'GET /api/enrollments/:id': [`/api/enrollments/${person.enrollmentId}`],
    'GET /api/enrollments/:id/fast-forward': [`/api/enrollments/${test.enrollmentId}/fast-forward`],
    'GET /api/profiles/:id': [`/api/profiles/${person.profileId}`],
    'GET /api/profiles/:id/timeline': [
      `/api/profiles/${person.profileId}/timeline`,
      `/api/profiles/${person.profileId}/timeline?kinds=journeys,messages&limit=1`,
    ],
    'GET /api/profiles/:id/merge': [`/api/profiles/${person.profileId}/merge?from=${test.profileId}`],
    'GET /api/profiles/:id/export': [`/api/profiles/${person.profileId}/export`],
    'GET /api/erasures/:id': [`/api/erasures/${erasure!.id}`],
    'GET /api/profiles/:id/segments': [`/api/profiles/${person.profileId}/segments`],
    'GET /api/journeys/:id/batches': [`/api/journeys/${journey.journeyId}/batches`],
    'GET /api/journeys/:id/why': [`/api/journeys/${journey.journeyId}/why?profileId=${person.profileId}`],
    'GET /api/segments/:id': [s],
    'GET /api/segments/:id/members': [`${s}/members`, `${s}/members?search=a`],
    'GET /api/segments/:id/why': [`${s}/why?profileId=${person.profileId}`],
    'GET /api/segments/:id/growth': [`${s}/growth`],
    'GET /api/segments/:id/uses': [`${s}/uses`],
    'GET /api/messages/:id': [`/api/messages/${message.id}`],
    'GET /api/messages/:id/explanation': [`/api/messages/${message.id}/explanation`],
    'GET /api/journeys/:id/explanation': [`${j}/explanation?profileId=${person.profileId}&node=mail`],
    'GET /api/messages': ['/api/messages', '/api/messages?search=hi', '/api/messages?search=ann%40'],
    'GET /api/suppressions/:id': [`/api/suppressions/${suppression.body.id}`],
    'GET /api/imports/:id': [`/api/imports/${file.body.id}`],
    'GET /api/imports/:id/problems.csv': [`/api/imports/${file.body.id}/problems.csv`],
    'GET /api/channel-templates/:id': [`/api/channel-templates/${template.body.id}`],
    'GET /api/connections/:id/warm-up': [`/api/connections/${smtp.body.id}/warm-up`],
    'GET /api/connections/:id/bounce-mailbox': [`/api/connections/${smtp.body.id}/bounce-mailbox`],
    'GET /api/catalogue/entry': ['/api/catalogue/entry?kind=event&name=Broken'],
    'GET /api/email-domains/check': ['/api/email-domains/check?domain=wend.invalid'],
    'GET /hooks/:workspaceId/:connectionId/:token': [
      hook,
      // As Twilio would call it, were it told to use GET.
      `${hook}?${new URLSearchParams(receiptFields)}`,
      `${hook}?${new URLSearchParams({ MessageSid: 'MO1', From: '+31612345678', To: '+15005550006', Body: 'STOP' })}`,
      `${hook}?${new URLSearchParams({ ...receiptFields, MessageStatus: 'failed', ErrorCode: '21610' })}`,
    ],
    'GET /t/o/:file': [local(links.openUrl(tracked))],
    'GET /t/c/:token': [
      local(links.clickUrl({ ...tracked, url: 'https://shop.example/' })),
      // A link to leave by that was tracked all the same.
      local(links.clickUrl({ ...tracked, url: unsubscribe })),
    ],
    'GET /t/h/:token': [local(links.trapUrl(tracked))],
    'GET /t/u/:token': [local(unsubscribe), `${local(unsubscribe)}?List-Unsubscribe=One-Click`],
    'GET /t/s/:token': [
      local(links.preferencesUrl(tracked)),
      `${local(links.preferencesUrl(tracked))}?lang=ko&do=none`,
      local(own.body.url),
    ],
    'GET /t/k/:token': [local(links.confirmUrl(tracked)), `${local(links.confirmUrl(tracked))}?lang=de`],
    'GET /t/a/:token': [local(answering), `${local(answering)}?lang=ko&choice=yes`],
    'GET /api/approvals/:id': [`/api/approvals/${approval!.id}`],
    'GET /v1/preferences/:token': [`/v1/preferences/${own.body.token}`, `/v1/preferences/${own.body.token}?none=true`],
    'GET /api/topics/:key': ['/api/topics/offers'],
    'GET /api/profiles/:id/consents': [`/api/profiles/${person.profileId}/consents`],
    'GET /api/profiles/:id/consents/history': [`/api/profiles/${person.profileId}/consents/history`],
    'GET /s/:code': [new URL(text).pathname],
  };
}

/** How many rows each table has, and a hash of them. */
async function contents(): Promise<Map<string, string>> {
  const tables = await server.database.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     group by 1`,
  );
  expect(tables.length).toBeGreaterThan(50);
  const [row] = await server.database.query<Record<string, string>>(
    `select ${tables
      .map(({ name, columns }) => {
        const kept = columns.filter((column) => !seen[name]?.includes(column)).map((column) => `"${column}"`);
        return `(select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '')
          from (select ${kept.join(', ')} from "${name}") t) as "${name}"`;
      })
      .join(', ')}`,
    [],
    { assembled: true },
  );
  return new Map(Object.entries(row!));
}

async function changedBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = await contents();
  await work();
  const after = await contents();
  return [...before.keys()].filter((table) => before.get(table) !== after.get(table)).sort();
}

/** Who may call, and what else says “do it” in a request that only asks. */
const callers = (): [string, Record<string, string>][] => [
  ['a stranger', { 'user-agent': browserAgent }],
  ['a scanner', { 'user-agent': 'curl/8', 'x-forwarded-for': '203.0.113.9' }],
  ['a prefetcher', { 'user-agent': browserAgent, 'sec-purpose': 'prefetch', purpose: 'prefetch' }],
  ['the owner', { cookie }],
  ['a key', { authorization: `Bearer ${key.key}` }],
  [
    'somebody who calls it another method',
    { authorization: `Bearer ${key.key}`, 'x-http-method-override': 'POST', 'x-http-method': 'POST' },
  ],
];

async function ask(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const aborted = new AbortController();
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...headers,
      ...(path.startsWith('/hooks/') && { 'x-twilio-signature': twilioSignature(`${publicUrl}${path}`, authToken) }),
    },
    redirect: 'manual',
    signal: aborted.signal,
  });
  // A stream has no end to wait for.
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) aborted.abort();
  else await response.text();
  return response.status;
}

describe('a GET or HEAD', () => {
  it('changes nothing, whoever asks, by whatever route; exceptions have names', { timeout: 300_000 }, async () => {
    const routes = servedRoutes(server).filter(({ method }) => method === 'GET' || method === 'ALL');
    expect(routes.length).toBeGreaterThan(40);
    const reached = new Set<string>();
    const wrong: string[] = [];
    for (const { path } of routes) {
      const name = `GET ${path}`;
      const places = paths[name] ?? (path.includes(':') || path.includes('*') ? [] : [path]);
      if (places.length === 0) wrong.push(`${name}: say in this test where it answers`);
      for (const place of places)
        for (const method of ['GET', 'HEAD']) {
          const statuses: number[] = [];
          const changed = await changedBy(async () => {
            for (const [, headers] of callers()) statuses.push(await ask(method, place, headers));
          });
          if (statuses.some((status) => status < 400)) reached.add(name);
          if (statuses.some((status) => status >= 500)) wrong.push(`${method} ${place}: ${statuses.join(', ')}`);
          const bad = changed.filter((table) => !mayWrite[name]?.includes(table));
          if (bad.length > 0) wrong.push(`${method} ${place} changed ${bad.join(', ')}`);
        }
    }
    expect(wrong).toEqual([]);
    // Refusing everybody would change nothing either.
    expect(routes.map(({ path }) => `GET ${path}`).filter((name) => !reached.has(name))).toEqual([]);
  });

  it('of a page to leave by, a click on it and a STOP by GET let nobody leave; a POST does', async () => {
    const [page] = paths['GET /t/u/:token']!;
    const people = ['consents', 'suppressions', 'enrollments', 'profiles', 'soft_bounces', 'reply_answers'];
    const hits = server.app.get(HitsService, { strict: false });
    hits.limit({ holdMs: 0 });
    const changed = await changedBy(async () => {
      for (const name of Object.keys(mayWrite).concat('GET /t/u/:token'))
        for (const place of paths[name] ?? []) await ask('GET', place, { 'user-agent': browserAgent });
      // What was held is judged, as the worker does.
      while (await hits.judge());
    });
    expect(changed.filter((table) => people.includes(table))).toEqual([]);
    const left = await fetch(`${server.url}${page}`, { method: 'POST' });
    expect(left.status).toBe(200);
    const consents = await server.database.query(
      'select channel, state from consents where workspace_id = $1 and profile_id = $2',
      [workspace.id, message.profileId],
    );
    expect(consents).toEqual([{ channel: 'email', state: 'unsubscribed' }]);
  });
});
