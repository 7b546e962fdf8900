import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';

const sendMs = 2_000;
let server: SMTPServer;
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let port: number;

beforeAll(async () => {
  const late = (done: () => void) => void setTimeout(done, sendMs * 0.7);
  server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onMailFrom: (_address, _session, done) => late(done),
    onData: (stream, _session, done) => void stream.resume().on('end', () => late(done)),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
  fixture = await deliveryFixture({ allow: [`127.0.0.1:${port}`] });
});
afterAll(async () => {
  await fixture?.close();
  await new Promise<void>((resolve) => server.close(resolve));
});

it(
  'a mail that waited long before it was handed over has all the time from then on: given up in the middle, nobody would know of it',
  { timeout: 30_000 },
  async () => {
    fixture.loop({ sendMs });
    const journey = await makeJourney(fixture.database, {
      mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
    });
    await fixture.database.query(
      `update channel_settings set sandbox = false where workspace_id = $1 and channel = 'email'`,
      [journey.workspaceId],
    );
    await fixture.database.query(
      `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'fake', $2)`,
      [
        journey.workspaceId,
        JSON.stringify({ host: '127.0.0.1', port, security: 'none', user: '', from: 'shop@example.com' }),
      ],
    );
    const person = await enroll(fixture.database, { journey, traits: { email: 'ann@example.com' } });
    const message = await queue(fixture.database, { journey, person, node: 'mail', channel: 'email' });
    await vi.waitFor(
      async () =>
        expect((await messageRow(fixture.database, journey, message.id)).status).toMatch(/sent|unknown|failed/),
      { timeout: 20_000, interval: 50 },
    );
    expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({ status: 'sent', attempts: 1 });
  },
);
