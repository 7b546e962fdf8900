import { programFormat } from '@wend/engine';
import type { EnrollmentStart, RunsClient, RunSignal } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database, Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { ProgramRepository } from './program.repository.js';
import { RouterRepository } from './router.repository.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';
import { SweeperRepository } from './sweeper.repository.js';
import { SweeperService } from './sweeper.service.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  logger.level = 'silent';
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

type Told = { workflowId: string; start?: EnrollmentStart | undefined; signal: RunSignal };
let told: Told[];
/** What the Temporal server answers for a run: false when it has no such run. */
let answer: (id: string) => boolean | Error;
let seeded: Seeded;
beforeEach(async () => {
  await database.query('truncate enrollments, journey_control cascade');
  told = [];
  answer = () => true;
  seeded = await seedJourney(database);
});

/** A sweeper as a worker process has it. */
function sweeper(): SweeperService {
  const runs = new Runs();
  const signal = (run: Omit<Told, 'signal'>, given: RunSignal): Promise<boolean> => {
    told.push({ ...run, signal: given });
    const result = answer(idOf(run.workflowId));
    return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
  };
  runs.use({ signal } as unknown as RunsClient);
  return new SweeperService(
    new SweeperRepository(database),
    new RouterRepository(database),
    new RunSignals(runs, new ProgramRepository(database)),
  );
}
const idOf = (workflowId: string) => workflowId.split('/')[1]!;
const toldRuns = () => told.map(({ workflowId }) => idOf(workflowId));

/** A run as it is after `change`, which is SQL. */
async function run(change: string, of: Seeded = seeded): Promise<string> {
  const { identity } = await insertEnrollment(database, of);
  await database.query(
    `update enrollments set sweep_after = now() - interval '1 second', ${change} where workspace_id = $1 and id = $2`,
    [of.workspaceId, identity.enrollmentId],
  );
  return identity.enrollmentId;
}
const start = (at: number) =>
  `start = '${JSON.stringify({ identity: { enrollmentId: 'x' }, offset: 0, first: { type: 'enrolled', at, seed: 's', facts: { 0: 'stale' }, entry: { id: 'e' } } })}'`;
async function rowOf(id: string) {
  return (
    await database.query<Record<string, unknown>>(
      `select status, held, end_reason as reason, start is not null as kept, cancel_reason as asked
        from enrollments
        where id = $1`,
      [id],
    )
  )[0]!;
}
const control = (state: string, of: Seeded = seeded) =>
  database.query(`update journey_control set state = $2, ending = ($2 = 'stopped') where journey_id = $1`, [
    of.journeyId,
    state,
  ]);
/** Time passes: what was taken is due again. */
const later = () => database.query(`update enrollments set sweep_after = sweep_after - interval '1 minute'`);

describe('starts that were left', () => {
  it('are made good from the entry, and once', async () => {
    const id = await run(`step = 1, ${start(1)}`);
    await sweeper().sweep();
    await sweeper().sweep();
    expect(told).toMatchObject([
      {
        workflowId: `enrollment/${id}`,
        signal: { type: 'resume' },
        start: { first: { at: 1 }, program: { format: programFormat } },
      },
    ]);
    expect(await rowOf(id)).toMatchObject({ status: 'running', kept: true });
  });

  it('wait for some seconds, and never for those that a pause holds', async () => {
    await control('paused');
    for (let count = 0; count < 120; count += 1) await run(`held = true, ${start(1)}`);
    const fresh = await run(start(1));
    await database.query(`update enrollments set sweep_after = now() + interval '3 seconds' where id = $1`, [fresh]);
    await sweeper().sweep();
    expect(told).toEqual([]);
    await later();
    await sweeper().sweep();
    expect(toldRuns()).toEqual([fresh]);
  });

  it('end, failed with a reason, when the workflow is gone', async () => {
    const id = await run(start(1));
    answer = () => false;
    await sweeper().sweep();
    expect(await rowOf(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('is gone') as string,
      kept: false,
    });
    await later();
    await sweeper().sweep();
    expect(told).toHaveLength(1);
  });
});

