import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import { startSink } from '../../test/sink.js';
import { testDatabase } from '../../test/database.js';
import type { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';

let database: Database;
let drop: () => Promise<void>;
let sink: Awaited<ReturnType<typeof startSink>>;
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
/** The next statement that matches is carried out, but its answer is lost. */
let losing: RegExp | null = null;
/** Statements that match are refused, always. */
let refusing: RegExp | null = null;

beforeAll(async () => {
  logger.level = 'fatal';
  ({ database, drop } = await testDatabase());
  sink = await startSink((call, response) => void response.writeHead(call.path === '/busy' ? 503 : 200).end());
  const unreliable = Object.create(database) as Database;
  unreliable.query = async (text, values) => {
    if (refusing?.test(text)) throw Object.assign(new Error('cannot be done'), { code: '22P02' });
    const rows = await database.query(text, values);
    if (!losing?.test(text)) return rows as never;
    losing = null;
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
  };
  fixture = await deliveryFixture({ allow: [sink.allow], database: unreliable });
  fixture.loop();
});
afterAll(async () => {
  await fixture?.close();
  await sink?.close();
  await drop?.();
});

it.each([
  ['claimed', /with recursive lane/, 'delivered', 'fine'],
  ['looked at', /left join journey_control/, 'delivered', 'fine'],
  ['begun', /set status = 'sending'/, 'delivered', 'fine'],
  ['put off', /with back as/, 'queued', 'busy'],
])(
  'a message that was %s when the connection ended goes on at once, not when its lease ends',
  async (_what, statement, status, path) => {
    const journey = await makeJourney(database, {
      hook: { type: 'wend/webhook', config: { method: 'POST', url: `${sink.url}/${path}`, headers: [], body: 'x' } },
    });
    const person = await enroll(database, { journey });
    losing = statement;
    const message = await queue(database, { journey, person, node: 'hook', channel: 'webhook' });
    await expect
      .poll(() => messageRow(database, journey, message.id), { timeout: 15_000 })
      .toMatchObject({
        status,
        lease_owner: null,
        ...(path === 'busy' && { error: expect.stringContaining('503') as string }),
      });
    expect(losing).toBeNull();
    expect(sink.calls.filter(({ key }) => key === message.id)).toHaveLength(1);
  },
);

it('a message that always throws comes back later each time, and ends visibly', async () => {
  const journey = await makeJourney(database, {
    hook: { type: 'wend/webhook', config: { method: 'POST', url: `${sink.url}/fine`, headers: [], body: 'x' } },
  });
  const person = await enroll(database, { journey });
  refusing = /running #> array/;
  const message = await queue(database, { journey, person, node: 'hook', channel: 'webhook' });
  for (let attempt = 1; attempt < 6; attempt += 1) {
    await expect
      .poll(() => messageRow(database, journey, message.id), { timeout: 15_000 })
      .toMatchObject({
        status: 'queued',
        attempts: attempt,
        lease_owner: null,
        error: expect.stringContaining('cannot be done') as string,
      });
    expect((await messageRow(database, journey, message.id)).next_attempt_at.getTime()).toBeGreaterThan(
      Date.now() + 1_000,
    );
    await database.query('update messages set next_attempt_at = now() where id = $1', [message.id]);
  }
  await expect
    .poll(() => messageRow(database, journey, message.id), { timeout: 15_000 })
    .toMatchObject({
      status: 'failed',
      reason: 'serverError',
      error: 'Wend could not work on this message: cannot be done',
    });
  refusing = null;
  expect(sink.calls.filter(({ key }) => key === message.id)).toEqual([]);
});
