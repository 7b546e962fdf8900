import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventsService } from '../src/events/index.js';
import { LiveStreams } from '../src/insights/live-streams.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';

let api: TestApi;
let workspace: TestWorkspace;
let journeyId: string;
let versionId: string;

const graph = {
  nodes: {
    entry: { id: 'entry', type: 'wend/entry-event', version: 1, name: 'In', config: {}, position: { x: 0, y: 0 } },
    mail: { id: 'mail', type: 'wend/email', version: 1, name: 'Hello mail', config: {}, position: { x: 0, y: 0 } },
  },
  edges: [],
  settings: { reentry: { rule: 'never' }, exitCriteria: [] },
};
const program = {
  format: 1,
  instructions: [
    { op: 'goto', node: 'entry' },
    { op: 'send', node: 'mail', channel: 'email' },
  ],
  facts: [],
};

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  const w = workspace.id;
  [{ id: journeyId }] = (await api.database.query<{ id: string }>(
    "insert into journeys (workspace_id, name, draft, published_version) values ($1, 'Hello', $2, 2) returning id",
    [w, JSON.stringify(graph)],
  )) as [{ id: string }];
  await api.database.query("insert into programs (workspace_id, hash, format, program) values ($1, 'h', 1, $2)", [
    w,
    JSON.stringify(program),
  ]);
  [{ id: versionId }] = (await api.database.query<{ id: string }>(
    `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, entries, reentry)
      values ($1, $2, 2, $3, 'h', '[]', '{}')
      returning id`,
    [w, journeyId, JSON.stringify(graph)],
  )) as [{ id: string }];
});
afterAll(() => api?.close());

async function person(
  userId: string,
  traits: Record<string, string> = {},
): Promise<{ profileId: string; eventId: string }> {
  const events = api.app.get(EventsService, { strict: false });
  const { eventIds } = await events.ingest({ scope: workspace.scope, events: [{ kind: 'identify', userId, traits }] });
  const [row] = await api.database.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 and external_id = $2',
    [workspace.id, userId],
  );
  return { profileId: row!.id, eventId: eventIds[0]! };
}
type RunOptions = {
  userId: string;
  origin?: string;
  status?: string;
  node?: string;
  ended?: boolean;
  offset?: number;
};

async function run({
  userId,
  origin = 'live',
  status = 'running',
  node = 'mail',
  ended = false,
  offset = 0,
}: RunOptions) {
  const { profileId, eventId } = await person(userId, { email: `${userId}@example.com`, timezone: 'Asia/Seoul' });
  const id = randomUUID();
  await api.database.query(
    `insert into enrollments (
       workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status,
         workflow_id, node, node_since, entered_at, ended_at, run_offset_ms
     )
     values ($1, $2, $3, $4, $5, $6, now(), $7, $8, $9, $10, now(), now(), case when $11 then now() end, $12)`,
    [
      workspace.id,
      id,
      journeyId,
      versionId,
      profileId,
      eventId,
      origin,
      status,
      `enrollment/${id}`,
      node,
      ended,
      offset,
    ],
  );
  return { id, profileId };
}
const visit = (
  enrollmentId: string,
  { node, seconds, port, place = 0 }: { node: string; seconds: number; port: string; place?: number },
) =>
  api.database.query(
    `insert into visits (workspace_id, enrollment_id, node, visit, step, place, entered_at, left_at, port, trace)
      values ($1, $2, $3, 1, 0, $6, now() - make_interval(secs => $4), now(), $5, '{"kind":"end","reason":"x"}')`,
    [workspace.id, enrollmentId, node, seconds, port, place],
  );
const delta = (node: string, measure: string, count: number) =>
  api.database.query(
    `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values ($1, $2, $3, $4, date_trunc('hour', now()), $5)`,
    [workspace.id, versionId, node, measure, count],
  );

async function* dataOf(response: Response) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (block.startsWith('data: ')) yield JSON.parse(block.slice(6)) as any;
    }
  }
}

