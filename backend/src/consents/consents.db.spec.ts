import type { ConsentState, MessageClass } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { refusalOf } from './consent.js';
import type { Evidence, Statement } from './consent.js';
import { ConsentRepository } from './consent.repository.js';
import { ConsentService } from './consent.service.js';
import { refusesSql } from './refuses.sql.js';

let database: Database;
let drop: () => Promise<void>;
let repository: ConsentRepository;
let service: ConsentService;
let seeded: Seeded;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  repository = new ConsentRepository(database);
  service = new ConsentService(repository, new EventsService(database));
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
  await database.query(
    `insert into topics (workspace_id, key, name, channels, starts, place)
     values ($1, 'offers', 'Offers', '{email,sms}', 'subscribed', 1), ($1, 'news', 'News', '{email}', 'unsubscribed', 2)`,
    [seeded.workspaceId],
  );
});

type Saying = Partial<Statement> & Pick<Statement, 'state'>;
const say = (statement: Saying, evidence: Evidence = { source: 'api', actor: 'key:1' }, profileId = seeded.profileId) =>
  service.transaction((sql) =>
    service.state(seeded, { sql, profileId, statement: { channel: 'email', topic: '', ...statement }, evidence }),
  );
const stored = (profileId = seeded.profileId) =>
  database.query(
    `select channel, topic, state, everything, source from consents
     where workspace_id = $1 and profile_id = $2 order by channel, topic`,
    [seeded.workspaceId, profileId],
  );
const history = (profileId = seeded.profileId) =>
  database.query(
    `select channel, topic, state, was, source, actor, ip, shown from consent_changes
     where workspace_id = $1 and profile_id = $2 order by id`,
    [seeded.workspaceId, profileId],
  );
const events = () =>
  database.query('select name, properties from events where workspace_id = $1 order by position', [seeded.workspaceId]);
const addPerson = async () =>
  (
    await database.query<{ id: string }>('insert into profiles (workspace_id) values ($1) returning id', [
      seeded.workspaceId,
    ])
  )[0]!.id;

it('keeps what was said, each change of it with how it came here, and tells of it as an event', async () => {
  const shown = 'Send me offers';
  expect(await say({ topic: 'offers', state: 'unsubscribed' }, { source: 'link', ip: '203.0.113.9' })).toMatchObject({
    was: 'subscribed',
    changed: true,
  });
  await say({ topic: 'offers', state: 'unsubscribed' });
  await say({ topic: 'offers', state: 'subscribed' }, { source: 'api', actor: 'key:1', shown });
  await say({ topic: 'news', state: 'unsubscribed' });

  expect(await stored()).toEqual([
    { channel: 'email', topic: 'news', state: 'unsubscribed', everything: false, source: 'api' },
    { channel: 'email', topic: 'offers', state: 'subscribed', everything: false, source: 'api' },
  ]);
  const of = { channel: 'email', actor: null, ip: null, shown: null };
  expect(await history()).toEqual([
    { ...of, topic: 'offers', state: 'unsubscribed', was: null, source: 'link', ip: '203.0.113.9' },
    { ...of, topic: 'offers', state: 'subscribed', was: 'unsubscribed', source: 'api', actor: 'key:1', shown },
    { ...of, topic: 'news', state: 'unsubscribed', was: null, source: 'api', actor: 'key:1' },
  ]);
  // Who was not in the topic has not left it.
  expect(await events()).toEqual([
    { name: 'Unsubscribed', properties: { channel: 'email', topic: 'offers', source: 'link' } },
    { name: 'Resubscribed', properties: { channel: 'email', topic: 'offers', source: 'api' } },
  ]);
});

it('lets what was said later stay, whoever tells it first', async () => {
  const at = Date.parse('2026-03-01T10:00:00Z');
  await say({ state: 'unsubscribed', at });
  expect(await say({ state: 'subscribed', at: at - 1 })).toMatchObject({ changed: false, late: new Date(at) });
  expect(await stored()).toMatchObject([{ state: 'unsubscribed' }]);
  expect(await say({ state: 'subscribed', at: at + 1 })).toMatchObject({ changed: true, late: null });
});

it('counts what the person says now, also after a clock that was ahead', async () => {
  await say({ state: 'subscribed', at: Date.now() + 60_000 });
  expect(await say({ state: 'unsubscribed' }, { source: 'link' })).toMatchObject({ changed: true });
});

it('waits for whoever must confirm, and does not ask those who are subscribed', async () => {
  expect(await say({ topic: 'news', state: 'pending' })).toMatchObject({ was: 'unsubscribed', changed: true });
  await say({ topic: 'news', state: 'subscribed' }, { source: 'confirmation' });
  expect(await say({ topic: 'news', state: 'pending' })).toMatchObject({ changed: false });
  expect(await stored()).toMatchObject([{ topic: 'news', state: 'subscribed', source: 'confirmation' }]);
  expect((await events()).map(({ name }) => name)).toEqual(['Consent Requested', 'Resubscribed']);
});