describe('runs that a pause held', () => {
  it('go on when it is over; one that has not begun begins now and knows nothing from before', async () => {
    const before = Date.now();
    await control('paused');
    const begun = await run(`held = true, status = 'running', step = 2`);
    const fresh = await run(`held = true, ${start(1)}`);
    await sweeper().sweep();
    expect(told).toEqual([]);
    await control('live');
    await sweeper().sweep();
    expect(toldRuns().sort()).toEqual([begun, fresh].sort());
    const of = (id: string) => told.find(({ workflowId }) => idOf(workflowId) === id)!;
    expect(of(begun)).toEqual({ workflowId: `enrollment/${begun}`, start: undefined, signal: { type: 'resume' } });
    const { first } = of(fresh).start!;
    expect(first).toEqual({ type: 'enrolled', at: first.at, seed: 's', entry: { id: 'e' } });
    expect(first.at).toBeGreaterThanOrEqual(before);
  });

  it('end when their workflow is gone, and keep nobody else from going on', async () => {
    const other = await seedJourney(database);
    const gone: string[] = [];
    for (let count = 0; count < 60; count += 1) gone.push(await run(`held = true, status = 'running'`));
    const well = await run(`held = true, status = 'running'`, other);
    answer = (id) => !gone.includes(id);
    await sweeper().sweep();
    expect(toldRuns()).toContain(well);
    await sweeper().sweep();
    await sweeper().sweep();
    expect(
      new Set((await Promise.all(gone.map(rowOf))).map(({ status, held }) => `${String(status)} ${String(held)}`)),
    ).toEqual(new Set(['failed false']));
    expect(toldRuns()).toHaveLength(61);
  });

  it('that are refused go to the back of the queue', async () => {
    const refused: string[] = [];
    for (let count = 0; count < 50; count += 1) refused.push(await run(`held = true, status = 'running'`));
    answer = (id) => (refused.includes(id) ? new Error('INVALID_ARGUMENT: too large') : true);
    const well = await run(`held = true, status = 'running'`);
    await database.query('update enrollments set sweep_after = now() where id = $1', [well]);
    await sweeper().sweep();
    expect(toldRuns()).not.toContain(well);
    await sweeper().sweep();
    expect(toldRuns()).toContain(well);
  });

  it('are taken by one of two sweepers', async () => {
    for (let count = 0; count < 40; count += 1) await run(`held = true, status = 'running'`);
    await Promise.all([sweeper().sweep(), sweeper().sweep()]);
    expect(new Set(toldRuns()).size).toBe(40);
    expect(told).toHaveLength(40);
  });
});

describe('runs that are to end', () => {
  it('are told why, also those that were held before their first step, until they have ended', async () => {
    const running = await run(`status = 'running', cancel_reason = 'Asked for'`);
    const held = await run(`held = true, cancel_reason = 'Asked for', ${start(1)}`);
    await sweeper().sweep();
    expect(toldRuns().sort()).toEqual([running, held].sort());
    expect(told.every(({ signal }) => signal.type === 'cancel' && signal.reason === 'Asked for')).toBe(true);
    expect(told.find(({ workflowId }) => idOf(workflowId) === held)!.start).toBeDefined();
    await sweeper().sweep();
    expect(told).toHaveLength(2);
    await later();
    answer = () => false;
    await sweeper().sweep();
    expect(await Promise.all([running, held].map(rowOf))).toMatchObject([
      { status: 'cancelled', reason: 'Asked for' },
      { status: 'cancelled', reason: 'Asked for', held: false },
    ]);
  });

  it('because their journey was stopped, are asked some at a time, held ones and starting ones too; test runs and other journeys go on', async () => {
    const other = await seedJourney(database);
    const untouched = [await run(`status = 'running', origin = 'test'`), await run(`status = 'running'`, other)];
    const held = await run(`held = true, ${start(1)}`);
    const starting = await run(start(1));
    const running: string[] = [];
    for (let count = 0; count < 60; count += 1) running.push(await run(`status = 'running'`));
    await control('stopped');
    await sweeper().sweep();
    expect(told.filter(({ signal }) => signal.type === 'cancel')).toHaveLength(50);
    await sweeper().sweep();
    expect(
      new Set(told.flatMap(({ signal, workflowId }) => (signal.type === 'cancel' ? [idOf(workflowId)] : []))),
    ).toEqual(new Set([held, starting, ...running]));
    expect(await Promise.all(untouched.map(rowOf))).toMatchObject([{ asked: null }, { asked: null }]);
    expect(await database.query('select 1 from journey_control where ending')).toEqual([]);
  });
});