describe('live figures', () => {
  it('count people, ports and messages, without test runs', async () => {
    const one = await run({ userId: 'one' });
    const two = await run({ userId: 'two', status: 'completed', ended: true });
    await run({ userId: 'tester', origin: 'test' });
    await visit(one.id, { node: 'entry', seconds: 0, port: 'next' });
    await visit(two.id, { node: 'mail', seconds: 90, port: 'queued' });
    await delta('entry', 'entered', 2);
    await delta('mail', 'port:queued', 1);
    await delta('mail', 'message:queued', 1);
    await delta('mail', 'message:sent', 1);
    await delta('mail', 'message:suppressed:unsubscribed', 2);
    await api.database.query(
      "insert into journey_totals (workspace_id, version_id, measure, node, count) values ($1, $2, 'entered', 'entry', 5)",
      [workspace.id, versionId],
    );

    const answer = await workspace.owner.get(`/api/journeys/${journeyId}/live`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ version: 2, entered: 2, active: 1, completed: 1, exited: 0, failed: 0 });
    expect(answer.body.nodes.entry).toMatchObject({ entered: 7, messages: null });
    expect(answer.body.nodes.mail).toMatchObject({
      waiting: 1,
      left: 1,
      ports: { queued: 1 },
      messages: { queued: 1, sent: 1, opened: 0, suppressed: { unsubscribed: 2 }, unknown: 0 },
      medianSeconds: 90,
    });
    expect(answer.body).toMatchObject({ allVersions: true, versions: [{ number: 2 }] });
    expect((await workspace.owner.get(`/api/journeys/${journeyId}/live?version=2`)).body).toMatchObject({
      version: 2,
      allVersions: false,
      entered: 2,
    });
    expect(answer.body.recent.map(({ node, port }: any) => `${node}:${port}`).sort()).toEqual([
      'entry:next',
      'mail:queued',
    ]);
    expect((await workspace.owner.get(`/api/journeys/${journeyId}/live?version=9`)).status).toBe(404);
    expect((await (await api.workspace()).owner.get(`/api/journeys/${journeyId}/live`)).status).toBe(404);
  });

  it('are pushed when they change, to all who look with one query, and end cleanly', async () => {
    const streams = api.app.get(LiveStreams, { strict: false });
    const signIn = await fetch(`${api.url}/api/session`, { method: 'GET' });
    expect(signIn.status).toBe(401);
    const key = await workspace.key('read');
    const open = () =>
      fetch(`${api.url}/api/journeys/${journeyId}/live/stream`, { headers: { authorization: `Bearer ${key.key}` } });
    const [first, second] = await Promise.all([open(), open()]);
    expect(first.headers.get('content-type')).toContain('text/event-stream');
    const [one, two] = [dataOf(first), dataOf(second)];
    const before = (await one.next()).value;
    expect((await two.next()).value.nodes.mail.messages.opened).toBe(0);
    expect(streams.size).toBe(1);
    await delta('mail', 'message:opened', 1);
    const opened = async (stream: AsyncGenerator<any>) => {
      for (;;) {
        const { value, done } = await stream.next();
        if (done) throw new Error('The stream ended.');
        if (value.nodes.mail.messages.opened === 1) return value;
      }
    };
    expect((await opened(one)).at).not.toBe(before.at);
    await opened(two);
    await Promise.all([one.return(undefined), two.return(undefined)]);
    await expect.poll(() => streams.size).toBe(0);
    expect((await fetch(`${api.url}/api/journeys/${journeyId}/live/stream`)).status).toBe(401);
    expect(
      (
        await fetch(`${api.url}/api/journeys/${randomUUID()}/live/stream`, {
          headers: { authorization: `Bearer ${key.key}` },
        })
      ).status,
    ).toBe(404);
  });
});