it('is said once by many who say the same at once', async () => {
  await Promise.all(Array.from({ length: 12 }, () => say({ state: 'unsubscribed' }, { source: 'link' })));
  expect(await history()).toHaveLength(1);
  expect(await events()).toHaveLength(1);
});

it('keeps those who want nothing at all away until they say otherwise themselves', async () => {
  await say({ state: 'unsubscribed', everything: true }, { source: 'reply' });
  await say({ state: 'pending' });
  await say({ state: 'unsubscribed', at: Date.now() });
  expect(await stored()).toMatchObject([{ state: 'unsubscribed', everything: true }]);
  await say({ state: 'subscribed' }, { source: 'reply' });
  expect(await stored()).toMatchObject([{ state: 'subscribed', everything: false }]);
});

it('pauses and resumes with a history of both', async () => {
  const until = new Date(Date.now() + 30 * 86_400_000);
  const pause = (end: Date | null) =>
    service.transaction((sql) =>
      service.pause(seeded, {
        sql,
        profileId: seeded.profileId,
        until: end,
        evidence: { source: 'preferences', ip: '203.0.113.9' },
      }),
    );
  expect([await pause(null), await pause(until), await pause(until), await pause(null)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect((await history()).map(({ state }) => state)).toEqual(['paused', 'resumed']);
});

it('decides the same in SQL and here, whatever was said', async () => {
  const states = fc.constantFrom<ConsentState | null>(null, 'subscribed', 'unsubscribed', 'pending');
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        channel: states,
        everything: fc.boolean(),
        offers: states,
        news: states,
        topic: fc.constantFrom(null, 'offers', 'news', 'gone'),
        messageClass: fc.constantFrom<MessageClass>('marketing', 'transactional'),
        paused: fc.constantFrom(null, -60_000, 60_000),
      }),
      async ({ channel, everything, offers, news, topic, messageClass, paused }) => {
        const now = Date.now();
        const profileId = await addPerson();
        for (const [about, state] of [['', channel] as const, ['offers', offers] as const, ['news', news] as const])
          if (state !== null)
            await database.query(
              `insert into consents (workspace_id, profile_id, channel, topic, state, everything)
               values ($1, $2, 'email', $3, $4, $5)`,
              [seeded.workspaceId, profileId, about, state, about === '' && state === 'unsubscribed' && everything],
            );
        await database.query('update profiles set paused_until = $3 where workspace_id = $1 and id = $2', [
          seeded.workspaceId,
          profileId,
          paused === null ? null : new Date(now + paused),
        ]);
        const [row] = await database.query<{ refuses: boolean }>(
          `select ${refusesSql({
            workspace: '$1',
            profile: 'p',
            channel: `'email'`,
            topic: '$3::text',
            transactional: '$4::boolean',
          })} as refuses
           from profiles p where p.workspace_id = $1 and p.id = $2`,
          [seeded.workspaceId, profileId, topic, messageClass === 'transactional'],
        );
        const standing = await repository.standing(seeded, profileId);
        const refusal = refusalOf(standing, { channel: 'email', topic, messageClass }, now);
        expect(row!.refuses).toBe(refusal !== null);
      },
    ),
    { numRuns: 150 },
  );
});

it('does not bring anybody back by a merge, unless they said so themselves and later', async () => {
  const early = Date.parse('2026-02-01T00:00:00Z');
  const late = Date.parse('2026-03-01T00:00:00Z');
  const cases: [one: Saying, by: Evidence['source'], other: Saying, by: Evidence['source'], stays: ConsentState][] = [
    [{ state: 'unsubscribed', at: early }, 'link', { state: 'subscribed', at: late }, 'preferences', 'subscribed'],
    [{ state: 'unsubscribed', at: early }, 'link', { state: 'subscribed', at: late }, 'import', 'unsubscribed'],
    [{ state: 'unsubscribed', at: late }, 'api', { state: 'subscribed', at: early }, 'preferences', 'unsubscribed'],
    [{ state: 'pending', at: late }, 'api', { state: 'subscribed', at: early }, 'api', 'pending'],
  ];
  for (const [one, byOne, other, byOther, stays] of cases)
    for (const flip of [false, true]) {
      const [from, into] = [await addPerson(), await addPerson()];
      const [first, second] = flip ? [into, from] : [from, into];
      await say({ topic: 'news', ...one }, { source: byOne }, first);
      await say({ topic: 'news', ...other }, { source: byOther }, second);
      await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from, into }] }));
      expect([one, other, flip, await stored(into)]).toMatchObject([one, other, flip, [{ state: stays }]]);
      expect(await stored(from)).toEqual([]);
      const told = (await history(into)).map(({ source }) => source);
      expect(told).toEqual(expect.arrayContaining([byOne, byOther]));
    }
});
