import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { listening, planOf } from './listening.js';
import { AuditLog } from '../src/access/index.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { ChannelRegistry } from '../src/channels/index.js';
import { BeginRepository } from '../src/messages/begin.repository.js';
import { DeliveryContextRepository } from '../src/messages/delivery-context.repository.js';
import type { Database } from '../src/platform/database/index.js';
import { ErasureRepository } from '../src/upkeep/index.js';
import { SuppressionListService } from '../src/suppressions/suppression-list.service.js';
import { SuppressionRepository } from '../src/suppressions/suppression.repository.js';
import type { Suppressions } from '../src/suppressions/suppressions.service.js';
import type { AddressNews } from '../src/suppressions/suppressions.service.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let database: Database;
let suppressions: Suppressions;
let list: SuppressionListService;
let journey: Journey;

const caller = () => ({
  workspaceId: journey.workspaceId,
  actor: { kind: 'member' as const, id: randomUUID(), role: 'owner' as const, email: 'owner@shop.example' },
});
const news = (more: Partial<AddressNews> = {}): AddressNews => ({
  channel: 'email',
  address: 'ada@shop.example',
  kind: 'bounced',
  source: 'provider',
  messageId: randomUUID(),
  detail: '550 5.1.1 No such user',
  ...more,
});
const take = (...each: AddressNews[]) => suppressions.take(journey, { news: each });
const blocked = async (address: string, channel = 'email') =>
  (await suppressions.blocks(journey, [{ channel, address }]))[0] !== null;
const active = async () => (await list.list(journey, { state: 'active', limit: 50 })).items;
const releaseAll = async () => {
  for (const { id } of await active()) await list.release(caller(), { id, reason: 'wrote to us' });
};

beforeAll(async () => {
  fixture = await deliveryFixture();
  ({ database, suppressions } = fixture);
  const registry = new ChannelRegistry();
  const audit = new AuditLog(new AuditEntryRepository(database));
  list = new SuppressionListService(new SuppressionRepository(database), suppressions, registry, audit);
  fixture.loop();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  journey = await makeJourney(database, {
    mail: { type: 'wend/email', config: { from: 'shop@shop.example', subject: 'Hi', body: '<p>Hi</p>' } },
  });
});

async function send(email: string, origin = 'live') {
  const person = await enroll(database, { journey, traits: { email }, origin });
  const { id } = await queue(database, { journey, person, node: 'mail', channel: 'email', origin });
  return vi.waitFor(
    async () => {
      const row = await messageRow(database, journey, id);
      expect(row.status).not.toMatch(/queued|sending/);
      return { ...row, id, profileId: person.profileId };
    },
    { timeout: 10_000 },
  );
}

