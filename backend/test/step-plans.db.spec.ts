import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApprovalRepository } from '../src/approvals/approval.repository.js';
import { AskingRepository } from '../src/approvals/asking.repository.js';
import { MailRepository } from '../src/approvals/mail.repository.js';
import { ClaimsRepository } from '../src/claims/claims.repository.js';
import { DigestsRepository } from '../src/claims/digests.repository.js';
import { EntryBatchRepository } from '../src/enrollments/entry-batch.repository.js';
import { RecipientsRepository } from '../src/enrollments/recipients.repository.js';
import type { Database } from '../src/platform/database/index.js';
import { RunActionRepository } from '../src/run-actions/run-actions.repository.js';
import type { DueAction } from '../src/run-actions/run-action.js';
import { testDatabase } from './database.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { expectFew, fillLarge, idOf, idSql, largeRows as rows, undone, workOf } from './large.js';
import { listening } from './listening.js';

/*
 * What steps keep of very many runs: approvals, throttles, digests, whom a step reached, and what runs asked for. All but
 * some of it is over.
 */
const people = 1_000;
const key = Buffer.from([1]);
let database: Database;
let drop: () => Promise<void>;
let journey: Journey;
/** With the last of all approvals, and one of the batches. */
let small: Journey;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  journey = await makeJourney(database, {});
  const { workspaceId: w, journeyId: j, versionId: v } = journey;
  small = await makeJourney(database, {}, w, 'h2');
  const person = idSql(`n % ${people} + 1`);
  await fillLarge(database, [
    {
      table: 'profiles',
      columns: 'workspace_id, id, external_id',
      from: `select $1, ${idSql('n')}, 'p' || n from generate_series(1, ${people}) n`,
      values: [w],
    },
    {
      table: 'enrollments',
      columns: `workspace_id, id, journey_id, version_id, profile_id, entry_cause, entry_received_at, entered_at, workflow_id,
        status`,
      from: `select $1, ${idSql('n')}, $2, $3, ${person}, n::text, now(), now(), 'w', 'running'
        from (
          select generate_series(1, ${people}) union select generate_series(${rows / 200}, ${rows}, ${rows / 200})
        ) t(n)`,
      values: [w, j, v],
    },
    {
      table: 'approvals',
      columns: `workspace_id, id, enrollment_id, journey_id, version_id, node, visit, wait, origin, run, asked_at, next_at,
        state, created_at`,
      from: `select $1, ${idSql('n')}, ${person}, case when n > ${rows - 5} then $4::uuid else $2::uuid end, $3, 'ask', n, 'ask#1',
          'live', '{}', now(), now() - interval '1 h',
          case when n % ${rows / 50} = 0 then 'new' when n % ${rows / 50} = 1 then 'open' else 'answered' end,
          now() - n * interval '1 s'
        from generate_series(1, ${rows}) n`,
      values: [w, j, v, small.journeyId],
    },
    {
      table: 'approval_mails',
      columns: 'workspace_id, id, approval_id, enrollment_id, address, state, due_at',
      from: `select $1, ${idSql('n')}, ${idSql('n')}, ${person}, 'a@example.com',
          case when n % ${rows / 50} = 1 then 'waiting' else 'sent' end, now() - interval '1 h'
        from generate_series(1, ${rows}) n`,
      values: [w],
    },
    {
      table: 'throttle_passes',
      columns: 'workspace_id, enrollment_id, node, visit, profile_id, journey_id, key, at, until',
      from: `select $1, ${idSql('n + 1000')}, 'throttle', 1, ${person}, $2, $3, now() - n * interval '1 s', now()
        from generate_series(1, ${rows}) n`,
      values: [w, j, key],
    },
    {
      table: 'digests',
      columns: `workspace_id, id, enrollment_id, node, visit, profile_id, journey_id, key, count, opened_at, closed_at`,
      from: `select $1, ${idSql('n')}, ${idSql('n')}, 'digest', 1, ${person}, $2, $3, 1, now(),
          case when n > ${people} then now() end
        from generate_series(1, ${rows}) n`,
      values: [w, j, key],
    },
    {
      table: 'digest_items',
      columns: 'workspace_id, enrollment_id, node, visit, digest_id, event_id, name, time, properties',
      from: `select $1, ${idSql('n')}, 'digest', 1, ${idSql('n')}, n::text, 'Commented', now(), '{}'
        from generate_series(1, ${rows}) n`,
      values: [w],
    },
    {
      table: 'entry_batches',
      columns: `workspace_id, id, journey_id, node, source, cause, name, at, state, not_before, created_at, finished_at`,
      from: `select $1, ${idSql('n')}, case when n = 1 then $3::uuid else $2::uuid end, 'entry',
          case when n % ${rows / 10} = 3 then '{"profileIds":[]}'::jsonb else '{"recipients":{}}' end, n::text, 'Each', now(),
          case when n % ${rows / 20} = 0 then 'running' else 'done' end, now() - interval '1 h', now() - n * interval '1 s',
          case when n % ${rows / 20} = 0 then null else now() end
        from generate_series(1, ${rows}) n`,
      values: [w, j, small.journeyId],
    },
    {
      table: 'recipient_once',
      columns: 'workspace_id, profile_id, journey_id, node, key, batch_id',
      from: `select $1, ${person}, $2, 'each', int4send(n / ${people}), ${idSql('n')} from generate_series(1, ${rows}) n`,
      values: [w, j],
    },
    {
      table: 'run_actions',
      columns: 'workspace_id, enrollment_id, node, visit, kind, settings, depth, at, state, next_at, settled_at',
      from: `select $1, ${idSql('n')}, 'act', 1, 'emit-event', '{}', 0, now(),
          case when n % ${rows / 200} = 0 then 'waiting' else 'done' end, now() - interval '1 h',
          case when n % ${rows / 200} = 0 then null else now() end
        from generate_series(1, ${rows}) n`,
      values: [w],
    },
  ]);
}, 180_000);
afterAll(() => drop?.());

