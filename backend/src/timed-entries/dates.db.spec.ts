import { randomUUID } from 'node:crypto';
import type { DateRule, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Watches } from '../changes/index.js';
import type { Database } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { DateEntries } from './date-entries.service.js';
import { DateRepository } from './date.repository.js';

let database: Database;
let drop: () => Promise<void>;
let repository: DateRepository;
let dates: DateEntries;
let seeded: Seeded;
const watches = { settle: () => Promise.resolve() } as Watches;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  repository = new DateRepository(database);
  dates = new DateEntries(database, repository, watches, enteringOf(database));
});
afterAll(() => drop?.());
beforeEach(async () => {
  await database.query('truncate entry_due, entry_dates');
  seeded = await seedJourney(database);
});

const birthday: DateRule = { days: 0, time: '09:00', repeats: 'yearly', leapDay: 'february28' };
const ms = (text: string): number => Date.parse(text);

/** Publishes the entry; everybody is looked at. */
async function open(
  rule: DateRule = birthday,
  { at = '2026-12-01T00:00Z', trait = 'birthday', node = 'entry', fill = true } = {},
): Promise<void> {
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify([{ node, kind: 'date', trait, rule }]),
    JSON.stringify({ rule: 'always' }),
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  await database.transaction((sql) =>
    repository.replace(seeded, { sql, journeyId: seeded.journeyId, at: new Date(at), given: [{ node, trait, rule }] }),
  );
  if (fill) while (await dates.prepare());
}

async function person(traits: JsonObject, id: string = randomUUID()): Promise<string> {
  await database.query('insert into profiles (workspace_id, id, traits) values ($1, $2, $3)', [
    seeded.workspaceId,
    id,
    JSON.stringify(traits),
  ]);
  return id;
}

/** The traits are others, and whoever keeps something by them hears of it. */
async function change(profileId: string, traits: JsonObject, at: string): Promise<void> {
  await database.query('update profiles set traits = $3 where workspace_id = $1 and id = $2', [
    seeded.workspaceId,
    profileId,
    JSON.stringify(traits),
  ]);
  await database.transaction((sql) => dates.changed(seeded, { sql, profileIds: [profileId], at: ms(at) }));
}

/** The workspace is in another zone, and everybody is looked at again. */
async function moveWorkspace(zone: string, at: string): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('update workspaces set time_zone = $2 where id = $1', [seeded.workspaceId, zone]);
    await repository.refill(seeded, { sql, at: new Date(at) });
  });
  while (await dates.prepare(ms(at)));
}

async function merge(from: string, into: string): Promise<void> {
  await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from, into }] }));
}

async function letIn(at: string): Promise<void> {
  while (await dates.letIn(ms(at)));
}

const due = async (): Promise<{ day: string; at: string }[]> =>
  (
    await database.query<{ day: string; due_at: Date }>(
      `select day::text as day, due_at from entry_due
       where journey_id = $1 order by due_at, day`,
      [seeded.journeyId],
    )
  ).map(({ day, due_at }) => ({ day, at: due_at.toISOString() }));

const entered = async (): Promise<{ profile_id: string; entry_cause: string; entry_data: JsonObject }[]> =>
  database.query(
    'select profile_id, entry_cause, entry_data from enrollments where journey_id = $1 order by created_at, entry_cause',
    [seeded.journeyId],
  );

it('lets people in on their day, where they live, and again a year later', async () => {
  const id = await person({ birthday: '1990-12-24', timezone: 'Asia/Seoul' });
  await open();
  expect(await due()).toEqual([{ day: '2026-12-24', at: '2026-12-24T00:00:00.000Z' }]);
  await letIn('2026-12-23T23:59:59Z');
  expect(await entered()).toEqual([]);
  await letIn('2026-12-24T00:00:00Z');
  expect(await entered()).toMatchObject([
    {
      profile_id: id,
      entry_cause: `date/entry/2026-12-24/${id}`,
      entry_data: { date: '2026-12-24', years: 36, trait: 'birthday' },
    },
  ]);
  expect(await due()).toEqual([{ day: '2027-12-24', at: '2027-12-24T00:00:00.000Z' }]);
});

it('lets nobody in for what is past, for what is no date, and for made-up people', async () => {
  await person({ birthday: '1990-12-01' });
  await person({ birthday: 'soon' });
  await person({});
  const test = await person({ birthday: '1990-12-24' });
  await database.query('update profiles set test = true where id = $1', [test]);
  await open({ ...birthday, repeats: 'once' }, { at: '2026-12-01T10:00Z' });
  expect(await due()).toEqual([]);
});