describe('a suppressed address', () => {
  it('gets nothing, however it is written, and says why; others, other channels and other workspaces do', async () => {
    await take(news());
    expect(await send(' ADA@shop.example')).toMatchObject({ status: 'suppressed', reason: 'suppressed' });
    const [event] = await database.query<{ detail: string }>(
      `select detail from message_events where workspace_id = $1 and status = 'suppressed'`,
      [journey.workspaceId],
    );
    expect(event!.detail).toMatch(/suppression list: it bounced on \d{4}-\d\d-\d\d \(550 5\.1\.1 No such user\)/);
    expect(await send('bob@shop.example')).toMatchObject({ status: 'delivered' });
    expect(await blocked('ada@shop.example', 'sms')).toBe(false);
    expect((await suppressions.blocks({ workspaceId: randomUUID() }, [news()]))[0]).toBeNull();
  });

  it('is exported by somebody whom the audit log names', async () => {
    await list.noteExport(caller(), { state: 'active', channel: 'email' });
    const log = await database.query('select actor, action, detail from audit_log where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(log).toEqual([
      {
        actor: 'owner@shop.example',
        action: 'suppressions.export',
        detail: { filter: { state: 'active', channel: 'email' } },
      },
    ]);
  });

  it('is a number as those who send write it, also where somebody wrote it as it is dialled at home', async () => {
    await database.query(`update workspaces set country = 'KR' where id = $1`, [journey.workspaceId]);
    expect(await list.add(caller(), { channel: 'sms', address: '010-1234-5678' })).toMatchObject({
      address: '+821012345678',
    });
    const csv = 'phone\n(010) 8765 4321\n+82 10 1234 5678\n12\n';
    expect(await list.import(caller(), { channel: 'sms', csv, dryRun: false })).toMatchObject({
      added: 1,
      known: 1,
      bad: 1,
    });
    expect([await blocked('+821012345678', 'sms'), await blocked('+821087654321', 'sms')]).toEqual([true, true]);
  });

  it('gets messages again once it is released, and what is heard late of the same message changes nothing', async () => {
    const bounce = news({ at: new Date(Date.now() - 60_000) });
    expect(await take(bounce)).toBe(1);
    expect(await take(bounce)).toBe(0);
    await releaseAll();
    expect(await take(bounce)).toBe(0);
    expect(await take(news({ at: new Date(Date.now() - 60_000) }))).toBe(0);
    expect(await send('ada@shop.example')).toMatchObject({ status: 'delivered' });
    expect(await take(news({ at: new Date(Date.now() + 1_000) }))).toBe(1);
    expect(await blocked('ada@shop.example')).toBe(true);
  });

  it('that left at the provider gets messages again once it comes back there, but not one that bounced', async () => {
    const at = (kind: AddressNews['kind'], address: string): AddressNews => ({
      channel: 'line',
      address,
      kind,
      source: 'provider',
    });
    await take(at('unsubscribed', 'U-left'), at('bounced', 'U-gone'));
    await take(at('resubscribed', 'U-left'), at('resubscribed', 'U-gone'), at('resubscribed', 'U-stranger'));
    const [left, gone] = await suppressions.blocks(journey, [
      { channel: 'line', address: 'U-left' },
      { channel: 'line', address: 'U-gone' },
    ]);
    expect(left).toBeNull();
    expect(gone).toMatchObject({ reason: 'bounced' });
    expect(await take(at('unsubscribed', 'U-left'))).toBe(1);
  });

  it('is there once when two bounces come at once, and released or not when a bounce comes while it is released', async () => {
    const taken = await Promise.all([take(news()), take(news()), take(news(), news({ kind: 'complained' }))]);
    expect(taken.reduce((sum, count) => sum + count)).toBe(1);
    for (let round = 0; round < 10; round += 1) {
      const [{ id } = { id: '' }] = await active();
      const bounce = news({ at: new Date(Date.now() + 60_000) });
      const [, added] = await Promise.all([list.release(caller(), { id, reason: 'wrote to us' }), take(bounce)]);
      const now = await active();
      // Before the release it found the address suppressed and added nothing; after it, it is news.
      expect(now).toHaveLength(added);
      if (added === 0) await take(news({ at: new Date(Date.now() + 120_000) }));
      expect(await active()).toHaveLength(1);
    }
  });

  it('stops a message that was checked before and is about to go out', async () => {
    const person = await enroll(database, { journey, traits: { email: 'late@shop.example' } });
    const [row] = await database.query<{ id: string }>(
      `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel,
         origin, data, queued_at, lease_owner, lease_until)
       values ($1, $2, $3, $4, $5, 'mail', 1, 'email', 'live', '{}', now(), 'me', now() + interval '1 hour')
       returning id`,
      [journey.workspaceId, person.enrollmentId, journey.journeyId, journey.versionId, person.profileId],
    );
    const address = 'late@shop.example';
    await database.query('update channel_settings set sandbox = false where workspace_id = $1', [journey.workspaceId]);
    const begin = () =>
      new BeginRepository(database).begin(journey, {
        connectionId: null,
        id: row!.id,
        owner: 'me',
        leaseMs: 60_000,
        provider: 'smtp',
        recipient: address,
        addressKey: suppressions.keyOf(journey, { channel: 'email', address }),
        messageClass: 'marketing',
        topic: null,
        connectionId: null,
        profileId: person.profileId,
        content: {},
        lane: 0,
      });
    await take(news({ address }));
    expect(await begin()).toBeNull();
    await releaseAll();
    expect(await begin()).toEqual({ attempt: 1 });
    await database.query('update channel_settings set sandbox = true where workspace_id = $1', [journey.workspaceId]);
  });

  it('stays so when its person is erased, unreadable, and is known again when it comes back', async () => {
    const message = await send('gone@shop.example');
    await take(news({ address: 'Gone@Shop.example', messageId: message.id }));
    await take(news({ address: '+82 10-1234-5678', channel: 'sms' }));
    await database.query(`update profiles set traits = traits || '{"phone": "0082 10 1234 5678"}' where id = $1`, [
      message.profileId,
    ]);
    await new ErasureRepository(database).person(journey, message.profileId);
    const rows = await active();
    expect(rows.map(({ address, detail, messageId }) => ({ address, detail, messageId }))).toEqual([
      { address: null, detail: null, messageId: null },
      { address: null, detail: null, messageId: null },
    ]);
    expect(await send('gone@shop.example')).toMatchObject({ status: 'suppressed', reason: 'suppressed' });
    expect((await list.list(journey, { state: 'active', limit: 5, search: 'GONE@shop.example' })).items).toHaveLength(
      1,
    );
    expect((await list.list(journey, { state: 'active', limit: 5, search: 'gone@' })).items).toHaveLength(0);
  });
});

