import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MessagesService } from '../src/messages/index.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

let api: TestApi;
let workspace: TestWorkspace;
let journey: Journey;
let key: string;
const many = 50_000;
beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  journey = await makeJourney(api.database, { mail: { type: 'wend/email', config: {} } }, workspace.id);
  await api.database.query(
    `insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, recipient, content,
         queued_at
     )
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'mail', 1, 'email', 'delivered', 'user' || n || '@shop.example',
       jsonb_build_object('subject', case when n = 7 then '=HYPERLINK("https://evil.example")' else 'Order ' || n end),
       now() - n * interval '1 second'
     from generate_series(1, $4::int) n`,
    [workspace.id, journey.journeyId, journey.versionId, many],
  );
  key = (await workspace.owner.send('POST', '/api/api-keys', { name: 'Export', scopes: ['admin'] })).body.key;
}, 60_000);
afterAll(() => api?.close());

function open(path: string): Promise<{ answer: IncomingMessage; end: () => void }> {
  return new Promise((resolve, reject) => {
    const call = request(`${api.url}${path}`, { headers: { authorization: `Bearer ${key}` } }, (answer) =>
      resolve({ answer, end: () => call.destroy() }),
    );
    call.on('error', reject).end();
  });
}

/** How many pages were read while `work` went on. */
async function pagesRead(work: (read: () => number) => Promise<void>): Promise<void> {
  const list = vi.spyOn(api.app.get(MessagesService, { strict: false }), 'list');
  try {
    await work(() => list.mock.calls.length);
  } finally {
    list.mockRestore();
  }
}

describe('an export of messages', () => {
  it('holds every message once, whatever their number, and no formulas', async () => {
    const { answer } = await open('/api/messages.csv?bom=true');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    expect(text.startsWith('\uFEFFid,channel,')).toBe(true);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(many + 1);
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(many + 1);
    expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
    const [entry] = await api.database.query<{ action: string }>(
      'select action from audit_log where workspace_id = $1 order by id desc limit 1',
      [workspace.id],
    );
    expect(entry!.action).toBe('message.export');
  }, 120_000);

  it('reads no more than its reader takes, and nothing for one who is gone', async () => {
    await pagesRead(async (read) => {
      const { answer, end } = await open('/api/messages.csv');
      answer.pause();
      // It stops by itself, long before the 100 pages that there are.
      let before = 0;
      await expect
        .poll(
          () => {
            const stands = read() > 0 && read() === before;
            before = read();
            return stands;
          },
          { interval: 1_000, timeout: 20_000 },
        )
        .toBe(true);
      expect(read()).toBeLessThan(60);
      const stoodAt = read();
      answer.on('error', () => undefined);
      end();
      await expect.poll(() => answer.destroyed).toBe(true);
      expect(read()).toBeLessThanOrEqual(stoodAt + 1);
    });
  }, 60_000);

  it('takes the filters of the list and refuses what is none', async () => {
    const { answer } = await open('/api/messages.csv?search=user17%40shop.example');
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    for (const list of ['messages.csv', 'suppressions/export'])
      expect((await workspace.owner.get(`/api/${list}?channel=%00`)).body).toMatchObject({ code: 'invalid-request' });
    const refused = await workspace.owner.get('/api/messages.csv?status=nonsense');
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect((await api.stranger.get('/api/messages.csv')).status).toBe(401);
  });
});

it('resends by the route with a reason, and says why it cannot', async () => {
  const { body } = await workspace.owner.get('/api/messages?limit=1');
  const path = `/api/messages/${body.items[0].id}/resend`;
  expect(await workspace.owner.send('POST', path, { requestId: randomUUID(), reason: '' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'reason' }] },
  });
  // Its run is gone.
  expect(await workspace.owner.send('POST', path, { requestId: randomUUID(), reason: 'Lost' })).toMatchObject({
    status: 409,
    body: { code: 'run-left' },
  });
});
