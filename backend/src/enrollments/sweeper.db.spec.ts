import type { RunsClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, seedJourney } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
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

it('what is refused for one run keeps neither other runs nor the figures waiting; an outage ends the sweep', async () => {
  const seeded = await seedJourney(database);
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push((await insertEnrollment(database, seeded)).identity.enrollmentId);
  await database.query(`update enrollments set status = 'running', cancel_reason = 'asked' where workspace_id = $1`, [seeded.workspaceId]);
  let refusal: Error & { code?: number } = new Error('INVALID_ARGUMENT: too large');
  const signalled: string[] = [];
  const runs = new Runs();
  runs.use({
    signal: async (workflowId: string) => {
      signalled.push(workflowId);
      if (workflowId.endsWith(ids[0]!)) throw refusal;
      return true;
    },
  } as unknown as RunsClient);
  const sweeper = new SweeperService(new SweeperRepository(database), runs);
  expect(await sweeper.sweep()).toBe(false);
  expect(signalled.map((workflowId) => workflowId.split('/')[1])).toEqual(ids);
  refusal = Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
  await expect(sweeper.sweep()).rejects.toThrow('UNAVAILABLE');
});