describe('a date that is changed', () => {
  it('before it is due moves it', async () => {
    const id = await person({ birthday: '2026-12-24' });
    await open({ ...birthday, repeats: 'once' });
    await change(id, { birthday: '2026-12-26' }, '2026-12-20T00:00Z');
    expect(await due()).toEqual([{ day: '2026-12-26', at: '2026-12-26T09:00:00.000Z' }]);
    await letIn('2026-12-25T00:00Z');
    expect(await entered()).toEqual([]);
    await letIn('2026-12-27T00:00Z');
    expect(await entered()).toHaveLength(1);
  });

  it('after it was due does not let the person in again for the same date', async () => {
    const id = await person({ birthday: '2026-12-24' });
    await open({ ...birthday, repeats: 'once' });
    await letIn('2026-12-24T09:00Z');
    await change(id, { birthday: '2026-12-31' }, '2026-12-24T10:00Z');
    await change(id, { birthday: '2026-12-24', timezone: 'Pacific/Pago_Pago' }, '2026-12-24T11:00Z');
    // 09:00 comes there once more, of the same date.
    expect(await due()).toEqual([{ day: '2026-12-24', at: '2026-12-24T20:00:00.000Z' }]);
    await letIn('2026-12-24T21:00Z');
    expect(await entered()).toHaveLength(1);
  });

  it('counts at the last moment, though nobody has heard of it yet', async () => {
    const id = await person({ birthday: '2026-12-24' });
    await open({ ...birthday, repeats: 'once' });
    await database.query('update profiles set traits = $2 where id = $1', [
      id,
      JSON.stringify({ birthday: '2027-05-01' }),
    ]);
    await letIn('2026-12-24T09:00Z');
    expect(await entered()).toEqual([]);
    expect(await due()).toEqual([{ day: '2027-05-01', at: '2027-05-01T09:00:00.000Z' }]);
  });
});

describe('another zone', () => {
  const once: DateRule = { ...birthday, repeats: 'once' };

  it('where the time of the day has passed already lets the person in at once', async () => {
    const id = await person({ birthday: '2026-12-24' });
    await open(once);
    await change(id, { birthday: '2026-12-24', timezone: 'Asia/Seoul' }, '2026-12-24T03:00Z');
    await letIn('2026-12-24T03:00Z');
    expect(await entered()).toMatchObject([{ entry_data: { scheduledAt: '2026-12-24T00:00:00.000Z' } }]);
  });

  it('that nobody has heard of yet does so too, and one where it is still to come waits', async () => {
    const [seoul, baker] = [await person({ birthday: '2026-12-24' }), await person({ birthday: '2026-12-24' })];
    await open(once);
    await database.query(`update profiles set traits = traits || '{"timezone":"Asia/Seoul"}' where id = $1`, [seoul]);
    await database.query(`update profiles set traits = traits || '{"timezone":"Etc/GMT+12"}' where id = $1`, [baker]);
    await letIn('2026-12-24T09:00Z');
    expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([seoul]);
    expect(await due()).toEqual([{ day: '2026-12-24', at: '2026-12-24T21:00:00.000Z' }]);
  });

  it('of the workspace is that of everybody who says none', async () => {
    const here = await person({ birthday: '1990-12-24' });
    const berlin = await person({ birthday: '1990-12-24', timezone: 'Europe/Berlin' });
    const later = await person({ birthday: '1990-12-27' });
    await open();
    await moveWorkspace('Asia/Seoul', '2026-12-24T03:00Z');
    await letIn('2026-12-24T03:00Z');
    expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([here]);
    await moveWorkspace('Pacific/Pago_Pago', '2026-12-24T04:00Z');
    await letIn('2026-12-24T21:00Z');
    // Once for the day, though it comes once more.
    expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([here, berlin]);
    expect(
      await database.query('select 1 from entry_due where profile_id = $1 and due_at = $2', [
        later,
        new Date('2026-12-27T20:00Z'),
      ]),
    ).toHaveLength(1);
    expect(await due()).toHaveLength(3);
  });
});

