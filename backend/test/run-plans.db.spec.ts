import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GoalReads } from '../src/goals/goal-reads.repository.js';
import {
  candidatesIn,
  candidatesOf,
  keepHits,
  runsToLookAt,
  runsWith,
  workspacesBehind,
} from '../src/goals/goals.repository.js';
import { RunReads } from '../src/insights/index.js';
import { MoveRepository } from '../src/moves/move.repository.js';
import { MoverRepository, nextRuns } from '../src/moves/mover.repository.js';
import type { DueMove } from '../src/moves/mover.repository.js';
import type { Database } from '../src/platform/database/index.js';
import { testDatabase } from './database.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { expectFew, fillLarge, idOf, idSql, largeRows as rows, workOf } from './large.js';
import type { Work } from './large.js';
import { listening } from './listening.js';

/*
 * What is asked of very many runs: moves between versions, goals, and the list of runs. Of each four one waits and was
 * told of a move, one waits and was not, one was moved, and one has ended.
 */
const move = idOf(1);
const next = idOf(2);

let database: Database;
let drop: () => Promise<void>;
let journey: Journey;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  journey = await makeJourney(database, {});
  const { workspaceId: w, journeyId: j, versionId: v } = journey;
  await database.query(
    `insert into journey_versions (workspace_id, id, journey_id, number, graph, program_hash, entries, reentry)
     values ($1, $3, $2, 2, '{}', 'h', '[]', '{}')`,
    [w, j, next],
  );
  await database.query(
    `insert into run_moves (workspace_id, id, journey_id, version_id, from_versions, nodes, state)
     values ($1, $2, $3, $4, array[$5::uuid], '{"wait":{"follow":true}}', 'moving')`,
    [w, move, j, next, v],
  );
  await database.query(
    `insert into journey_goals (workspace_id, version_id, goal, event, within_seconds, definition)
     select $1, v, g, case g when 'often' then 'Ordered' else 'Praised' end, 86400,
       jsonb_build_object('id', g, 'name', g, 'event', 'Ordered')
     from unnest($2::uuid[]) v, unnest('{often,rare}'::text[]) g`,
    [w, [v, next]],
  );
  await database.query('insert into goal_workspaces (workspace_id, position) values ($1, 0)', [w]);
  await fillLarge(database, [
    {
      table: 'profiles',
      columns: 'workspace_id, id',
      from: `select $1, ${idSql('n')} from generate_series(1, ${rows / 10}) n`,
      values: [w],
    },
    {
      table: 'enrollments',
      columns: `workspace_id, id, journey_id, version_id, profile_id, entry_cause, entry_received_at, entered_at, workflow_id,
        status, step, ended_at, created_at, node`,
      from: `select $1, ${idSql('n')}, $2, case n % 4 when 2 then $4::uuid else $3::uuid end, ${idSql(`n % ${rows / 10} + 1`)},
          n::text, t.at, t.at, 'w', case n % 4 when 3 then 'completed' else 'running' end, 3,
          case n % 4 when 3 then t.at end, t.at, case when n % 4 <> 3 then 'wait' end
        from generate_series(1, ${rows}) n, lateral (select now() - n * interval '0.1 s' as at) t`,
      values: [w, j, v, next],
    },
    {
      table: 'moved_runs',
      columns: 'workspace_id, move_id, enrollment_id, version_id, node, state, stand, step, told_at',
      from: `select $1, $2, ${idSql('n')}, $3, 'wait', case n % 4 when 0 then 'asked' else 'moved' end,
          case n % 4 when 2 then '{}'::jsonb end, 2, now() - n * interval '1 ms'
        from generate_series(1, ${rows}) n where n % 2 = 0`,
      values: [w, move, v],
    },
    {
      table: 'visits',
      columns: 'workspace_id, enrollment_id, node, visit, step, place, entered_at, left_at, port',
      from: `select $1, ${idSql('n')}, 'wait', 1, 1, 0, now(), case n % 4 when 3 then now() end,
          case n % 4 when 3 then 'next' end
        from generate_series(1, ${rows}) n`,
      values: [w],
    },
    {
      table: 'goal_hits',
      columns: 'workspace_id, enrollment_id, goal, event_id, at',
      from: `select $1, ${idSql('n')}, case when n % ${rows / 10} = 0 then 'rare' else 'often' end, ${idSql('n')}, now()
        from generate_series(1, ${rows}) n where n % 2 = 0`,
      values: [w],
    },
    {
      table: 'goal_runs',
      columns: 'workspace_id, enrollment_id',
      from: `select $1, ${idSql('n')} from generate_series(1, ${rows}) n`,
      values: [w],
    },
    {
      table: 'events',
      columns: 'workspace_id, id, profile_id, name, message_id, time, received_at',
      from: `select $1, ${idSql('n')}, ${idSql(`n % ${rows / 10} + 1`)},
          case n % 3 when 0 then 'Ordered' else 'Viewed' end, n::text, now() - n * interval '0.1 s', now()
        from generate_series(1, ${rows}) n`,
      values: [w],
    },
    {
      table: 'messages',
      columns: `workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, queued_at,
        sent_at`,
      from: `select $1, ${idSql('n * 10')}, $2, $3, ${idSql(`n % ${rows / 10} + 1`)}, 'mail', 1, 'email', 'sent', now(), now()
        from generate_series(1, ${rows / 10}) n`,
      values: [w, j, v],
    },
  ]);
}, 180_000);
afterAll(() => drop?.());