describe('soft bounces', () => {
  const soft = (more: Partial<AddressNews> = {}) => news({ kind: 'softBounced', detail: '452 Mailbox full', ...more });

  it('suppress with the fifth, and not when the same one is told five times', async () => {
    const first = soft();
    for (let time = 0; time < 6; time += 1) await take(first);
    for (let time = 0; time < 3; time += 1) await take(soft());
    expect(await blocked('ada@shop.example')).toBe(false);
    await take(soft());
    expect((await active())[0]).toMatchObject({
      reason: 'bounced',
      detail: '5 soft bounces within 14 days; the last one: 452 Mailbox full',
    });
  });

  it('count each when they come at once', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => take(soft())));
    expect(taken.filter((count) => count === 1)).toHaveLength(1);
  });

  it('begin anew after a delivery, and after a release', async () => {
    for (let time = 0; time < 4; time += 1) await take(soft());
    await take(soft({ kind: 'delivered' }));
    for (let time = 0; time < 4; time += 1) await take(soft());
    expect(await blocked('ada@shop.example')).toBe(false);
    await take(soft());
    await releaseAll();
    await take(soft({ at: new Date(Date.now() + 1_000) }));
    expect(await blocked('ada@shop.example')).toBe(false);
  });

  it('that are older than the days of the workspace do not count', async () => {
    await list.saveSettings(caller(), { softBounces: 2, softBounceDays: 3 });
    await take(soft({ at: new Date(Date.now() - 4 * 86_400_000) }));
    await take(soft());
    expect(await blocked('ada@shop.example')).toBe(false);
    await take(soft());
    expect(await blocked('ada@shop.example')).toBe(true);
  });
});

describe('a file', () => {
  const csv = ['Email;Reason', 'ada@shop.example;left', 'ADA@shop.example;again', 'nobody', 'bob@shop.example;'].join(
    '\n',
  );

  it('is counted first, added once, and says which rows are bad', async () => {
    await take(news());
    const counts = { rows: 4, added: 1, known: 1, repeated: 1, bad: 1 };
    const problems = [{ line: 4, value: 'nobody', problem: '“nobody” is no valid email address.' }];
    expect(await list.import(caller(), { channel: 'email', csv, dryRun: true })).toEqual({ ...counts, problems });
    expect(await active()).toHaveLength(1);
    expect(await list.import(caller(), { channel: 'email', csv, dryRun: false })).toEqual({ ...counts, problems });
    expect(await list.import(caller(), { channel: 'email', csv, dryRun: false })).toMatchObject({ added: 0, known: 2 });
    expect(await active()).toMatchObject([
      { address: 'bob@shop.example', reason: 'imported', addedBy: 'owner@shop.example' },
      { address: 'ada@shop.example', reason: 'bounced' },
    ]);
  });

  it('that is imported while messages go out stops those that come after it', async () => {
    const addresses = Array.from({ length: 3_000 }, (_, index) => `person${index}@shop.example`);
    const importing = list.import(caller(), { channel: 'email', csv: addresses.join('\n'), dryRun: false });
    const sent = Promise.all(addresses.slice(0, 20).map((address) => send(address)));
    expect(await importing).toMatchObject({ rows: 3_000, added: 3_000 });
    for (const { status } of await sent) expect(['delivered', 'suppressed']).toContain(status);
    for (const address of addresses.slice(20, 25)) expect(await send(address)).toMatchObject({ status: 'suppressed' });
  });

  it('is refused for a channel that reaches devices', async () => {
    await expect(list.import(caller(), { channel: 'push', csv, dryRun: true })).rejects.toMatchObject({
      code: 'no-addresses',
    });
  });

  it('of all that are suppressed comes out as a CSV that no spreadsheet runs', async () => {
    await take(news({ detail: '=cmd|calc' }), news({ address: 'bob@shop.example', detail: 'said "no",\nleft' }));
    let text = '';
    for await (const part of list.export(journey, { state: 'active', channel: 'email' })) text += part;
    expect(text.startsWith('\uFEFFchannel,address,reason,')).toBe(true);
    expect(text).toContain(`email,ada@shop.example,bounced,'=cmd|calc,provider,`);
    expect(text).toContain('email,bob@shop.example,bounced,"said ""no"",\nleft",provider,');
    for await (const part of list.export(journey, { state: 'released' })) expect(part).not.toContain('ada@');
  });
});

