import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import { relayProvider } from '../../test/relay-package.mjs';
import { startRelay } from '../../test/relay.js';
import type { Relay, RelayMood } from '../../test/relay.js';
import { logger } from '../platform/logging/index.js';

/** Two senders as two processes have them: each with circuits, rates and places of its own, on one database. */
let first: Relay;
let second: Relay;
let senders: Awaited<ReturnType<typeof deliveryFixture>>[] = [];
let journey: Journey;
const one = () => senders[0]!;

beforeAll(async () => {
  logger.level = 'fatal';
  [first, second] = await Promise.all([startRelay(), startRelay()]);
  const options = {
    allow: [first.allow, second.allow],
    brought: [
      relayProvider({ name: 'relay', channel: 'sms', idempotent: true }),
      relayProvider({ name: 'forgetful', channel: 'sms', idempotent: false }),
    ],
  };
  senders = [await deliveryFixture(options)];
  senders.push(await deliveryFixture({ ...options, database: one().database }));
  for (const sender of senders) sender.loop();
});
afterAll(async () => {
  await senders[1]?.close();
  await senders[0]?.close();
  await first?.close();
  await second?.close();
});
beforeEach(async () => {
  journey = await makeJourney(one().database, { text: { type: 'wend/sms', config: { text: 'Hi' } } });
  await one().database.query('update channel_settings set sandbox = false where workspace_id = $1', [
    journey.workspaceId,
  ]);
});
afterEach(() => {
  for (const relay of [first, second]) {
    relay.feel('well');
    relay.askToWait(0);
    relay.calls.length = 0;
    relay.taken.clear();
  }
});

let position = 0;
async function connect(relay: Relay, { kind = 'relay', rate = null }: { kind?: string; rate?: number | null } = {}) {
  const id = randomUUID();
  position += 1;
  await one().database.query(
    `insert into connections (workspace_id, id, kind, name, settings, position, rate_per_second, secrets, secret_names)
     values ($1, $2, $3, $4, $5, $6, $7, $8, '{token}')`,
    [
      journey.workspaceId,
      id,
      kind,
      `Relay ${position}`,
      JSON.stringify({ url: relay.url }),
      position,
      rate,
      sealed(id, 'old'),
    ],
  );
  return id;
}
const sealed = (id: string, token: string) =>
  one().secrets.seal({
    purpose: 'connection',
    context: `${journey.workspaceId}:${id}`,
    plain: JSON.stringify({ token }),
  });
async function send(count: number): Promise<Queued[]> {
  const person = await enroll(one().database, { journey, traits: { phone: '+49 30 1234567' } });
  const from = Math.floor(Math.random() * 1e9);
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      queue(one().database, { journey, person, node: 'text', channel: 'sms', visit: from + index }),
    ),
  );
}
type Row = { id: string; status: string; connection: string | null };
const rowsOf = () =>
  one().database.query<Row>(
    'select id, status, connection_id as connection from messages where workspace_id = $1 order by id',
    [journey.workspaceId],
  );
/** What waits for its time need not wait here. */
const hurry = () =>
  one().database.query(
    `update messages set next_attempt_at = now() where workspace_id = $1 and status = 'queued' and lease_owner is null`,
    [journey.workspaceId],
  );
async function settled({ hurried = true, timeout = 60_000 } = {}): Promise<Row[]> {
  await expect
    .poll(
      async () => {
        if (hurried) await hurry();
        return (await rowsOf()).filter(({ status }) => status === 'queued' || status === 'sending').length;
      },
      { timeout, interval: 250 },
    )
    .toBe(0);
  return rowsOf();
}
const timesTaken = (id: string) => (first.taken.get(id) ?? 0) + (second.taken.get(id) ?? 0);

describe('two senders with the same connections', () => {
  it('keep to its rate together', { timeout: 60_000 }, async () => {
    await connect(first, { rate: 20 });
    await send(100);
    expect((await settled({ hurried: false })).every(({ status }) => status === 'sent')).toBe(true);
    const times = first.calls.map(({ at }) => at).sort((a, b) => a - b);
    expect(times).toHaveLength(100);
    // A second's worth may be saved up, by both together.
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(((100 - 20) / 20) * 1_000 - 300);
  });

  it.each(['relay', 'forgetful'])(
    'give nobody a message twice, whatever fails and when (%s)',
    { timeout: 120_000 },
    async (kind) => {
      await connect(first, { kind });
      await connect(second, { kind });
      const moods: RelayMood[] = ['well', 'well', 'well', 'down', 'locked', 'busy', 'loses'];
      const any = () => moods[Math.floor(Math.random() * moods.length)]!;
      for (let round = 0; round < 10; round += 1) {
        first.feel(Math.random() < 0.5 ? any() : any);
        second.feel(Math.random() < 0.5 ? any() : any);
        await send(20);
        await hurry();
      }
      first.feel('well');
      second.feel('well');
      const rows = await settled();
      expect(rows).toHaveLength(200);
      for (const { id, status } of rows)
        expect({ id, status, times: timesTaken(id) }).toEqual({
          id,
          status,
          times: status === 'sent' ? 1 : (expect.toBeOneOf([0, 1]) as number),
        });
      const ended = rows.map(({ status }) => status).filter((status) => status !== 'sent');
      expect(ended.filter((status) => !['unknown', 'failed'].includes(status))).toEqual([]);
    },
  );

  it(
    'lose nothing, and send nothing twice, while a connection is rotated and another one removed',
    { timeout: 60_000 },
    async () => {
      const [leaving, staying] = [await connect(first), await connect(second)];
      const { database } = one();
      const before = await send(60);
      await expect.poll(() => first.calls.length, { timeout: 20_000 }).toBeGreaterThan(5);
      await database.query(
        `update connections set old_secrets = secrets, old_secrets_until = now() + interval '1 hour', secrets = $3,
         updated_at = clock_timestamp()
       where workspace_id = $1 and id = $2`,
        [journey.workspaceId, staying, sealed(staying, 'new')],
      );
      await database.query('delete from connections where workspace_id = $1 and id = $2', [
        journey.workspaceId,
        leaving,
      ]);
      const after = await send(60);
      const rows = await settled();
      expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => 'sent'));
      expect([...before, ...after].map(({ id }) => timesTaken(id))).toEqual(Array.from({ length: 120 }, () => 1));
      // What came after goes by the one that is left, with its new secret.
      const late = second.calls.filter(({ key }) => after.some(({ id }) => id === key));
      expect(late.length).toBe(60);
      expect(new Set(late.map(({ token }) => token))).toEqual(new Set(['new']));
    },
  );
});