describe('figures of several versions', () => {
  it('are those of all, or of one; each number opens its people', async () => {
    const w = workspace.id;
    const [{ id: old }] = (await api.database.query<{ id: string }>(
      `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, entries, reentry)
        values ($1, $2, 1, $3, 'h', '[]', '{}')
        returning id`,
      [w, journeyId, JSON.stringify(graph)],
    )) as [{ id: string }];
    const states = ['queued', 'sent', 'failed', 'bounced', 'unknown', 'suppressed', 'clicked'] as const;
    const people = new Map<string, string>();
    for (const state of states) {
      const made = await run({ userId: `v1-${state}`, node: 'mail' });
      people.set(state, made.id);
      await api.database.query('update enrollments set version_id = $2 where id = $1', [made.id, old]);
      await visit(made.id, { node: 'mail', seconds: 1, port: state === 'queued' ? 'notReachable' : 'queued' });
      const [message] = await api.database.query<{ id: string }>(
        `insert into messages (
            workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, reason,
              queued_at
          )
          values ($1, $2, $3, $4, $5, 'mail', 1, 'email', $6, $7, now())
          returning id`,
        [w, made.id, journeyId, old, made.profileId, state, state === 'suppressed' ? 'capped' : null],
      );
      await api.database.query(
        `insert into message_events (workspace_id, message_id, status, at, by) select $1, $2, s, now(), b
          from unnest($3::text[], $4::text[]) as t(s, b)`,
        [
          w,
          message!.id,
          state === 'clicked' ? ['sent', 'delivered', 'opened', 'clicked'] : [state, 'clicked'],
          state === 'clicked' ? ['person', 'person', 'person', 'person'] : ['person', 'machine'],
        ],
      );
    }
    const figures = async (query: string) =>
      (await workspace.owner.get(`/api/journeys/${journeyId}/live${query}`)).body;
    expect(await figures('?version=1')).toMatchObject({
      version: 1,
      allVersions: false,
      active: 7,
      versions: [{ number: 2 }, { number: 1 }],
      nodes: { mail: { waiting: 7, messages: { failing: 3 } } },
    });
    expect((await figures('?version=2')).nodes.mail.messages.failing).toBe(0);
    // Figures are shared for a second.
    await expect
      .poll(() => figures(''))
      .toMatchObject({
        version: 2,
        allVersions: true,
        active: 8,
        nodes: { mail: { waiting: 8, messages: { failing: 3 } } },
      });
    expect((await workspace.owner.get('/api/journeys')).body.items[0].failing).toBe(3);
    const who = async (query: string) =>
      (await workspace.owner.get(`/api/journeys/${journeyId}/enrollments?visited=mail&version=1&${query}`)).body.items
        .map((item: any) => item.profile.externalId)
        .sort();
    expect(await who('outcome=failed')).toEqual(['v1-bounced', 'v1-failed']);
    expect(await who('outcome=unknown')).toEqual(['v1-unknown']);
    expect(await who('outcome=suppressed')).toEqual(['v1-suppressed']);
    expect(await who('outcome=suppressed&reason=capped')).toEqual(['v1-suppressed']);
    expect(await who('outcome=suppressed&reason=quiet')).toEqual([]);
    expect(await who('outcome=sent')).toEqual(['v1-clicked', 'v1-sent']);
    expect(await who('outcome=clicked')).toEqual(['v1-clicked']);
    expect(await who('outcome=queued')).toEqual(['v1-queued']);
    expect(await who('port=notReachable')).toEqual(['v1-queued']);
    expect((await workspace.owner.get(`/api/journeys/${journeyId}/enrollments?visited=mail&outcome=lost`)).status).toBe(
      400,
    );
    await api.database.query('delete from enrollments where id = any($1::uuid[])', [[...people.values()]]);
  });
});

