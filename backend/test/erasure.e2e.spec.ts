import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

const erase = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('../dist/bin/erase.js', import.meta.url)), ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: chain.api.databaseUrl, WEND_SECRET_KEY: '5'.repeat(64) },
  });

/** A run that waits for a day. */
async function waiting(): Promise<{ id: string; profileId: string; workflowId: string }> {
  const graph = graphOf([
    entry('Erased', 'wait'),
    { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: {} },
  ]);
  const { body: journey } = await chain.owner.send('POST', '/api/journeys', { name: 'Erasure', graph });
  const { body: run } = await chain.owner.send('POST', `/api/journeys/${journey.id}/test-runs`, {
    traits: { email: 'erase-me@example.com' },
    properties: {},
  });
  const id = run.enrollmentId as string;
  await until(
    async () => (await chain.api.database.query('select 1 from timers where enrollment_id = $1', [id])).length > 0,
    'the wait',
  );
  const [row] = await chain.api.database.query<{ profile_id: string }>(
    'select profile_id from enrollments where id = $1',
    [id],
  );
  return { id, profileId: row!.profile_id, workflowId: `enrollment/${id}` };
}
const history = (workflowId: string) =>
  chain.api.app.get(Runs, { strict: false }).client.client.workflow.getHandle(workflowId).describe();

it('erases a person with the histories of the runs, and leaves others in theirs', async () => {
  const [mine, other] = [await waiting(), await waiting()];
  const { workspaceId } = chain.workspace.scope;
  expect(erase('person', workspaceId, mine.profileId)).toMatchObject({ status: 0, stdout: 'Erased.\n' });
  await until(
    () =>
      history(mine.workflowId).then(
        () => false,
        (error: Error) => error.name === 'WorkflowNotFoundError',
      ),
    'Temporal',
  );
  expect((await history(other.workflowId)).status.name).toBe('RUNNING');
  expect((await chain.owner.get(`/api/enrollments/${mine.id}`)).status).toBe(404);
  expect((await chain.owner.get(`/api/enrollments/${other.id}`)).status).toBe(200);
  expect(erase('person', workspaceId, mine.profileId)).toMatchObject({
    status: 1,
    stderr: 'There is no such person.\n',
  });

  expect(erase('workspace', workspaceId)).toMatchObject({ status: 0 });
  await until(
    () =>
      history(other.workflowId).then(
        () => false,
        (error: Error) => error.name === 'WorkflowNotFoundError',
      ),
    'Temporal',
  );
  expect(await chain.api.database.query('select 1 from workspaces where id = $1', [workspaceId])).toEqual([]);
});

it('does nothing but say how it is used when it is not told whom', () => {
  expect(erase('person', 'everybody')).toMatchObject({ status: 1, stderr: expect.stringContaining('workspace id') });
});