describe('the list', () => {
  it('pages, filters, counts and shows the history of an address', async () => {
    await take(...Array.from({ length: 5 }, (_, index) => news({ address: `p${index}@shop.example` })));
    await take(news({ address: 'angry@shop.example', kind: 'complained' }));
    const first = await list.list(journey, { state: 'active', limit: 4 });
    const second = await list.list(journey, { state: 'active', limit: 4, cursor: first.next! });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(6);
    expect(second.next).toBeNull();
    expect((await list.list(journey, { state: 'active', limit: 9, reason: 'complained' })).items).toHaveLength(1);
    expect((await list.list(journey, { state: 'active', limit: 9, search: 'P3@' })).items).toHaveLength(1);
    expect((await list.counts(journey)).items).toEqual([
      { channel: 'email', reason: 'bounced', count: 5 },
      { channel: 'email', reason: 'complained', count: 1 },
    ]);
    const { id } = (await active()).find(({ address }) => address === 'angry@shop.example')!;
    await list.release(caller(), { id, reason: 'asked for it' });
    await list.add(caller(), { channel: 'email', address: 'ANGRY@shop.example', detail: 'angry again' });
    expect((await list.detail(journey, id)).history).toMatchObject([
      { reason: 'manual', released: null },
      { reason: 'complained', released: { by: 'owner@shop.example', reason: 'asked for it' } },
    ]);
    await expect(list.release(caller(), { id, reason: 'twice' })).rejects.toMatchObject({ code: 'already-released' });
    await expect(
      list.release({ ...caller(), workspaceId: randomUUID() }, { id, reason: 'other' }),
    ).rejects.toMatchObject({ code: 'not-found' });
    const log = await database.query<{ action: string }>('select action from audit_log where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(log.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['suppressions.release', 'suppressions.add']),
    );
  });

  it('is found by index among very many', async () => {
    await database.query(
      `insert into suppressions (workspace_id, channel, address, address_key, reason, source)
       select $1, 'email', n || '@many.example', 'key' || n, 'imported', 'import' from generate_series(1, 20000) n`,
      [journey.workspaceId],
    );
    await database.query('analyze suppressions');
    const { database: asked, sent } = listening(database);
    const repository = new SuppressionRepository(asked);
    await repository.blocked(journey, [{ channel: 'email', key: 'key7' }]);
    await repository.list(journey, { state: 'active', prefix: null, keys: [], limit: 50 });
    await new DeliveryContextRepository(asked).contexts(journey, [randomUUID()]);
    for (const [words, index] of [
      ['with ordinality as q (channel, address_key, place)', 'Index Scan using suppressions_a'],
      ['order by s.created_at desc, s.id', 'suppressions_newest'],
    ] as const) {
      const plan = await planOf({ database, sent, words });
      expect(plan).toContain(index);
      expect(plan).not.toContain('Seq Scan on suppressions');
    }
    expect(await planOf({ database, sent, words: 'as any_suppressed' })).not.toContain('Seq Scan on suppressions');
  });
});
