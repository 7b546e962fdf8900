import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WarmUpRepository } from '../src/channels/warm-up/warm-up.repository.js';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let connectionId: string;
const taken: string[] = [];

/** A mail server that has nobody called `nobody`. */
const server = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo({ address }, _session, done) {
    if (!address.toLowerCase().startsWith('nobody')) return done();
    done(Object.assign(new Error('5.1.1 No such user'), { responseCode: 550 }));
  },
  onData(stream, session, done) {
    stream.resume();
    stream.on('end', () => {
      taken.push(session.envelope.rcptTo[0]!.address);
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  fixture = await deliveryFixture({ allow: [`127.0.0.1:${port}`] });
  fixture.loop();
});
afterAll(async () => {
  await fixture.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
beforeEach(async () => {
  taken.length = 0;
  const config = { from: 'shop@shop.example', subject: 'Hi', body: '<p>Hi</p>' };
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config },
    receipt: { type: 'wend/email', config: { ...config, messageClass: 'transactional' } },
  });
  await fixture.database.query(`delete from channel_settings where workspace_id = $1 and channel = 'email'`, [
    journey.workspaceId,
  ]);
  connectionId = randomUUID();
  const { port } = server.server.address() as AddressInfo;
  const settings = { host: '127.0.0.1', port, security: 'none', user: '', from: 'Shop <shop@shop.example>' };
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings) values ($1, $2, 'smtp', 'Post', $3)`,
    [journey.workspaceId, connectionId, JSON.stringify(settings)],
  );
});

async function send(email: string, { node = 'mail', origin = 'live' } = {}) {
  const person = await enroll(fixture.database, { journey, traits: { email }, origin });
  return queue(fixture.database, { journey, person, node, channel: 'email', origin });
}
/** The message once nothing is due: sent, ended, or waiting for later. */
const settled = (id: string) =>
  vi.waitFor(
    async () => {
      const row = await messageRow(fixture.database, journey, id);
      if (
        row.status === 'sending' ||
        row.lease_owner !== null ||
        (row.status === 'queued' && row.next_attempt_at <= new Date())
      )
        throw new Error('still under way');
      return row;
    },
    { timeout: 15_000 },
  );

describe('an address that is refused while sending', () => {
  it('bounces once and is suppressed; the next message says so and is not tried', async () => {
    const first = await send('Nobody@shop.example');
    expect(await settled(first.id)).toMatchObject({ status: 'bounced', reason: 'badAddress' });
    const next = await send('nobody@SHOP.example', { node: 'receipt' });
    expect(await settled(next.id)).toMatchObject({ status: 'suppressed', reason: 'suppressed', attempts: 0 });
    const rows = await fixture.database.query(
      'select reason, source, caused_by, detail from suppressions where workspace_id = $1',
      [journey.workspaceId],
    );
    expect(rows).toEqual([
      { reason: 'bounced', source: 'sending', caused_by: first.id, detail: expect.stringContaining('No such user') },
    ]);
  });

  it('is not when a test run had it: that never left the sandbox', async () => {
    await settled((await send('nobody@shop.example', { origin: 'test' })).id);
    expect(await fixture.suppressions.blocks(journey, [{ channel: 'email', address: 'nobody@shop.example' }])).toEqual([
      null,
    ]);
  });
});

describe('a connection with a daily limit', () => {
  const limit = (startPerDay: number, transactionalPasses = true) =>
    fixture.database.transaction((sql) =>
      new WarmUpRepository(fixture.database).save(journey, {
        sql,
        now: new Date(),
        connectionId,
        startPerDay,
        growthPercent: 0,
        mostPerDay: 1_000,
        transactionalPasses,
        restart: false,
      }),
    );

  it('sends so many; the rest wait for tomorrow, say so, and transactional ones pass', async () => {
    await limit(3);
    const messages = await Promise.all(Array.from({ length: 8 }, (_, index) => send(`person${index}@shop.example`)));
    const rows = await Promise.all(messages.map(({ id }) => settled(id)));
    expect(rows.filter(({ status }) => status === 'sent')).toHaveLength(3);
    const waiting = rows.filter(({ status }) => status === 'queued');
    expect(waiting).toHaveLength(5);
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    for (const row of waiting) {
      expect(row).toMatchObject({ attempts: 0, error: 'Waits until tomorrow: Post has reached its daily limit.' });
      expect(row.next_attempt_at.getTime()).toBeGreaterThanOrEqual(midnight.getTime() - 2_000);
      expect(row.next_attempt_at.getTime()).toBeLessThan(midnight.getTime() + 3_602_000);
    }
    expect(await settled((await send('receipt@shop.example', { node: 'receipt' })).id)).toMatchObject({
      status: 'sent',
    });
    expect(taken).toHaveLength(4);
  });

  it('counts only what went out: not what is suppressed or cannot be rendered', async () => {
    await limit(2, false);
    await fixture.suppressions.take(journey, {
      news: [{ channel: 'email', address: 'no@shop.example', kind: 'complained', source: 'provider' }],
    });
    for (let time = 0; time < 3; time += 1)
      expect(await settled((await send('no@shop.example')).id)).toMatchObject({ status: 'suppressed' });
    for (const name of ['a', 'b'])
      expect(await settled((await send(`${name}@shop.example`)).id)).toMatchObject({ status: 'sent' });
    expect(await settled((await send('c@shop.example', { node: 'receipt' })).id)).toMatchObject({ status: 'queued' });
  });
});
