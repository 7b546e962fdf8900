import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bounceSamples } from './bounce-samples.js';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { imapPassword, startImapServer } from './imap-server.js';
import type { ImapServer } from './imap-server.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { ChannelRegistry, ConnectionRepository, FeedbackListeners, verpAddress } from '../src/channels/index.js';
import { FeedbackRepository } from '../src/messages/feedback.repository.js';
import { FeedbackService } from '../src/messages/feedback.service.js';
import { SuppressionListener } from '../src/messages/suppression-listener.js';
import { Destinations } from '../src/platform/outbound/index.js';
import { MailboxReader } from '../src/deliverability/mailbox-reader.js';
import { MailboxRepository } from '../src/deliverability/mailbox.repository.js';
import { MailboxesService } from '../src/deliverability/mailboxes.service.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let imap: ImapServer;
let destinations: Destinations;
let mailboxes: MailboxesService;
let journey: Journey;
let connectionId: string;

const caller = () => ({
  workspaceId: journey.workspaceId,
  actor: { kind: 'member' as const, id: randomUUID(), role: 'owner' as const, email: 'owner@shop.example' },
});
const sample = (name: string) => bounceSamples.find((each) => each.name.startsWith(name))!.mail;
const settings = () => ({
  host: '127.0.0.1',
  port: imap.port,
  security: 'none' as const,
  user: 'bounces@shop.example',
  folder: 'INBOX',
  enabled: true,
});

