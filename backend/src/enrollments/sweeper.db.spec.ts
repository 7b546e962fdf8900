import { programFormat } from '@wend/engine';
import type { EnrollmentStart, RunsClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, seedJourney } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
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

function sweeperWith(runs: Runs): SweeperService {
  const programs = new ProgramRepository(database);
  return new SweeperService(new SweeperRepository(database), new RouterRepository(database), programs, runs, new RunSignals(runs, programs));
}

it('starts what a crash left between the first step and the start, from the entry, and once', async () => {
  const seeded = await seedJourney(database);
  const { identity } = await insertEnrollment(database, seeded);
  await database.query(`update enrollments set start = $3, step = 1, created_at = now() - interval '1 minute' where workspace_id = $1 and id = $2`, [seeded.workspaceId, identity.enrollmentId, JSON.stringify({ identity, offset: 0 })]);
  const started: EnrollmentStart[] = [];
  const runs = new Runs();
  runs.use({ start: async (start: EnrollmentStart) => void started.push(start) } as unknown as RunsClient);
  await sweeperWith(runs).sweep();
  await sweeperWith(runs).sweep();
  expect(started).toEqual([{ identity, offset: 0, program: expect.objectContaining({ format: programFormat }) }]);
  const [row] = await database.query('select status, start is not null as kept from enrollments where workspace_id = $1 and id = $2', [seeded.workspaceId, identity.enrollmentId]);
  expect(row).toEqual({ status: 'running', kept: true });
});

it('what is refused for one run keeps neither other runs nor the figures waiting; an outage ends the sweep', async () => {
  const seeded = await seedJourney(database);
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await insertEnrollment(database, seeded)).identity.enrollmentId);
  await database.query(`update enrollments set status = 'running', cancel_reason = 'asked' where workspace_id = $1`, [seeded.workspaceId]);
  let refusal: Error & { code?: number } = new Error('INVALID_ARGUMENT: too large');
  const signalled: string[] = [];
  const runs = new Runs();
  runs.use({
    signal: async ({ workflowId }: { workflowId: string }) => {
      signalled.push(workflowId);
      if (workflowId.endsWith(ids[0]!)) throw refusal;
      return true;
    },
  } as unknown as RunsClient);
  const sweeper = sweeperWith(runs);
  expect(await sweeper.sweep()).toBe(false);
  expect(signalled.map((workflowId) => workflowId.split('/')[1])).toEqual(ids);
  refusal = Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
  await expect(sweeper.sweep()).rejects.toThrow('UNAVAILABLE');
});
