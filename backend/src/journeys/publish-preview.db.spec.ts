import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { listening, planOf } from '../../test/listening.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { PublishPreviewRepository } from './publish-preview.repository.js';

/** As a large journey has them, in a workspace with others in other versions. */
const inside = 100_000;
const others = 50_000;
const part = 15_000;
const traits = [['first_name'], ['address', 'city'], ['external_id'], ['email']];

let test: Awaited<ReturnType<typeof testDatabase>>;
let journey: Seeded;
beforeAll(async () => {
  test = await testDatabase();
  const { database } = test;
  journey = await seedJourney(database);
  const values = [journey.workspaceId, journey.journeyId, journey.versionId];
  // In parts: a statement may take a minute at most, on a busy machine too.
  for (let from = 1; from <= inside + others; from += part)
    await database.query(
      `insert into profiles (workspace_id, external_id, traits)
         select $1, n::text, jsonb_build_object('email', n || '@shop.example', 'address', '{"city": "서울"}'::jsonb)
             || case when n % 4 = 0 then '{"first_name": ""}'::jsonb else '{"first_name": "민아"}'::jsonb end
           from generate_series($2::int, $3::int) n`,
      [journey.workspaceId, from, from + part - 1],
    );
  await database.query(
    `insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, status,
         workflow_id, entered_at, node, entry_data)
       select $1, $2, case when n <= ${inside} then $3::uuid else ('00000000-0000-4000-8000-' || lpad((n % 100)::text, 12, '0'))::uuid end,
         id, gen_random_uuid(), now(), 'running', gen_random_uuid()::text, now(), case when n % 5 = 0 then 'mail' else 'wait' end,
         case when n % 2 = 0 then '{"order": "a"}'::jsonb else '{"cart": {}}' end
         from (select id, external_id::int as n from profiles where workspace_id = $1 and external_id ~ '^[0-9]+$') p`,
    values,
  );
  await database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status,
         queued_at, next_attempt_at)
       select workspace_id, id, journey_id, version_id, profile_id, 'mail', 1, 'email', 'delivered', now(), now()
         from enrollments where workspace_id = $1 and journey_id = $2 and version_id = $3`,
    values,
  );
  await database.query(
    `insert into events (workspace_id, id, profile_id, name, message_id, properties, time, received_at)
       select workspace_id, gen_random_uuid(), id, case when external_id::int % 3 = 0 then 'Signed Up' else 'Seen' end,
           id::text, '{}', now() - external_id::int * interval '1 second', now()
         from profiles where workspace_id = $1 and external_id ~ '^[0-9]{1,5}$'`,
    [journey.workspaceId],
  );
  await database.query('analyze enrollments, profiles, messages, journey_versions, events');
}, 240_000);
afterAll(() => test?.drop());

it('is told within two seconds with 100,000 people inside', async () => {
  const repository = new PublishPreviewRepository(test.database);
  const versionIds = [journey.versionId];
  const asked = async (): Promise<number> => {
    const from = performance.now();
    const [standing, missing, had, brought] = await Promise.all([
      repository.standing(journey, journey.journeyId),
      repository.missingInside(journey, { versionIds, traits }),
      repository.had(journey, { versionIds, nodes: ['mail', 'other'] }),
      repository.missingBrought(journey, { versionIds, paths: [['order'], ['cart', 'total']] }),
    ]);
    expect(brought).toEqual([inside / 2, inside]);
    expect(standing.map(({ node, people }) => [node, people]).sort()).toEqual([
      ['mail', inside / 5],
      ['wait', (inside / 5) * 4],
    ]);
    expect(missing).toEqual({ people: inside, empty: [inside / 4, 0, 0, 0] });
    expect(had.sort((a, b) => a.people - b.people)).toEqual([
      { at: 'mail', node: 'mail', people: inside / 5 },
      { at: 'wait', node: 'mail', people: (inside / 5) * 4 },
    ]);
    return performance.now() - from;
  };
  const took = [await asked(), await asked(), await asked()];
  expect(Math.min(...took), took.join(', ')).toBeLessThan(2_000);
}, 60_000);

it('reads no more than the people of the journey, and a sample of others by an index', async () => {
  const { database, sent } = listening(test.database);
  const repository = new PublishPreviewRepository(database);
  await repository.standing(journey, journey.journeyId);
  // Nobody has these: what is asked of few must not read the tables.
  const few = ['ffffffff-0000-4000-8000-000000000000'];
  await repository.missingInside(journey, { versionIds: few, traits });
  const coming = await repository.missingComing(journey, { segments: few, events: ['Signed Up'], traits });
  expect(coming.people).toBe(1_000);
  const anywhere = await repository.missingAnywhere(journey, traits);
  expect(anywhere.people).toBe(1_000);
  const plan = (words: string) => planOf({ database: test.database, sent, words });
  expect(await plan('e.node, count(*)')).toMatch(/enrollments_waiting/);
  const insidePlan = await plan('select distinct e.profile_id');
  expect(insidePlan).toMatch(/enrollments_waiting/);
  expect(insidePlan).not.toMatch(/Seq Scan/);
  const comingPlan = await plan('cross join lateral');
  expect(comingPlan).toMatch(/Index Only Scan.*name_time/);
  expect(comingPlan).toMatch(/segment_id = ANY/);
  expect(comingPlan).not.toMatch(/Seq Scan on profiles/);
  const newest = await plan('order by p.created_at desc');
  expect(newest).toMatch(/profiles_recent/);
  expect(newest).not.toMatch(/Seq Scan on profiles/);
}, 60_000);
