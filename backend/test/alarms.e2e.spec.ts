import { randomUUID } from 'node:crypto';
import { alarmKindNames } from '@wend/contract';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';
import { makeJourney } from './delivery-fixture.js';
import { startSink } from './sink.js';

let server: TestApi;
let sink: Awaited<ReturnType<typeof startSink>>;
let workspace: TestWorkspace;
let owner: Client;
let journeyId: string;
let status = 200;

beforeAll(async () => {
  sink = await startSink((_, response) => void response.writeHead(status).end('no such hook'));
  server = await startTestApi({ environment: { WEND_OUTBOUND_ALLOW: sink.allow } });
});
afterAll(async () => {
  await server?.close();
  await sink?.close();
});
beforeEach(async () => {
  status = 200;
  sink.calls.length = 0;
  workspace = await server.workspace();
  owner = workspace.owner;
  ({ journeyId } = await makeJourney(server.database, {}, workspace.id, randomUUID()));
});

const raise = async (more: { cleared?: boolean; minutesAgo?: number } = {}): Promise<string> => {
  const [row] = await server.database.query<{ id: string }>(
    `insert into alarms (workspace_id, kind, journey_id, name, summary, advice, raised_at, cleared_at)
     values ($1, 'failures', $2, 'Welcome', '12% of 1,240 emails failed.', 'Look.',
       now() - $3 * interval '1 minute', case when $4 then now() end)
     returning id`,
    [workspace.id, journeyId, more.minutesAgo ?? 0, more.cleared ?? false],
  );
  return row!.id;
};

