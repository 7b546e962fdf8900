import { randomUUID } from 'node:crypto';
import type { ConsentState, MessageClass } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { testTopics } from '../../test/topics.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { mergeProfiles, retryConflicts } from '../profiles/index.js';
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

it('lets what was said later stay, also where it was what held already', async () => {
  const at = Date.parse('2026-03-01T10:00:00Z');
  await say({ state: 'subscribed', at });
  await say({ state: 'subscribed', at: at + 20 });
  expect(await say({ state: 'unsubscribed', at: at + 10 })).toMatchObject({ changed: false, late: new Date(at + 20) });
  await file({ state: 'subscribed', at: at + 40 });
  expect(await say({ state: 'unsubscribed', at: at + 30 })).toMatchObject({ changed: false, late: new Date(at + 40) });
  expect((await history()).map(({ state }) => state)).toEqual(['subscribed']);
});

const file = (
  { state, at }: { state: 'subscribed' | 'unsubscribed'; at: number },
  {
    profileId = seeded.profileId,
    topic = '',
    again = true,
  }: { profileId?: string; topic?: string; again?: boolean } = {},
) =>
  service.transaction((sql) =>
    service.import(seeded, { sql, consents: [{ profileId, channel: 'email', topic, state, at, again }] }),
  );

/** What the history says last of each topic. */
const folded = async (profileId: string) =>
  Object.fromEntries((await history(profileId)).map(({ topic, state }) => [topic, state]));
const present = async (profileId: string) =>
  Object.fromEntries((await stored(profileId)).map(({ topic, state }) => [topic, state]));

it('keeps a history that ends with what holds, whoever says what at once', { timeout: 120_000 }, async () => {
  const states = fc.constantFrom('subscribed' as const, 'unsubscribed' as const);
  const statement = fc.record({
    by: fc.constantFrom('api', 'file'),
    topic: fc.constantFrom('', 'offers'),
    state: states,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(statement, { minLength: 2, maxLength: 8 }).chain((said) =>
        fc.tuple(
          fc.constant(said),
          fc.shuffledSubarray(
            said.map((_, n) => n),
            { minLength: said.length },
          ),
        ),
      ),
      async ([said, times]) => {
        const profileId = await addPerson();
        const from = Date.parse('2026-03-01T10:00:00Z');
        await Promise.all(
          said.map(({ by, topic, state }, n) => {
            const at = from + times[n]! * 1_000;
            return by === 'file'
              ? file({ state, at }, { profileId, topic })
              : say({ topic, state, at }, { source: 'api' }, profileId);
          }),
        );
        const expected = said
          .map((each, n) => ({ ...each, at: times[n]! }))
          .sort((a, b) => a.at - b.at)
          .map(({ topic, state }) => [topic, state]);
        expect(await present(profileId)).toEqual(Object.fromEntries(expected));
        expect(await folded(profileId)).toEqual(await present(profileId));
      },
    ),
    { numRuns: 40 },
  );
});

it('loses nothing that is said while two people are joined', { timeout: 120_000 }, async () => {
  for (let round = 0; round < 25; round += 1) {
    const [from, into] = [await addPerson(), await addPerson()];
    await say({ state: 'subscribed' }, { source: 'import' }, from);
    if (round % 2 === 0) await say({ state: 'subscribed' }, { source: 'import' }, into);
    await say({ topic: 'offers', state: 'unsubscribed' }, { source: 'link' }, from);
    const join = () =>
      retryConflicts(() => database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from, into }] })), {
        what: 'two people were joined',
      });
    await Promise.all([
      say({ state: 'unsubscribed' }, { source: 'link' }, round % 3 === 0 ? from : into),
      join(),
      file({ state: 'subscribed', at: Date.now() }, { profileId: into, topic: 'offers', again: false }),
    ]);
    expect(await present(into)).toEqual({ '': 'unsubscribed', offers: 'unsubscribed' });
    expect(await folded(into)).toEqual(await present(into));
  }
});

const callerOf = (workspaceId: string): Caller => ({
  workspaceId,
  actor: { kind: 'member', id: randomUUID(), role: 'owner', email: 'ada@shop.example' },
});

it('knows what uses a topic, also limits, the holdout and mapped traits', async () => {
  const { workspaceId, journeyId } = seeded;
  const uses = async (key: string) =>
    (await testTopics(database).find(seeded, key)).uses.map(({ kind, name }) => [kind, name]);
  expect(await uses('offers')).toEqual([]);
  const limit = { most: 1, per: { kind: 'calendar', unit: 'day' }, channels: ['news'], topics: ['offers'] };
  await database.query(
    `insert into delivery_rules (workspace_id, kind, settings) values ($1, 'caps', $2), ($1, 'holdout', $3)`,
    [workspaceId, { limits: [limit], countTransactional: false }, { share: 5, exceptTopics: ['news', 'offers'] }],
  );
  await database.query(
    `insert into consent_traits (workspace_id, trait, channel, topic) values ($1, 'x', 'sms', 'offers')`,
    [workspaceId],
  );
  await database.query('update journeys set caps = $3 where workspace_id = $1 and id = $2', [
    workspaceId,
    journeyId,
    { mode: 'own', limits: [limit] },
  ]);
  expect(await uses('offers')).toEqual([
    ['holdout', ''],
    ['journeyLimits', expect.any(String)],
    ['limits', ''],
    ['trait', 'x'],
  ]);
  // The name of a channel is none of a topic.
  expect(await uses('news')).toEqual([['holdout', '']]);
  await expect(testTopics(database).remove(callerOf(workspaceId), 'offers')).rejects.toMatchObject({
    code: 'topic-in-use',
  });
});

it('deletes no topic of which somebody says something at this moment', async () => {
  const topics = testTopics(database);
  const caller = callerOf(seeded.workspaceId);
  let said = () => {};
  let go = () => {};
  const isSaid = new Promise<void>((resolve) => (said = resolve));
  const held = new Promise<void>((resolve) => (go = resolve));
  const saying = service.transaction(async (sql) => {
    const statement = { channel: 'email', topic: 'offers', state: 'unsubscribed' } as const;
    await service.state(seeded, { sql, profileId: seeded.profileId, statement, evidence: { source: 'link' } });
    said();
    await held;
  });
  await isSaid;
  const removing = topics.remove(caller, 'offers').then(
    () => 'deleted',
    (error: { code?: string }) => error.code,
  );
  // It waits for the one who speaks.
  await expect
    .poll(async () =>
      database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    )
    .toHaveLength(1);
  go();
  await saying;
  expect(await removing).toBe('topic-in-use');
});
