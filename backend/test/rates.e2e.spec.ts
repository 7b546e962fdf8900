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
});
afterAll(() => server?.close());

const path = '/api/delivery/rates';
const perSecond = (messages: number) => ({ messages, per: 'second' });
const read = async (of: TestWorkspace = workspace) => (await of.owner.get(path)).body;

it('sets how fast messages go of the workspace, its channels and a journey, and of nobody else', async () => {
  const other = await server.workspace();
  expect(await read()).toEqual({ workspace: null, channels: [], journeys: [] });
  const limits = { workspace: { messages: 600, per: 'minute' }, channels: [{ channel: 'email', limit: perSecond(5) }] };
  expect(await workspace.owner.send('PUT', path, limits)).toMatchObject({ status: 200, body: limits });
  const ofJourney = `/api/journeys/${journey.journeyId}/rate`;
  expect(await workspace.owner.send('PUT', ofJourney, { limit: perSecond(2) })).toMatchObject({
    status: 200,
    body: { limit: perSecond(2) },
  });
  expect(await read()).toEqual({
    ...limits,
    journeys: [{ id: journey.journeyId, name: expect.any(String) as string, limit: perSecond(2) }],
  });
  expect(await read(other)).toEqual({ workspace: null, channels: [], journeys: [] });
  expect((await other.owner.send('PUT', ofJourney, { limit: null })).status).toBe(404);
  // What is not said any more is no limit any more; a journey's stays.
  await workspace.owner.send('PUT', path, { workspace: null, channels: [] });
  expect(await read()).toMatchObject({ workspace: null, channels: [], journeys: [{ limit: perSecond(2) }] });
  await workspace.owner.send('PUT', ofJourney, { limit: null });
  expect((await read()).journeys).toEqual([]);
  const log = await server.database.query<{ action: string }>(
    `select action from audit_log where workspace_id = $1 and action in ('delivery.rates', 'journey.rate') order by id`,
    [workspace.id],
  );
  expect(log.map(({ action }) => action)).toEqual(['delivery.rates', 'journey.rate', 'delivery.rates', 'journey.rate']);
});

it('says what is wrong with a limit, and changes nothing then', async () => {
  const before = await read();
  for (const body of [
    { workspace: perSecond(0), channels: [] },
    { workspace: { messages: 1, per: 'hour' }, channels: [] },
    { workspace: perSecond(1.5), channels: [] },
    { workspace: null, channels: [1, 2].map((n) => ({ channel: 'email', limit: perSecond(n) })) },
    { workspace: null },
  ]) {
    const answer = await workspace.owner.send('PUT', path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.length).toBeGreaterThan(0);
  }
  const rate = (id: string, limit: unknown) => workspace.owner.send('PUT', `/api/journeys/${id}/rate`, { limit });
  expect((await rate(journey.journeyId, perSecond(-1))).status).toBe(400);
  expect((await rate(randomUUID(), perSecond(1))).status).toBe(404);
  expect(await read()).toEqual(before);
});

it('is set by those who manage delivery, and for a journey by those who control it', async () => {
  const statuses = async (role: Parameters<TestWorkspace['member']>[0]) => {
    const member = await workspace.member(role);
    return [
      (await member.get(path)).status,
      (await member.send('PUT', path, { workspace: null, channels: [] })).status,
      (await member.send('PUT', `/api/journeys/${journey.journeyId}/rate`, { limit: null })).status,
    ];
  };
  expect(await statuses('admin')).toEqual([200, 200, 200]);
  expect(await statuses('analyst')).toEqual([200, 403, 403]);
  expect((await server.stranger.get(path)).status).toBe(401);
});

it('is written down with who did it, like limits and what a journey says of them', async () => {
  const caps = { limits: [{ most: 2, per: { kind: 'calendar', unit: 'day' } }], countTransactional: false };
  expect(await workspace.owner.send('PUT', '/api/delivery/caps', caps)).toMatchObject({ status: 200, body: caps });
  const delivery = { priority: 2, caps: { mode: 'ignored' } };
  const ofJourney = `/api/journeys/${journey.journeyId}/delivery`;
  expect(await workspace.owner.send('PUT', ofJourney, delivery)).toMatchObject({ status: 200, body: delivery });
  const log = await server.database.query(
    `select actor, action, detail from audit_log
     where workspace_id = $1 and action in ('delivery.caps', 'journey.delivery') order by id`,
    [workspace.id],
  );
  expect(log).toMatchObject([
    { actor: workspace.ownerEmail, action: 'delivery.caps', detail: caps },
    { actor: workspace.ownerEmail, action: 'journey.delivery', detail: delivery },
  ]);
});

it('takes changes that are made at once one after the other', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      workspace.owner.send('PUT', path, {
        workspace: perSecond(n + 1),
        channels: [{ channel: 'email', limit: perSecond(n + 1) }],
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const { workspace: all, channels } = await read();
  expect(channels).toEqual([{ channel: 'email', limit: all }]);
});
