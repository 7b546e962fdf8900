import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { listening, planOf } from '../../test/listening.js';
import { makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import type { Database } from '../platform/database/index.js';
import { MessageRepository } from './message.repository.js';

let database: Database;
let drop: () => Promise<void>;
let journey: Journey;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  journey = await makeJourney(database, { mail: { type: 'wend/email', config: { messageClass: 'transactional' } } });
});
afterAll(() => drop?.());

/** Messages that are `gap` seconds apart, the first now. */
async function add(count: number, { journey: of = journey, minutesAgo = 0, node = 'mail' } = {}): Promise<void> {
  await database.query(
    `insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, reason, recipient,
         content, queued_at, provider
     )
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), $6, 1,
       case when n % 2 = 0 then 'email' else 'sms' end,
       (array['sent', 'delivered', 'failed', 'suppressed', 'unknown'])[1 + n % 5],
       case when n % 5 = 3 then 'capped' end, 'user' || n || '@shop.example',
       jsonb_build_object('subject', 'Order ' || n, 'text', 'Parcel ' || n),
       now() - $5 * interval '1 minute' - n * interval '1 second', case when n % 3 = 0 then 'smtp' else 'sandbox' end
     from generate_series(1, $4::int) n`,
    [of.workspaceId, of.journeyId, of.versionId, count, minutesAgo, node],
  );
}

async function pages(
  repository: MessageRepository,
  filter: object,
  meanwhile: () => Promise<void> = async () => undefined,
) {
  const ids: string[] = [];
  let cursor: string | undefined;
  let first: string | null = null;
  do {
    const page = await repository.list(journey, { ...filter, limit: 7, cursor });
    first ??= page.first;
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next ?? undefined;
    await meanwhile();
  } while (cursor !== undefined);
  return { ids, first };
}