it('what is refused for one run keeps neither other runs nor the figures waiting; an outage ends the sweep', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push(await run(`status = 'running', cancel_reason = 'asked'`));
  answer = (id) => (id === ids[0] ? new Error('INVALID_ARGUMENT: too large') : true);
  expect(await sweeper().sweep()).toBe(false);
  expect(toldRuns().sort()).toEqual([...ids].sort());
  await later();
  answer = () => Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
  await expect(sweeper().sweep()).rejects.toThrow('UNAVAILABLE');
});

it('a sweep reads what is due and nothing else: neither runs that have ended, nor those that run or stay held', async () => {
  const paused = await seedJourney(database);
  await control('paused', paused);
  const stopped = await seedJourney(database);
  await control('stopped', stopped);
  type Many = { count: number; columns: string; values: string; through?: Sql };
  const many = (of: Seeded, { count, columns, values, through = database }: Many) =>
    through.query(
      `insert into enrollments (
       workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at,
         sweep_after, ${columns}
     )
     select $1, $2, $3, $4, gen_random_uuid(), now(), 'enrollment/' || n, now(), now() - interval '1 minute', ${values}
     from generate_series(1, ${count}) n`,
      [of.workspaceId, of.journeyId, of.versionId, of.profileId],
    );
  // The table is analysed while the first of them are being stored: for the planner it is next to empty from then on.
  await database.transaction(async (sql) => {
    const ended = { columns: 'status, ended_at, cancel_reason', values: `'cancelled', now(), 'asked once'` };
    await many(seeded, { count: 20_000, ...ended, through: sql });
    await database.query('analyze enrollments');
  });
  await many(stopped, { count: 5_000, columns: 'status, ended_at', values: `'cancelled', now()` });
  await many(seeded, { count: 10_000, columns: 'status', values: `'running'` });
  await many(paused, { count: 10_000, columns: 'held', values: 'true' });
  const due = [
    await run(`status = 'running', held = true`),
    await run(start(1)),
    await run(`status = 'running', cancel_reason = 'asked'`),
    await run(`status = 'running'`, stopped),
  ];
  // As it is found soon after many came: nobody has analysed the table yet, and after it was analysed.
  for (const analysed of [false, true]) {
    if (analysed) await database.query('analyze enrollments');
    await later();
    await database.transaction(async (sql) => {
      // One transaction for all, so that what they read can be asked for.
      const transaction = async (
        work: (given: typeof sql) => Promise<unknown>,
        { settings = [] }: { settings?: string[] } = {},
      ) => {
        for (const setting of settings) await sql.query(`set local ${setting}`);
        return work(sql);
      };
      const repository = new SweeperRepository({ transaction } as Database);
      const claimed = [
        ...(await repository.claimStarting(100)),
        ...(await repository.claimHeld(50)),
        ...(await repository.claimStopped(50)),
        ...(await repository.claimCancelled(50)),
      ];
      await repository.settleStopped();
      expect(new Set(claimed.map(({ id }) => id))).toEqual(new Set(due));
      const [read] = await sql.query<{ whole: number; byIndex: number }>(
        `select seq_tup_read::int as whole, idx_tup_fetch::int as "byIndex"
          from pg_stat_xact_user_tables
          where relname = 'enrollments'`,
      );
      expect(read!.whole).toBe(0);
      expect(read!.byIndex).toBeLessThan(100);
    });
    await database.query(`update enrollments set cancel_reason = null where id = $1`, [due[3]]);
    await database.query('update journey_control set ending = (journey_id = $1)', [stopped.journeyId]);
  }
});
