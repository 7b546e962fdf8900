import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SweeperRepository } from '../src/enrollments/sweeper.repository.js';
import { JourneyRepository } from '../src/journeys/journey.repository.js';
import type { Database } from '../src/platform/database/index.js';
import { FiguresRepository } from '../src/insights/figures.repository.js';
import { RunReads } from '../src/insights/run-reads.repository.js';
import { testDatabase } from './database.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

const people = 60_000;
/** Of so many one failed, and one was not sent. */
const rare = 6_000;
const chunk = 5_000;
let database: Database;
let drop: () => Promise<void>;
let journey: Journey;
let scope: { workspaceId: string };

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
};
/** What a repository's own statement costs: the pages it touches, and the tables and indexes. */
function measured(): { database: Database; plans: Plan[] } {
  const plans: Plan[] = [];
  const query = async (text: string, values: unknown[] = []) => {
    const [row] = await database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    );
    plans.push(row!['QUERY PLAN'][0]!.Plan);
    return database.query(text, values);
  };
  return { plans, database: { query } as unknown as Database };
}
const pages = (plan: Plan) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
const all = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(all)];
const readWhole = (plan: Plan) =>
  all(plan).flatMap((each) =>
    each['Node Type'] === 'Seq Scan' &&
    ['enrollments', 'messages', 'visits', 'message_events'].includes(each['Relation Name'] ?? '')
      ? [each['Relation Name']]
      : [],
  );

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  journey = await makeJourney(database, { mail: { type: 'wend/email', config: {} } });
  scope = { workspaceId: journey.workspaceId };
  await database.query(`update journeys set published_version = 1 where workspace_id = $1`, [scope.workspaceId]);
  await database.query(
    `insert into profiles (workspace_id, external_id) select $1, 'p' || n from generate_series(1, 1000) n`,
    [scope.workspaceId],
  );
  const began = new Date();
  for (let from = 1; from <= people; from += chunk) {
    await database.query(
      `with runs as (
         insert into enrollments (
           workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, status, workflow_id,
             entered_at, ended_at, created_at
         )
         select $1, $2, $3, p.id, gen_random_uuid(), now(), case when n % 100 = 0 then 'running' else 'completed' end,
           'w', now(), case when n % 100 = 0 then null else now() end, $6::timestamptz - n * interval '1 second'
           from generate_series($4::int, $5::int) n
           join (
             select id, row_number() over () as place from profiles where workspace_id = $1
           ) p on p.place = n % 1000 + 1
         returning *
       )
       insert into messages (
         workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, reason,
           queued_at
       )
       select workspace_id, id, journey_id, version_id, profile_id, 'mail', 1, 'email',
         case n % ${rare} when 1 then 'failed' when 2 then 'suppressed' else 'delivered' end,
         case when n % ${rare} = 2 then 'unsubscribed' end, now() - n * interval '0.1 second'
         from (select *, extract(epoch from $6::timestamptz - created_at)::int as n from runs) r`,
      [scope.workspaceId, journey.journeyId, journey.versionId, from, from + chunk - 1, began],
    );
  }
  await database.query(
    `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values ($1, $2, 'mail', 'message:queued', date_trunc('hour', now()), $3)`,
    [scope.workspaceId, journey.versionId, people],
  );
  const sweeper = new SweeperRepository(database);
  while ((await sweeper.rollUpStats()) > 0) continue;
  await database.query('analyze');
  await database.query('vacuum enrollments, messages, journey_stat_deltas, journey_totals');
}, 180_000);
afterAll(() => drop?.());