describe('runs', () => {
  it('are listed by page, node, status and name, tests apart', async () => {
    for (let n = 0; n < 5; n += 1) await run({ userId: `list-${n}`, node: 'entry' });
    await run({ userId: 'list-done', node: 'entry', status: 'completed', ended: true });
    const get = async (query: string) =>
      (await workspace.owner.get(`/api/journeys/${journeyId}/enrollments?${query}`)).body;
    const first = await get('node=entry&limit=3');
    const rest = await get(`node=entry&limit=3&cursor=${first.next}`);
    expect([...first.items, ...rest.items].map((item: any) => item.profile.externalId).sort()).toEqual([
      'list-0',
      'list-1',
      'list-2',
      'list-3',
      'list-4',
    ]);
    expect(rest.next).toBeNull();
    expect((await get('status=completed&search=list-done')).items).toMatchObject([
      {
        journeyName: 'Hello',
        version: 2,
        status: 'completed',
        profile: { name: 'list-done@example.com', timeZone: 'Asia/Seoul' },
      },
    ]);
    const passed = await run({ userId: 'list-passed', node: 'mail', status: 'completed', ended: true });
    await visit(passed.id, { node: 'wait', seconds: 5, port: 'next' });
    expect((await get('visited=wait&search=list-')).items.map((item: any) => item.profile.externalId)).toEqual([
      'list-passed',
    ]);
    expect((await get('visited=wait&status=running&search=list-')).items).toEqual([]);
    expect((await get('origin=test')).items.map((item: any) => item.profile.externalId)).toEqual(['tester']);
    expect((await workspace.owner.get(`/api/journeys/${randomUUID()}/enrollments`)).status).toBe(404);
  });

  it('come with everything that a replay needs', async () => {
    const { id, profileId } = await run({ userId: 'replay', origin: 'test', offset: 3_600_000 });
    const w = workspace.id;
    await visit(id, { node: 'mail', seconds: 1, port: 'queued', place: 1 });
    await visit(id, { node: 'entry', seconds: 0, port: 'next' });
    await api.database.query(
      `insert into steps (workspace_id, enrollment_id, step, at, format, inputs)
        values ($1, $2, 0, now(), 1, '[{"type":"enrolled"}]'), ($1, $2, 1, now(), 1, '[]')`,
      [w, id],
    );
    await api.database.query(
      "insert into timers (workspace_id, enrollment_id, wait, until) values ($1, $2, 'w', now() + interval '1 day')",
      [w, id],
    );
    await api.database.query(
      `insert into waits (
          workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
            since_time
        )
        values ($1, $2, 'Bought', $3, 'w', 0, 'w', 0, pg_current_snapshot(), now()),
          ($1, $2, 'Left', $3, 'exit:x', 0, 'w', 0, pg_current_snapshot(), now())`,
      [w, profileId, id],
    );
    const [message] = await api.database.query<{ id: string }>(
      `insert into messages (
          workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, content,
            queued_at
        )
        values ($1, $2, $3, $4, $5, 'mail', 1, 'email', 'sent', '{"subject":"Hi there"}', now())
        returning id`,
      [w, id, journeyId, versionId, profileId],
    );
    await api.database.query(
      "insert into message_events (workspace_id, message_id, status, at) values ($1, $2, 'sent', now())",
      [w, message!.id],
    );
    const events = api.app.get(EventsService, { strict: false });
    await events.ingest({
      scope: workspace.scope,
      origin: 'test',
      events: [
        { name: 'In the test', profileId, enrollmentId: id },
        { name: 'In another test', profileId, enrollmentId: randomUUID() },
      ],
    });

    const { status, body } = await workspace.owner.get(`/api/enrollments/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      origin: 'test',
      programHash: 'h',
      canFastForward: true,
      workflowId: `enrollment/${id}`,
      wait: { events: ['Bought'] },
      graph: { nodes: { mail: { name: 'Hello mail' } } },
    });
    expect(Math.abs(Date.parse(body.runTime) - Date.now() - 3_600_000)).toBeLessThan(5_000);
    expect(body.steps.map(({ step }: any) => step)).toEqual([0, 1]);
    expect(body.visits).toMatchObject([
      { node: 'entry', visit: 1, port: 'next', trace: { kind: 'end' } },
      { node: 'mail' },
    ]);
    expect(body.messages).toMatchObject([
      { title: 'Hi there', nodeName: 'Hello mail', status: 'sent', events: [{ status: 'sent' }] },
    ]);
    expect(body.events.map(({ name }: any) => name)).toEqual(['Identified', 'In the test']);
    expect((await (await api.workspace()).owner.get(`/api/enrollments/${id}`)).status).toBe(404);
  });
});

describe('people', () => {
  it('have a page with what they did, are in and got', async () => {
    const { id, profileId } = await run({ userId: 'page' });
    await api.database.query(
      "insert into devices (workspace_id, profile_id, kind, token) values ($1, $2, 'sandbox', 'page')",
      [workspace.id, profileId],
    );
    const { status, body } = await workspace.owner.get(`/api/profiles/${profileId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      externalId: 'page',
      name: 'page@example.com',
      reachable: { email: true, sms: false, push: true, webpush: true, webhook: true },
      devices: [{ kind: 'sandbox', token: 'page' }],
      enrollments: [{ id }],
      messages: [],
    });
    expect(body.events.map(({ name }: any) => name)).toEqual(['Identified']);
    const list = await workspace.owner.get('/api/profiles?search=page%40exa');
    expect(list.body.items.map((item: any) => item.id)).toEqual([profileId]);
    expect((await workspace.owner.get(`/api/profiles/${randomUUID()}`)).status).toBe(404);
    expect((await workspace.owner.get('/api/profiles?cursor=zzz')).body.code).toBe('invalid-cursor');
  });
});