describe('a list of messages', () => {
  it('shows nobody twice and misses nobody while new ones come, and gives the new ones when asked', async () => {
    const repository = new MessageRepository(database);
    await add(60, { minutesAgo: 10 });
    const before = await database.query<{ id: string }>('select id from messages where workspace_id = $1', [
      journey.workspaceId,
    ]);
    let added = 0;
    const { ids, first } = await pages(repository, {}, async () => {
      added += 3;
      await add(3);
    });
    expect([...ids].sort()).toEqual(before.map(({ id }) => id).sort());
    const newer: string[] = [];
    let cursor = first!;
    for (;;) {
      const page = await repository.list(journey, { cursor, direction: 'newer', limit: 5 });
      newer.unshift(...page.rows.map(({ id }) => id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(new Set(newer).size).toBe(added);
    expect(newer.filter((id) => ids.includes(id))).toEqual([]);
    const [whole] = [await pages(repository, {})];
    expect([...newer, ...ids]).toEqual(whole.ids);
  });

  it('joins filters by and, values by or, and pages each of them to the end', async () => {
    const repository = new MessageRepository(database);
    const all = await database.query<Record<string, string>>(
      `select id, channel, status, reason, provider from messages where workspace_id = $1`,
      [journey.workspaceId],
    );
    const expectSame = async (filter: object, test: (row: Record<string, string>) => boolean) =>
      expect((await pages(repository, filter)).ids.sort(), JSON.stringify(filter)).toEqual(
        all
          .filter(test)
          .map((row) => row['id'])
          .sort(),
      );
    await expectSame({ channel: ['sms'] }, (row) => row['channel'] === 'sms');
    await expectSame({ status: ['failed', 'unknown'], channel: ['email'] }, (row) => ['failed', 'unknown'].includes(row['status']!) && row['channel'] === 'email'); // prettier-ignore
    await expectSame({ reason: ['capped'] }, (row) => row['reason'] === 'capped');
    await expectSame({ provider: 'smtp', version: 1 }, (row) => row['provider'] === 'smtp');
    await expectSame({ class: 'transactional', node: 'mail' }, () => true);
    await expectSame({ class: 'marketing' }, () => false);
    await expectSame({ standing: 'true', test: 'false', origin: ['live'] }, () => true);
    await expectSame({ version: 9 }, () => false);
    await expectSame({ from: '2100-01-01T00:00:00Z' }, () => false);
  });

  it('finds by address, text and person, wildcards taken literally', async () => {
    const repository = new MessageRepository(database);
    const count = async (search: string) => (await pages(repository, { search })).ids.length;
    expect(await count('USER60@shop')).toBe(1);
    expect(await count('parcel 60')).toBe(1);
    expect(await count('Parcel 61')).toBe(0);
    expect(await count('Order 60')).toBe(1);
    expect(await count('%')).toBe(0);
    const [person] = await database.query<{ id: string }>(
      `insert into profiles (workspace_id, traits) values ($1, '{"name":"Zoë Quist"}') returning id`,
      [journey.workspaceId],
    );
    await database.query(
      `update messages set profile_id = $2
        where workspace_id = $1 and id = (select id from messages where workspace_id = $1 limit 1)`,
      [journey.workspaceId, person!.id],
    );
    expect(await count('quist')).toBe(1);
    expect((await pages(repository, { profileId: person!.id })).ids).toHaveLength(1);
  });

  it('looks through very many in parts, and comes to what is far back', async () => {
    const other = await makeJourney(database, {}, undefined, 'many');
    await add(45_000, { journey: other, node: 'other' });
    const repository = new MessageRepository(database);
    let cursor: string | undefined;
    const found: string[] = [];
    let parts = 0;
    do {
      const page = await repository.list(other, { search: 'Order 44990', limit: 10, cursor });
      found.push(...page.rows.map(({ id }) => id));
      expect(page.searchedTo === null).toBe(page.next === null);
      cursor = page.next ?? undefined;
      parts += 1;
    } while (cursor !== undefined);
    expect([found.length, parts]).toEqual([1, 3]);
  }, 60_000);

  it('comes to what a filter is for behind very many that are not, also where these are of one moment', async () => {
    const [other] = await database.query<Journey>(
      `select workspace_id as "workspaceId", journey_id as "journeyId", version_id as "versionId"
       from messages where node = 'other' limit 1`,
    );
    await add(1, { journey: other!, node: 'rare', minutesAgo: 2_000 });
    await database.query(
      `insert into messages (
         workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, queued_at
       )
       select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'same', 1, 'push', 'delivered',
         date_trunc('second', now() - interval '1000 minutes')
       from generate_series(1, 60000)`,
      [other!.workspaceId, other!.journeyId, other!.versionId],
    );
    const repository = new MessageRepository(database);
    for (const filter of [{ node: 'rare' }, { node: 'rare', journeyId: other!.journeyId, status: ['delivered'] }]) {
      const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
        `select count(*)::int as count from messages where node = 'rare' and ($1::text is null or status = $1)`,
        ['status' in filter ? 'delivered' : null],
      );
      for (const direction of ['older', 'newer'] as const) {
        // From the other end, each time.
        let cursor: string | undefined =
          direction === 'older'
            ? undefined
            : Buffer.from(JSON.stringify(['2000-01-01T00:00:00.000000Z', randomUUID()])).toString('base64url');
        let found = 0;
        do {
          const page = await repository.list(other!, { ...filter, limit: 10, cursor, direction } as never);
          found += page.rows.length;
          if (page.searchedTo !== null) expect(page.next).not.toBeNull();
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        expect(found, `${direction} ${JSON.stringify(filter)}`).toBe(count);
      }
    }
  }, 120_000);

  it('is answered by indexes, however many messages there are', async () => {
    const { database: asked, sent } = listening(database);
    await database.query('analyze messages');
    const [other] = await database.query<{ workspaceId: string }>(
      `select workspace_id as "workspaceId" from messages where node = 'other' limit 1`,
    );
    const repository = new MessageRepository(asked);
    const plan = async (filter: object) => {
      sent.length = 0;
      await repository.list(other!, { ...filter, limit: 50 });
      return planOf({ database, sent, words: 'order by m.queued_at desc' });
    };
    expect(await plan({})).toContain('messages_list');
    const byAddress = await plan({ search: 'user9@shop.example' });
    expect(byAddress).toContain('messages_recipient');
    // How many begin like this is known, else all messages would be read where there are very many.
    expect(Number(/messages_recipient.* rows=(\d+)/.exec(byAddress)?.[1])).toBeLessThan(50);
    expect(await plan({ status: ['failed'], journeyId: randomUUID() })).toContain('messages_trouble');
    expect(await plan({ profileId: randomUUID() })).toContain('messages_profile');
    for (const filter of [{}, { channel: ['sms'] }, { status: ['failed'] }, { search: 'user9@shop.example' }])
      expect(await plan(filter), JSON.stringify(filter)).not.toMatch(/Seq Scan on messages/);
  });
});