beforeAll(async () => {
  fixture = await deliveryFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  imap = await startImapServer();
  destinations = new Destinations({ allow: [`127.0.0.1:${imap.port}`] });
  await fixture.database.query('delete from bounce_mailboxes');
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { from: 'shop@shop.example', subject: 'Hi', body: '<p>Hi</p>' } },
  });
  const [row] = await fixture.database.query<{ id: string }>(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'Mail', '{}') returning id`,
    [journey.workspaceId],
  );
  connectionId = row!.id;
  mailboxes = new MailboxesService(
    new MailboxRepository(fixture.database),
    new ConnectionRepository(fixture.database),
    new ChannelRegistry(),
    fixture.secrets,
    destinations,
    new AuditLog(new AuditEntryRepository(fixture.database)),
  );
  return () => imap.close();
});

/** A worker's reader. */
function reader(): MailboxReader {
  const { database, outcomes, hits, links, secrets, suppressions } = fixture;
  const listeners = new FeedbackListeners();
  new SuppressionListener(listeners, suppressions).onModuleInit();
  const feedback = new FeedbackService(
    new FeedbackRepository(database),
    outcomes,
    hits,
    listeners,
    new ChannelRegistry(),
    new ConnectionRepository(database),
  );
  return new MailboxReader(new MailboxRepository(database), feedback, links, secrets, destinations);
}
const due = () => fixture.database.query('update bounce_mailboxes set checked_at = null, claimed_until = null');
const shown = async () => (await mailboxes.read(journey, connectionId))!;
const setUp = () => mailboxes.save(caller(), { connectionId, ...settings(), password: imapPassword });

/** A message that the connection has sent. */
async function sent(email: string) {
  const person = await enroll(fixture.database, { journey, traits: { email } });
  const { id } = await queue(fixture.database, { journey, person, node: 'mail', channel: 'email' });
  await fixture.database.query(
    `update messages set status = 'sent', provider = 'smtp', connection_id = $3, recipient = $4 where workspace_id = $1 and id = $2`,
    [journey.workspaceId, id, connectionId, email],
  );
  const token = fixture.links.bounceToken({ workspaceId: journey.workspaceId, messageId: id });
  return { id, email, path: verpAddress({ token, domain: 'bounces.shop.example' }) };
}
const suppressed = async (address: string) =>
  (await fixture.suppressions.blocks(journey, [{ channel: 'email', address }]))[0]?.reason ?? null;

describe('a bounce mailbox', () => {
  it('moves messages, suppresses addresses, counts, and marks what it took', async () => {
    await setUp();
    const [dead, full, angry, other] = await Promise.all(
      ['dead', 'full', 'angry', 'other'].map((name) => sent(`${name}@example.net`)),
    );
    imap.put(sample('Postfix, user unknown')({ to: dead!.path }));
    imap.put(sample('Postfix, mailbox full')({ to: full!.path.toUpperCase() }));
    imap.put(sample('a complaint')({ messageId: `<${angry!.id}@shop.example>` }));
    imap.put(sample('somebody who is away')({ to: other!.path }));
    expect(await reader().readOnce()).toBe(true);
    expect(await reader().readOnce()).toBe(false);
    expect(await messageRow(fixture.database, journey, dead!.id)).toMatchObject({ status: 'bounced' });
    expect(await messageRow(fixture.database, journey, full!.id)).toMatchObject({
      status: 'bounced',
      reason: 'softBounced',
    });
    expect(await messageRow(fixture.database, journey, other!.id)).toMatchObject({ status: 'sent' });
    expect(await Promise.all([dead, full, angry, other].map((each) => suppressed(each!.email)))).toEqual([
      'bounced',
      null,
      'complained',
      null,
    ]);
    const [row] = await fixture.database.query<{ source: string; caused_by: string; detail: string }>(
      `select source, caused_by, detail from suppressions where workspace_id = $1 and reason = 'bounced'`,
      [journey.workspaceId],
    );
    expect(row).toMatchObject({
      source: 'mailbox',
      caused_by: dead!.id,
      detail: expect.stringContaining('User unknown'),
    });
    expect(await shown()).toMatchObject({
      error: null,
      okAt: expect.any(String),
      counts: { bounced: 1, softBounced: 1, complained: 1, unproven: 0, other: 1 },
    });
    expect(imap.mails.map(({ flags }) => flags.has('\\Seen'))).toEqual([true, true, true, false]);
  });

  it('believes nobody who names no message of the workspace', async () => {
    await setUp();
    const message = await sent('safe@example.net');
    const elsewhere = fixture.links.bounceToken({ workspaceId: randomUUID(), messageId: message.id });
    imap.put(sample('Gmail')({ recipient: message.email }));
    imap.put(
      sample('Gmail')({
        to: verpAddress({ token: elsewhere, domain: 'bounces.shop.example' }),
        recipient: message.email,
      }),
    );
    imap.put(sample('Gmail')({ to: `bounce+${'0'.repeat(52)}@bounces.shop.example`, recipient: message.email }));
    imap.put(sample('Gmail')({ messageId: `<${randomUUID()}@shop.example>`, recipient: message.email }));
    await reader().readOnce();
    expect(await suppressed(message.email)).toBeNull();
    expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({ status: 'sent' });
    expect((await shown()).counts).toMatchObject({ bounced: 0, unproven: 4 });
  });

  it('takes each mail once: read again, by two workers, after it was cut off, or in a folder made anew', async () => {
    await setUp();
    const [first, second] = await Promise.all([sent('first@example.net'), sent('second@example.net')]);
    imap.put(sample('Postfix, mailbox full')({ to: first!.path }));
    imap.put(sample('Postfix, mailbox full')({ to: second!.path }));
    await Promise.all([reader().readOnce(), reader().readOnce(), reader().readOnce()]);
    expect((await shown()).counts.softBounced).toBe(2);
    await due();
    await reader().readOnce();
    expect((await shown()).counts.softBounced).toBe(2);
    // As if it was killed before it wrote down how far it had come.
    await fixture.database.query('update bounce_mailboxes set read_to = null');
    await due();
    await reader().readOnce();
    imap.rebuild();
    await due();
    await reader().readOnce();
    const soft = await fixture.database.query<{ count: number }>(
      `select count(*)::int as count from soft_bounces b, jsonb_object_keys(b.bounces) where b.workspace_id = $1`,
      [journey.workspaceId],
    );
    expect(soft[0]!.count).toBe(2);
  });

  it('goes on where its server cut the line', async () => {
    await setUp();
    const [first, second] = await Promise.all([sent('cut1@example.net'), sent('cut2@example.net')]);
    imap.put(sample('Postfix, user unknown')({ to: first!.path }));
    imap.put(sample('Postfix, user unknown')({ to: second!.path }));
    imap.cutAt('UID STORE');
    await reader().readOnce();
    expect((await shown()).error).not.toBeNull();
    await due();
    await reader().readOnce();
    expect(await shown()).toMatchObject({ error: null, counts: { bounced: 2 } });
    expect(await Promise.all([suppressed(first!.email), suppressed(second!.email)])).toEqual(['bounced', 'bounced']);
  });

  it('says what is wrong: password, folder, address', async () => {
    await mailboxes.save(caller(), { connectionId, ...settings(), password: 'wrong' });
    expect(await mailboxes.test(journey, connectionId)).toEqual({
      ok: false,
      message: expect.stringMatching(/^127\.0\.0\.1 does not let “bounces@shop\.example” in/),
    });
    await reader().readOnce();
    expect((await shown()).error).toMatch(/does not let/);
    await mailboxes.save(caller(), { connectionId, ...settings(), folder: 'Nowhere', password: imapPassword });
    expect((await mailboxes.test(journey, connectionId)).message).toMatch(/“Nowhere” cannot be opened/);
    await setUp();
    expect(await mailboxes.test(journey, connectionId)).toEqual({
      ok: true,
      message: 'Signed in. “INBOX” has 0 messages.',
    });
    destinations = new Destinations({ allow: [] });
    await due();
    await reader().readOnce();
    expect((await shown()).error).toMatch(/Port \d+ is not allowed|private address/);
  });

  it('keeps its password only for the same server, and is for connections that send mail', async () => {
    await setUp();
    await mailboxes.save(caller(), { connectionId, ...settings(), folder: 'INBOX' });
    await expect(mailboxes.save(caller(), { connectionId, ...settings(), host: 'evil.example' })).rejects.toMatchObject(
      {
        code: 'secret-needed',
      },
    );
    await expect(mailboxes.read({ workspaceId: randomUUID() }, connectionId)).rejects.toMatchObject({
      code: 'not-found',
    });
    await fixture.database.query(`update connections set kind = 'http' where workspace_id = $1`, [journey.workspaceId]);
    await expect(setUp()).rejects.toMatchObject({ code: 'no-mail' });
    await mailboxes.remove(caller(), connectionId);
    expect(await fixture.database.query('select 1 from bounce_mailboxes')).toEqual([]);
  });
});