const due = (state: DueMove['state']): DueMove => ({
  workspace_id: journey.workspaceId,
  id: move,
  version_id: next,
  from_versions: [journey.versionId],
  nodes: { wait: { follow: true } },
  state,
});

describe('moves', () => {
  it('find the next to be told, those who have not gone, and those to be taken back', async () => {
    const { database: heard, sent } = listening(database);
    const mover = new MoverRepository(heard);
    expect(await mover.next(journey, { move: due('moving'), limit: 100 })).toHaveLength(100);
    expectFew(await workOf(database, { sent, words: 'insert into moved_runs', settings: nextRuns }), 10_000);
    expect(await mover.overdue(journey, { move: due('moving'), limit: 100 })).toHaveLength(100);
    expectFew(await workOf(database, { sent, words: 'tries = m.tries + 1', settings: nextRuns }), 10_000);
    expect(await mover.nextBack(journey, { move: due('taking-back'), limit: 100 })).toHaveLength(100);
    expectFew(await workOf(database, { sent, words: `then 'asked-back' else 'went-on'`, settings: nextRuns }), 10_000);
    expect(await mover.isAsking(journey, due('moving'))).toBe(true);
    expectFew(await workOf(database, { sent, words: 'as asking', settings: nextRuns }), 100);
  });

  it('are claimed, stopped and taken back by their own rows', async () => {
    const { database: heard, sent } = listening(database);
    await new MoverRepository(heard).claim();
    expectFew(await workOf(database, { sent, words: 'update run_moves' }), 100);
    const named = { journeyId: journey.journeyId, id: move, sql: heard };
    const moves = new MoveRepository(heard);
    expect(await moves.stateOf(journey, named)).toBe('moving');
    expect(await moves.isLatest(journey, named)).toBe(true);
    await moves.setState(journey, { ...named, state: 'stopped' });
    for (const words of [
      'select state from run_moves',
      'order by created_at desc, id desc limit 1',
      `worked_at = '-inf`,
    ])
      expectFew(await workOf(database, { sent, words }), 100);
  });
});

describe('goals', () => {
  it('are found of the events that came, and of runs that began', async () => {
    const { database: heard, sent } = listening(database);
    const ids = Array.from({ length: 200 }, (_, index) => idOf(index * 17 + 1));
    await workspacesBehind(heard, String(rows));
    expectFew(await workOf(database, { sent, words: 'from goal_workspaces w' }), 100);
    await candidatesIn(journey, { sql: heard, after: String(rows - 500), upTo: String(rows) });
    expectFew(await workOf(database, { sent, words: 'v.position > $2' }), 30_000);
    expect(await runsToLookAt(journey, { sql: heard, limit: 200 })).toHaveLength(200);
    expectFew(await workOf(database, { sent, words: 'from goal_runs where' }), 100);
    await candidatesOf(journey, { sql: heard, ids });
    expectFew(await workOf(database, { sent, words: 'e.id = any($2::uuid[])\n     order by e.id, v.id' }), 20_000);
    expect(await runsWith(journey, { sql: heard, ids })).toHaveLength(200);
    expectFew(await workOf(database, { sent, words: 'as touches' }), 10_000);
  });

  it('are recorded and attributed by the keys of their runs', async () => {
    const { database: heard, sent } = listening(database);
    const touch = { messageId: idOf(5), node: 'mail', visit: 1, at: 0 };
    await keepHits(journey, {
      sql: heard,
      hits: Array.from({ length: 100 }, (_, index) => ({
        enrollmentId: idOf(index * 17 + 1),
        goal: 'often',
        event: { id: idOf(rows + index), name: 'Ordered', time: Date.now(), properties: {} },
        value: 5,
        currency: 'EUR',
        first: touch,
        last: touch,
      })) as never,
    });
    expectFew(await workOf(database, { sent, words: 'insert into goal_totals' }), 10_000);
    const reads = new GoalReads(heard);
    await reads.totals(journey, [journey.versionId, next]);
    for (const words of ['from goal_totals', 'from goal_touches', 'g.place'])
      expectFew(await workOf(database, { sent, words }), 200);
    await reads.ofRuns(journey, [idOf(4), idOf(8)]);
    expectFew(await workOf(database, { sent, words: 'h.enrollment_id = any' }), 100);
  });
});

describe('the list of runs', () => {
  const listed = async (
    filter: Partial<Parameters<RunReads['list']>[1]>,
  ): Promise<{ found: number; works: Work[] }> => {
    const { database: heard, sent } = listening(database);
    const { rows: found } = await new RunReads(heard).list(journey, {
      journeyId: journey.journeyId,
      test: false,
      limit: 50,
      ...filter,
    });
    return { found: found.length, works: await workOf(database, { sent, words: 'order by e.created_at desc' }) };
  };

  it.each<[string, Parameters<typeof listed>[0], number]>([
    ['all', {}, 50],
    ['at a step', { node: 'wait' }, 50],
    ['that came to a step', { visited: 'wait', port: 'next' }, 50],
    ['that reached a goal', { goal: 'often' }, 50],
    ['that reached a goal which few reach', { goal: 'rare' }, 10],
    ['at a step where nobody is', { node: 'new' }, 0],
  ])('is read by index: those %s', async (_, filter, count) => {
    const { found, works } = await listed(filter);
    expect(found).toBe(count);
    // Its text follows what was asked: it is planned for its values each time.
    expectFew(works.slice(0, 1), 5_000);
  });
});