const claimant = (run: number) => ({
  enrollmentId: idOf(run),
  journeyId: journey.journeyId,
  profileId: idOf(run),
  node: 'throttle',
  visit: 1,
  at: new Date(),
  key,
});

describe('approvals', () => {
  it('that are to be put into words, and mails that are due, are claimed without those that are over', async () => {
    const { database: heard, sent } = listening(database);
    expect(await new AskingRepository(heard).claim({ limit: 20, leaseSeconds: 60 })).toHaveLength(20);
    expectFew(await workOf(database, { sent, words: `a.state = 'new' and a.next_at <= now()` }), 1_500);
    expect(await new MailRepository(heard).claim({ limit: 20, leaseSeconds: 60 })).toHaveLength(20);
    expectFew(await workOf(database, { sent, words: 'attempts = l.attempts + 1' }), 1_500);
  });

  it('are found by the link of a mail, held and answered by their keys', async () => {
    const { database: heard, sent } = listening(database);
    expect(await new MailRepository(heard).invited(journey, idOf(501))).toMatchObject({ approvalId: idOf(501) });
    expectFew(await workOf(database, { sent, words: 'as brand' }), 100);
    const approvals = new ApprovalRepository(heard);
    expect(await approvals.hold(journey, { sql: heard, id: idOf(501) })).toMatchObject({ id: idOf(501) });
    expectFew(await workOf(database, { sent, words: 'for update of a' }), 100);
    expect(await approvals.find(journey, idOf(501))).toMatchObject({ id: idOf(501) });
    expectFew(await workOf(database, { sent, words: 'a.id = $2 and a.state <>' }), 100);
  });

  it.each([
    ['all', {}, 50],
    ['those that are open', { state: 'open' as const }, 49],
    ['those that are closed', { state: 'closed' as const }, 50],
    ['those of a journey that has few', { journeyId: 'small' }, 4],
    ['those of a run', { enrollmentId: idOf(7) }, 50],
  ])('are listed by index: %s', async (_, filter, count) => {
    const { database: heard, sent } = listening(database);
    const approvals = new ApprovalRepository(heard);
    const { rows: found } = await approvals.list(journey, {
      limit: 50,
      ...filter,
      ...('journeyId' in filter ? { journeyId: small.journeyId } : {}),
    });
    expect(found.length).toBeGreaterThanOrEqual(count);
    const works = await workOf(database, { sent, words: 'order by a.created_at desc' });
    expectFew(works.slice(0, 1), 5_000);
    expect(await approvals.countOpen(journey)).toBeGreaterThanOrEqual(49);
    expectFew(await workOf(database, { sent, words: 'count(*)::int as open' }), 500);
  });
});