describe(`figures of ${people.toLocaleString('en')} runs`, () => {
  it('of the journey list are read, not counted', async () => {
    const { database: asked, plans } = measured();
    const [summary] = await new JourneyRepository(asked).list(scope, { entryTypes: [], archived: 'false' });
    expect(summary).toMatchObject({ entered: people, active: people / 100, messages: people, failing: people / rare });
    expect(readWhole(plans[0]!)).toEqual([]);
    expect(all(plans[0]!).some((each) => each['Relation Name'] === 'enrollments')).toBe(false);
    // Nothing is left of what was rolled up: a vacuum beside a transaction that began before leaves dead rows.
    await expect
      .poll(
        async () => {
          await database.query('vacuum journey_stat_deltas, journey_totals');
          await new JourneyRepository(asked).list(scope, { entryTypes: [], archived: 'false' });
          return pages(plans.at(-1)!);
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBeLessThan(200);
  });

  it('of the live layer are read by index', async () => {
    const { database: asked, plans } = measured();
    const figures = new FiguresRepository(asked);
    const versionIds = [journey.versionId];
    const measures = await figures.measures(scope, versionIds);
    expect(measures).toEqual(
      expect.arrayContaining([
        { node: '', measure: 'run:completed', count: people - people / 100 },
        { node: '', measure: 'run:entered', count: people },
        { node: 'mail', measure: 'message:queued', count: people },
      ]),
    );
    expect(await figures.waiting(scope, versionIds)).toEqual([{ node: null, count: people / 100 }]);
    expect(await figures.failing(scope, { journeyId: journey.journeyId, versionIds })).toEqual([
      { node: 'mail', count: people / rare },
    ]);
    await figures.versions(scope, { journeyId: journey.journeyId });
    for (const plan of plans) expect(readWhole(plan)).toEqual([]);
    expect(
      plans.map(pages).every((count) => count < 5_000),
      JSON.stringify(plans.map(pages)),
    ).toBe(true);
  });

  it('open their people, page by page, without reading all', async () => {
    for (const [outcome, reason, count] of [
      ['failed', undefined, 10],
      ['suppressed', 'unsubscribed', 10],
      ['suppressed', 'capped', 0],
    ] as const) {
      const { database: asked, plans } = measured();
      const reads = new RunReads(asked);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await reads.list(scope, {
          journeyId: journey.journeyId,
          visited: 'mail',
          outcome,
          reason,
          limit: 4,
          cursor,
          test: false,
        });
        found.push(...page.rows.map((row) => row.id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect([outcome, new Set(found).size, found.length]).toEqual([outcome, count, count]);
      for (const plan of plans) expect([outcome, readWhole(plan)]).toEqual([outcome, []]);
      expect(
        plans.map(pages).every((touched) => touched < 3_000),
        JSON.stringify([outcome, plans.map(pages)]),
      ).toBe(true);
    }
  });
});

describe('counts of runs', () => {
  it('follow every way in which a run begins, ends and goes', async () => {
    const own = await makeJourney(database, {});
    const add = (values: string) =>
      database.query(
        `insert into enrollments (
            workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id,
              entered_at, origin, status, ended_at
          ) select $1,
            $2, $3, gen_random_uuid(), gen_random_uuid(), now(), 'w', now(), ${values}
          from generate_series(1, 5)`,
        [own.workspaceId, own.journeyId, own.versionId],
      );
    await add("'live', 'running', null");
    await add("'demo', 'running', null");
    await add("'test', 'running', null");
    await add("'live', 'failed', now()");
    await database.query(
      `update enrollments set status = 'exited', ended_at = now() where workspace_id = $1 and origin in ('demo', 'test')`,
      [own.workspaceId],
    );
    await database.query(`update enrollments set ended_at = now() where workspace_id = $1 and ended_at is not null`, [
      own.workspaceId,
    ]);
    await database.query(
      `delete from enrollments
        where id = (select id from enrollments where workspace_id = $1 and origin = 'live' and ended_at is null limit 1)`,
      [own.workspaceId],
    );
    const measures = await new FiguresRepository(database).measures({ workspaceId: own.workspaceId }, [own.versionId]);
    expect(Object.fromEntries(measures.map(({ measure, count }) => [measure, count]))).toEqual({
      'run:entered': 15,
      'run:exited': 5,
      'run:failed': 5,
      'run:removed': 1,
    });
    expect(
      await new JourneyRepository(database).summary(
        { workspaceId: own.workspaceId },
        { id: own.journeyId, entryTypes: [] },
      ),
    ).toMatchObject({ entered: 15, active: 4 });
  });
});