describe('alarms', () => {
  it('are listed open and past, page by page, with where to look', async () => {
    const open = await raise();
    const past: string[] = [];
    for (const minutesAgo of [1, 2, 3]) past.push(await raise({ cleared: true, minutesAgo }));
    const answer = await owner.get('/api/alarms');
    expect(answer.body).toMatchObject({
      items: [
        {
          id: open,
          kind: 'failures',
          subject: { about: 'journey', id: journeyId, name: 'Welcome' },
          summary: '12% of 1,240 emails failed.',
          path: `/outbox?journey=${journeyId}&status=failed,bounced`,
          clearedAt: null,
          muted: null,
          breaker: null,
          tellings: [],
        },
      ],
      next: null,
    });
    const first = await owner.get('/api/alarms?state=past&limit=2');
    const rest = await owner.get(`/api/alarms?state=past&limit=2&cursor=${first.body.next}`);
    expect([...first.body.items, ...rest.body.items].map(({ id }: { id: string }) => id)).toEqual(past);
    expect(rest.body.next).toBeNull();
    expect((await owner.get('/api/alarms?cursor=x')).status).toBe(400);
  });

  it('are muted by name, for so long, and count no more until then', async () => {
    const id = await raise();
    expect((await owner.get('/api/alarms/count')).body).toEqual({ open: 1 });
    const muted = await owner.send('POST', `/api/alarms/${id}/mute`, { hours: 8 });
    expect(muted.body.muted).toMatchObject({ by: workspace.ownerEmail });
    expect(new Date(muted.body.muted.until).getTime() - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
    expect((await owner.get('/api/alarms/count')).body).toEqual({ open: 0 });
    // That is no exception from the limits; one that is made and taken back leaves it muted.
    const exceptions = async () => (await owner.get('/api/alarm-settings')).body.overrides;
    expect(await exceptions()).toEqual([]);
    await owner.send('PUT', '/api/alarm-settings', { kind: 'failures', journeyId, enabled: true, settings: {} });
    const [made] = await exceptions();
    await owner.send('DELETE', `/api/alarm-settings/${made.id}`);
    expect(await exceptions()).toEqual([]);
    expect((await owner.get('/api/alarms/count')).body).toEqual({ open: 0 });
    expect((await owner.send('POST', `/api/alarms/${id}/mute`, { hours: 0 })).body.muted).toBeNull();
    expect((await owner.get('/api/alarms/count')).body).toEqual({ open: 1 });
    await owner.send('POST', '/api/alarm-settings/mute', { kind: 'failures', hours: 1 });
    expect((await owner.get('/api/alarms/count')).body).toEqual({ open: 0 });
  });

  it('are seen by all, and set by admins only', async () => {
    const id = await raise();
    for (const role of ['marketer', 'developer', 'analyst'] as const) {
      const member = await workspace.member(role);
      expect((await member.get('/api/alarms')).body.items).toHaveLength(1);
      expect((await member.get('/api/alarm-settings')).status).toBe(200);
      expect((await member.send('POST', `/api/alarms/${id}/mute`, { hours: 1 })).status).toBe(403);
      expect((await member.send('PUT', '/api/alarm-settings', { kind: 'down', enabled: false })).status).toBe(403);
    }
  });
});

describe('settings of alarms', () => {
  it('have every kind on with its usual numbers, and keep what is set for the kind and beside it for a journey', async () => {
    const before = (await owner.get('/api/alarm-settings')).body;
    expect(before.kinds.map(({ kind }: { kind: string }) => kind)).toEqual(alarmKindNames);
    for (const kind of before.kinds) expect(kind).toMatchObject({ enabled: true, breaker: false, changed: false });
    await owner.send('PUT', '/api/alarm-settings', {
      kind: 'failures',
      enabled: true,
      breaker: true,
      settings: { percent: 7.5, breakerPercent: 40 },
    });
    await owner.send('PUT', '/api/alarm-settings', {
      kind: 'failures',
      journeyId,
      enabled: true,
      breaker: false,
      settings: { percent: 20 },
    });
    const after = (await owner.get('/api/alarm-settings')).body;
    expect(after.kinds[0]).toMatchObject({
      kind: 'failures',
      breaker: true,
      changed: true,
      settings: { percent: 7.5, breakerPercent: 40, minutes: 15, messages: 100 },
    });
    expect(after.overrides).toMatchObject([
      {
        kind: 'failures',
        subject: { about: 'journey', id: journeyId, name: 'Welcome' },
        breaker: false,
        settings: { percent: 20, breakerPercent: 40 },
      },
    ]);
    expect((await owner.send('DELETE', `/api/alarm-settings/${after.overrides[0].id}`)).status).toBe(200);
    expect((await owner.get('/api/alarm-settings')).body.overrides).toEqual([]);
  });

  it.each([
    ['a number out of its bounds', { kind: 'failures', enabled: true, settings: { percent: 0 } }, 'settings.percent'],
    ['a field of another kind', { kind: 'down', enabled: true, settings: { percent: 5 } }, 'settings.percent'],
    ['a part of a message', { kind: 'failures', enabled: true, settings: { messages: 1.5 } }, 'settings.messages'],
    ['a breaker where pausing mends nothing', { kind: 'down', enabled: true, breaker: true }, 'breaker'],
    ['a journey that is down', { kind: 'down', enabled: true, journeyId: randomUUID() }, 'journeyId'],
  ])('refuse %s, and say where', async (_, body, path) => {
    const answer = await owner.send('PUT', '/api/alarm-settings', body);
    expect([answer.status, answer.body.errors?.map((each: { path: string }) => each.path)]).toEqual([400, [path]]);
  });

  it('are of journeys and connections that are there', async () => {
    const body = { kind: 'failures', enabled: false, journeyId: randomUUID() };
    expect((await owner.send('PUT', '/api/alarm-settings', body)).status).toBe(404);
    const smtp = await connect(owner, 'smtp', {
      host: 'a.example',
      port: 587,
      security: 'none',
      from: 'a@example.com',
    });
    const connection = { kind: 'down', enabled: false, connectionId: smtp.body.id };
    expect((await owner.send('PUT', '/api/alarm-settings', connection)).status).toBe(200);
    // Its settings go with it.
    await owner.send('DELETE', `/api/connections/${smtp.body.id}`);
    expect((await owner.get('/api/alarm-settings')).body.overrides).toEqual([]);
  });
});

describe('those who are told', () => {
  it('by webhook get a signed test; the address and the secret are shown once, if at all', async () => {
    const added = await owner.send('POST', '/api/alarm-targets', {
      kind: 'webhook',
      name: 'On call',
      url: `${sink.url}/hook?token=hidden`,
    });
    expect(added.body).toMatchObject({ name: 'On call', host: sink.allow, secret: expect.stringMatching(/^whsec_/) });
    expect((await owner.send('POST', `/api/alarm-targets/${added.body.id}/test`)).body).toEqual({
      ok: true,
      message: '“On call” has taken the test alarm.',
    });
    const [call] = sink.calls;
    expect(new Webhook(added.body.secret).verify(call!.body, call!.headers as Record<string, string>)).toMatchObject({
      type: 'alarm.test',
      data: { workspace: { id: workspace.id } },
    });
    const listed = (await owner.get('/api/alarm-settings')).body;
    expect(JSON.stringify(listed)).not.toMatch(/hidden|whsec/);
    // The same server keeps the secret, another one does not get it.
    const id = added.body.id;
    const same = { kind: 'webhook', name: 'On call', url: `${sink.url}/other` };
    expect((await owner.send('PUT', `/api/alarm-targets/${id}`, same)).status).toBe(200);
    const moved = await owner.send('PUT', `/api/alarm-targets/${id}`, { ...same, url: 'https://elsewhere.example/' });
    expect([moved.status, moved.body.errors]).toEqual([422, [{ path: 'secret', message: 'is required' }]]);
    expect((await owner.send('DELETE', `/api/alarm-targets/${id}`)).status).toBe(200);
    expect((await owner.send('POST', `/api/alarm-targets/${id}/test`)).status).toBe(404);
  });

  it('hear why a test did not arrive', async () => {
    status = 404;
    const added = await owner.send('POST', '/api/alarm-targets', { kind: 'slack', name: 'Ops', url: `${sink.url}/x` });
    expect((await owner.send('POST', `/api/alarm-targets/${added.body.id}/test`)).body).toEqual({
      ok: false,
      message: 'The server answered HTTP 404: no such hook',
    });
    const inside = await owner.send('POST', '/api/alarm-targets', {
      kind: 'slack',
      name: 'Inside',
      url: 'http://169.254.169.254/latest/meta-data',
    });
    const refused = (await owner.send('POST', `/api/alarm-targets/${inside.body.id}/test`)).body;
    expect(refused).toMatchObject({ ok: false });
    expect(refused.message).not.toContain('meta-data');
  });

  it('are members of the workspace', async () => {
    const { items } = (await owner.get('/api/members')).body;
    const body = { kind: 'members', name: 'Team', memberIds: [items[0].id] };
    expect((await owner.send('POST', '/api/alarm-targets', body)).body).toMatchObject({ memberIds: [items[0].id] });
    const stranger = await owner.send('POST', '/api/alarm-targets', { ...body, memberIds: [randomUUID()] });
    expect([stranger.status, stranger.body.code]).toEqual([422, 'no-such-member']);
  });
});