describe('somebody who becomes another person', () => {
  it('comes in as that one by what was claimed for the first, once', async () => {
    const from = await person({ birthday: '1990-12-24' });
    const into = await person({});
    await open();
    const claimed = await repository.claim(new Date('2026-12-24T09:00Z'), 10);
    await merge(from, into);
    // Whoever claimed it finds nobody by that name any more.
    const late = new DateRepository(database);
    late.claim = () => Promise.resolve(claimed);
    await new DateEntries(database, late, watches, enteringOf(database)).letIn(ms('2026-12-24T09:00Z'));
    await database.query('update entry_due set claimed_until = null');
    await letIn('2026-12-24T09:00Z');
    expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([into]);
  });

  it('comes in once where both had that day, in one claim or in two', async () => {
    for (const together of [true, false]) {
      const [from, into] = [await person({ birthday: '1990-12-24' }), await person({ birthday: '1990-12-24' })];
      await database.query('truncate entry_due, entry_dates, enrollments cascade');
      await open();
      await database.query('delete from entry_due where profile_id <> all($1::uuid[])', [[from, into]]);
      const held = new DateRepository(database);
      const peopleOf = held.peopleOf.bind(held);
      let merged = false;
      // They become one after they were looked up, before they come in.
      held.peopleOf = async (...given) => {
        const people = await peopleOf(...given);
        if (!merged) {
          merged = true;
          await merge(from, into);
        }
        return people;
      };
      if (!together) {
        await database.query("update entry_due set claimed_until = now() + interval '1 hour' where profile_id = $1", [
          into,
        ]);
      }
      await new DateEntries(database, held, watches, enteringOf(database)).letIn(ms('2026-12-24T09:00Z'));
      await database.query('update entry_due set claimed_until = null');
      await letIn('2026-12-24T09:00Z');
      expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([into]);
    }
  });
});

it('keeps what a new rule has planned while people came in by the old one', async () => {
  const id = await person({ birthday: '1990-12-24' });
  await open();
  const held = new DateRepository(database);
  const lockPlans = held.lockPlans.bind(held);
  held.lockPlans = async (...given) => {
    // Published, and everybody looked at, after the entries were read.
    await open({ ...birthday, days: 7 }, { at: '2026-12-24T08:59Z' });
    held.lockPlans = lockPlans;
    await lockPlans(...given);
  };
  await new DateEntries(database, held, watches, enteringOf(database)).letIn(ms('2026-12-24T09:00Z'));
  await letIn('2026-12-24T09:01Z');
  expect(await due()).toContainEqual({ day: '2026-12-24', at: '2026-12-31T09:00:00.000Z' });
  await letIn('2026-12-31T09:00Z');
  // Once for the day, by whichever rule.
  expect((await entered()).map(({ profile_id }) => profile_id)).toEqual([id]);
  expect(await due()).toEqual([{ day: '2027-12-24', at: '2027-12-31T09:00:00.000Z' }]);
});

it('waits for those who write without knowing of an entry, also when it is opened at the last moment', async () => {
  await person({ birthday: '1990-12-24' });
  let settled = 0;
  const counting = { settle: () => Promise.resolve(void (settled += 1)) } as Watches;
  const racing = new DateRepository(database);
  const lockBusy = racing.lockBusy.bind(racing);
  racing.lockBusy = async (sql) => {
    if ((await database.query('select 1 from entry_dates')).length === 0) await open(birthday, { fill: false });
    return lockBusy(sql);
  };
  const racer = new DateEntries(database, racing, counting, enteringOf(database));
  await racer.prepare();
  expect([settled, await due()]).toEqual([0, []]);
  await racer.prepare();
  expect([settled, (await due()).length]).toEqual([1, 1]);
});

describe('an instant', () => {
  const moment = '2026-12-24T22:30:00Z';
  const rule: DateRule = { days: 0, time: '09:00', repeats: 'once', leapDay: 'february28' };

  it('that came is not another date where it is on the next day', async () => {
    const id = await person({ birthday: moment });
    await open(rule);
    await letIn('2026-12-24T09:00Z');
    await change(id, { birthday: moment, timezone: 'Asia/Seoul' }, '2026-12-24T09:30Z');
    await letIn('2026-12-25T12:00Z');
    expect((await entered()).map((each) => each.entry_data['date'])).toEqual(['2026-12-24']);
  });

  it('that was to come tomorrow comes at once where it was on the day before', async () => {
    const id = await person({ birthday: moment, timezone: 'Asia/Seoul' });
    await open(rule);
    await change(id, { birthday: moment, timezone: 'America/New_York' }, '2026-12-24T15:00Z');
    await letIn('2026-12-24T15:00Z');
    expect((await entered()).map((each) => each.entry_data['date'])).toEqual(['2026-12-24']);
    expect(await due()).toEqual([]);
  });

  it('long ago comes each year', async () => {
    await person({ birthday: -8e12 });
    await open();
    const [first] = await due();
    await letIn(first!.at);
    expect(await entered()).toHaveLength(1);
    const [next, ...more] = await due();
    expect(next!.day).toBe(`${Number(first!.day.slice(0, 4)) + 1}${first!.day.slice(4)}`);
    expect(more).toEqual([]);
  });
});

it('has rows for a list of dates, each once', async () => {
  const id = await person({ bookings: ['2026-12-24', '2026-12-25', '2026-12-24'] });
  await open({ ...birthday, days: -1, repeats: 'once' }, { trait: 'bookings' });
  await letIn('2026-12-23T09:00Z');
  await letIn('2026-12-24T09:00Z');
  expect((await entered()).map(({ entry_cause }) => entry_cause)).toEqual([
    `date/entry/2026-12-24/${id}`,
    `date/entry/2026-12-25/${id}`,
  ]);
  expect(await due()).toEqual([]);
});