describe('throttles and digests', () => {
  it('look at those of one person', async () => {
    const { database: heard, sent } = listening(database);
    const claims = new ClaimsRepository(heard);
    expect(await claims.lockPerson(journey, { sql: heard, enrollmentId: idOf(5) })).not.toBeNull();
    expectFew(await workOf(database, { sent, words: 'for no key update' }), 100);
    const pass = { sql: heard, claimant: claimant(5), most: 5, withinSeconds: 60 };
    expect(await claims.pass(journey, pass)).toMatchObject({ passed: true });
    expectFew(await workOf(database, { sent, words: 'insert into throttle_passes' }), 200);
  });

  it('join what is open, and take the list of one', async () => {
    const { database: heard, sent } = listening(database);
    const digests = new DigestsRepository();
    const joining = { ...claimant(5), enrollmentId: idOf(6), profileId: idOf(7), node: 'digest', visit: 2 };
    await undone(heard, {}, async (sql) =>
      expect(await digests.join(journey, { sql, claimant: joining, full: null })).toMatchObject({ isNew: true }),
    );
    for (const words of [
      'where i.workspace_id = $1 and i.enrollment_id',
      'd.closed_at is null',
      'insert into digest_items',
    ])
      expectFew(await workOf(database, { sent, words }), 200);
    const own = { ...joining, enrollmentId: idOf(8), visit: 1 };
    expect(await digests.close(journey, { sql: heard, claimant: own })).toMatchObject({ count: expect.any(Number) });
    for (const words of ['closed_at = coalesce', 'order by time desc, position desc'])
      expectFew(await workOf(database, { sent, words }), 100);
  });
});

describe('what runs asked for', () => {
  it('batches for each are claimed, listed and found without those that are over', async () => {
    const { database: heard, sent } = listening(database);
    const batches = new EntryBatchRepository(heard);
    expect(await batches.claim(60)).toMatchObject({ state: 'running' });
    expectFew(await workOf(database, { sent, words: 'order by not_before limit 1' }), 200);
    await batches.nextIn();
    expectFew(await workOf(database, { sent, words: 'min(not_before)' }), 200);
    expect(await batches.ofJourney(journey, journey.journeyId)).not.toEqual([]);
    expectFew(await workOf(database, { sent, words: 'union all' }), 500);
    await batches.stop(journey, { sql: heard, journeyId: small.journeyId });
    expectFew(await workOf(database, { sent, words: `set state = 'stopped'` }), 500);
  });

  it('who had it is found by the person', async () => {
    const { database: heard, sent } = listening(database);
    const reaching = {
      journeyId: journey.journeyId,
      node: 'each',
      key: '00000003',
      run: idOf(1),
      self: false,
      most: 100,
      withinSeconds: null,
    } as never;
    const those = new Map(Array.from({ length: 100 }, (_, index) => [index, idOf(index + 1)]));
    const recipients = new RecipientsRepository();
    expect((await recipients.still(journey, { sql: heard, reaching, at: new Date(), people: those })).size).toBe(0);
    expectFew(await workOf(database, { sent, words: 'coalesce(o.until > $6, true)' }), 1_000);
  });

  it('actions are claimed alone and with others like them', async () => {
    const { database: heard, sent } = listening(database);
    const actions = new RunActionRepository(heard);
    const action = (await actions.claim(heard)) as DueAction;
    expect(action).toMatchObject({ kind: 'emit-event' });
    expectFew(await workOf(database, { sent, words: 'with first as' }), 200);
    await actions.claimAlike(journey, { sql: heard, action, most: 50 });
    expectFew(await workOf(database, { sent, words: 'with alike' }), 10_000);
  });
});
