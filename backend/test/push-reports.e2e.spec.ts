import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TrackingLinks } from '../src/content/index.js';
import { HitsService } from '../src/messages/hits.service.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { until } from './chain.js';

let api: TestApi;
let workspace: TestWorkspace;
beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  hits = api.app.get(HitsService);
  hits.limit({ holdMs: 1, togetherMs: 0, afterSendMs: 0 });
});
afterAll(() => api?.close());
let hits: HitsService;

/** A push that went out a minute ago. */
async function sent() {
  const [profile] = await api.database.query<{ id: string }>(
    'insert into profiles (workspace_id, external_id) values ($1, $2) returning id',
    [workspace.id, randomUUID()],
  );
  const [journey] = await api.database.query<{ id: string }>(
    `insert into journeys (workspace_id, name, draft) values ($1, 'j', '{}') returning id`,
    [workspace.id],
  );
  const [run, version] = [randomUUID(), randomUUID()];
  await api.database.query(
    `insert into enrollments (
        workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at
      )
      values ($1, $2, $3, $4, $5, $2, now(), 'w', now())`,
    [workspace.id, run, journey!.id, version, profile!.id],
  );
  const [message] = await api.database.query<{ id: string }>(
    `insert into messages (
        workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at, status, sent_at
      )
      values ($1, $2, $3, $4, $5, 'n', 1, 'push', now(), 'sent', now() - interval '1 minute') returning id`,
    [workspace.id, run, journey!.id, version, profile!.id],
  );
  const url = api.app.get(TrackingLinks).reportUrl({ workspaceId: workspace.id, messageId: message!.id });
  const path = new URL(url).pathname;
  return {
    path,
    report: (body: object | string) =>
      fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://shop.example' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    status: async () =>
      (
        await api.database.query<{ status: string }>(
          'select status from messages where workspace_id = $1 and id = $2',
          [workspace.id, message!.id],
        )
      )[0]!.status,
    events: async () =>
      (
        await api.database.query<{ name: string; url: string | null }>(
          `select name, properties->>'url' as url from events where workspace_id = $1 and profile_id = $2 order by position`,
          [workspace.id, profile!.id],
        )
      ).map(({ name, url: to }) => (to === null ? name : `${name} ${to}`)),
  };
}

it('an app says that it showed a push and that it was tapped, as often as it likes', async () => {
  const push = await sent();
  const shown = await push.report({ kind: 'shown' });
  expect([shown.status, shown.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(await push.status()).toBe('delivered');
  for (let round = 0; round < 2; round += 1)
    expect((await push.report({ kind: 'clicked', action: '1', link: 'shop://buy' })).status).toBe(204);
  await until(async () => {
    await hits.judge();
    return (await push.status()) === 'clicked';
  }, 'the click to count');
  expect((await push.report({ kind: 'shown' })).status).toBe(204);
  expect((await push.report({ kind: 'closed' })).status).toBe(204);
  expect(await push.status()).toBe('clicked');
  expect((await push.events()).filter((name) => name.endsWith('shop://buy'))).toHaveLength(1);
});

it('is refused without the whole signed address, and with words that it does not know', async () => {
  const push = await sent();
  const at = (path: string) => fetch(`${api.url}${path}`, { method: 'POST', body: '{"kind":"clicked"}' });
  for (const path of [push.path.slice(0, -2), `${push.path}x`, '/t/p/x', push.path.replace('/t/p/', '/t/p/A')])
    expect((await at(path)).status, path).toBe(404);
  expect((await push.report({ kind: 'opened' })).status).toBe(400);
  expect((await push.report('{')).status).toBe(400);
  expect(await push.status()).toBe('sent');
  const preflight = await fetch(`${api.url}${push.path}`, { method: 'OPTIONS' });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'content-type']);
});