describe('an edit', () => {
  it('elsewhere leaves what is due alone', async () => {
    await person({ birthday: '1990-12-24' });
    await open();
    const [before] = await database.query<{ id: string }>('select id from entry_due');
    await open(birthday, { at: '2026-12-10T00:00Z' });
    expect((await database.query<{ id: string }>('select id from entry_due'))[0]).toEqual(before);
  });

  it('of the date begins anew, and takes the old rows away', async () => {
    await person({ birthday: '1990-12-24' });
    await open();
    await open({ ...birthday, days: -7 }, { at: '2026-12-10T00:00Z' });
    expect(await due()).toEqual([{ day: '2026-12-24', at: '2026-12-17T09:00:00.000Z' }]);
  });

  it('lets nobody in by a row that is older', async () => {
    await person({ birthday: '1990-12-24' });
    await open();
    await open({ ...birthday, days: -7 }, { at: '2026-12-23T00:00Z', fill: false });
    await letIn('2026-12-24T09:00Z');
    expect(await entered()).toEqual([]);
  });

  it('that closes the journey takes everything away', async () => {
    await person({ birthday: '1990-12-24' });
    await open();
    await database.transaction((sql) => repository.close(seeded, { sql, journeyId: seeded.journeyId }));
    while (await dates.prepare());
    expect(await due()).toEqual([]);
    expect(await database.query('select 1 from entry_dates')).toEqual([]);
  });
});

it('goes on filling where it was, and beside changes, without a row twice', async () => {
  const ids = await Promise.all(Array.from({ length: 2_300 }, () => person({ birthday: '1990-12-24' })));
  await open(birthday, { fill: false });
  await change(ids[0]!, { birthday: '1990-12-25' }, '2026-12-02T00:00Z');
  while (await dates.prepare());
  const rows = await database.query<{ day: string; count: number }>(
    'select day::text as day, count(*)::int as count from entry_due group by 1 order by 1',
  );
  expect(rows).toEqual([
    { day: '2026-12-24', count: 2_299 },
    { day: '2026-12-25', count: 1 },
  ]);
});

it('lets somebody in once though two workers are at it and one dies in between', async () => {
  const id = await person({ birthday: '1990-12-24' });
  await open();
  // Claimed by one that was killed: another takes over when the claim has lapsed.
  await repository.claim(new Date('2026-12-24T09:00Z'), 10);
  await letIn('2026-12-24T09:00Z');
  expect(await entered()).toEqual([]);
  await database.query(`update entry_due set claimed_until = now() - interval '1 second'`);
  await Promise.all([letIn('2026-12-24T09:00Z'), letIn('2026-12-24T09:00Z')]);
  expect((await entered()).map((each) => each.profile_id)).toEqual([id]);
  expect(await due()).toEqual([{ day: '2027-12-24', at: '2027-12-24T09:00:00.000Z' }]);
});

it.each([
  ['cannot be', new Error('bad data')],
  ['takes too long', Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' })],
])('lets the others in when one %s', async (_, error) => {
  const bad = await person({ birthday: '1990-12-24' });
  const good = await person({ birthday: '1990-12-24' });
  await open();
  const entering = enteringOf(database);
  const failing = {
    enter: (...given: Parameters<typeof entering.enter>) =>
      given[0].some(({ profileId }) => profileId === bad) ? Promise.reject(error) : entering.enter(...given),
  } as typeof entering;
  await new DateEntries(database, repository, watches, failing).letIn(ms('2026-12-24T09:00Z'));
  expect((await entered()).map((each) => each.profile_id)).toEqual([good]);
  // The other is not forgotten.
  await database.query(`update entry_due set claimed_until = now() - interval '1 second'`);
  await letIn('2026-12-24T09:00Z');
  expect(await entered()).toHaveLength(2);
});

it('keeps what came due for somebody who became another while it was claimed', async () => {
  const from = await person({ birthday: '1990-12-24' });
  const into = await person({});
  await open();
  const claimed = await repository.claim(new Date('2026-12-24T09:00Z'), 10);
  await database.query('update entry_due set profile_id = $2 where profile_id = $1', [from, into]);
  await database.transaction((sql) =>
    repository.drop(seeded, {
      sql,
      profileIds: [from],
      steps: [{ journeyId: seeded.journeyId, node: 'entry' }],
      after: new Date('2026-12-24T09:00Z'),
      done: claimed.map(({ id, profile_id: profileId }) => ({ id, profileId })),
    }),
  );
  expect((await due()).map((each) => each.day)).toContain('2026-12-24');
});
