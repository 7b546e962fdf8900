import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { ChangeListeners } from '../changes/index.js';
import type { ProfileChange } from '../changes/index.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { ConsentRepository } from './consent.repository.js';
import { ConsentService } from './consent.service.js';
import { ConsentTraitFollower, wantsOf } from './consent-trait-follower.js';
import { ConsentTraitRepository } from './consent-trait.repository.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let consents: ConsentService;
let follower: ConsentTraitFollower;
const now = Date.parse('2026-06-01T12:00:00Z');

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  const traits = new ConsentTraitRepository(database);
  consents = new ConsentService(new ConsentRepository(database), new EventsService(database));
  follower = new ConsentTraitFollower(traits, consents, new ChangeListeners());
  seeded = await seedJourney(database);
  await database.transaction((sql) =>
    traits.save(seeded, {
      sql,
      items: [
        { trait: 'newsletter', channel: 'email', topic: 'news' },
        { trait: 'sms_ok', channel: 'sms', topic: null },
      ],
    }),
  );
});
afterAll(() => drop());

const change = (name: string, what: ProfileChange['what'] = 'trait'): ProfileChange => ({
  profileId: seeded.profileId,
  what,
  name,
  origin: 'live',
  event: null,
});
const set = async (
  traits: Record<string, unknown>,
  at: number,
  changes = Object.keys(traits).map((name) => change(name)),
) => {
  await database.query(
    `update profiles set traits = traits || $3::jsonb, trait_times = trait_times || $4::jsonb
     where workspace_id = $1 and id = $2`,
    [
      seeded.workspaceId,
      seeded.profileId,
      JSON.stringify(traits),
      JSON.stringify(Object.fromEntries(Object.keys(traits).map((name) => [name, at]))),
    ],
  );
  await database.transaction((sql) => follower.changed(seeded, { sql, changes, at: now }));
};
const stored = () =>
  database.query(
    'select channel, topic, state, source from consents where workspace_id = $1 and profile_id = $2 order by 1, 2',
    [seeded.workspaceId, seeded.profileId],
  );

it.each([
  [true, true],
  ['Yes', true],
  [1, true],
  [false, false],
  ['0', false],
  ['opted_out', false],
  ['perhaps', null],
  [null, null],
  [{}, null],
])('%j says %j', (value, wants) => expect(wantsOf(value)).toBe(wants));

it('takes what mapped traits say, as of when they were set', async () => {
  const at = now - 3_600_000;
  await set({ newsletter: false, sms_ok: 'yes', plan: 'pro', other: true }, at);
  expect(await stored()).toEqual([
    { channel: 'email', topic: 'news', state: 'unsubscribed', source: 'identify' },
    { channel: 'sms', topic: '', state: 'subscribed', source: 'identify' },
  ]);
  // What was said since stays; a trait that says nothing of it changes nothing.
  const say = (state: 'subscribed' | 'unsubscribed', when: number, everything = false) =>
    consents.transaction((sql) =>
      consents.state(seeded, {
        sql,
        profileId: seeded.profileId,
        statement: { channel: 'sms', topic: '', state, at: when, everything },
        evidence: { source: 'reply' },
      }),
    );
  await say('unsubscribed', now - 1_800_000, true);
  await set({ sms_ok: true }, now - 2_000_000);
  await set({ newsletter: 'maybe' }, now - 1_000);
  expect(await stored()).toMatchObject([
    { channel: 'email', state: 'unsubscribed' },
    { channel: 'sms', state: 'unsubscribed', source: 'reply' },
  ]);
  // Nor does one that comes later bring back who wants nothing at all; one who left marketing only comes back.
  await set({ sms_ok: true, newsletter: true }, now - 500);
  expect(await stored()).toMatchObject([
    { channel: 'email', topic: 'news', state: 'subscribed' },
    { channel: 'sms', state: 'unsubscribed' },
  ]);
});

it('looks at all mapped traits of somebody who was made, or took another one in', async () => {
  await set({ newsletter: false }, now - 100, [change('created', 'profile')]);
  expect(await stored()).toMatchObject([{ channel: 'email', state: 'unsubscribed' }, { channel: 'sms' }]);
});
