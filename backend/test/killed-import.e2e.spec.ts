import type { ChildProcess } from 'node:child_process';
import { prepareNamespace } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi } from './api.js';
import { until } from './chain.js';
import { startDeployedWorker } from './deployed-worker.js';
import { ImportBench } from './import-bench.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const rows = 12_000;

let api: TestApi;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  api = await startTestApi();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await api?.close();
});

async function startWorker(): Promise<ChildProcess> {
  const worker = await startDeployedWorker(api);
  workers.push(worker);
  return worker;
}

it('an import whose workers are killed takes every row once', { timeout: 300_000 }, async () => {
  const workspace = await api.workspace();
  const bench = new ImportBench().use(api.database);
  bench.caller = { ...workspace.scope, actor: { kind: 'member', id: workspace.id, role: 'owner', email: 'o@x.test' } };
  const lines = Array.from({ length: rows }, (_, n) => `k${n},${n % 100 === 0 ? 'many' : n},이름 ${n}`);
  const id = await bench.upload(`id,points,name\n${lines.join('\n')}\n`);
  const settings = await bench.settingsOf(id, {
    match: 'externalId',
    columns: [
      { to: 'externalId' },
      { to: 'trait', name: 'points', type: 'number' },
      { to: 'trait', name: 'name', type: 'text' },
    ],
  });
  await bench.imports.begin(bench.caller, { id, settings, state: 'importing' });
  const counts = async () => (await bench.imports.detail(bench.caller, id)).counts;
  const reached = (count: number) => until(async () => (await counts()).rows >= count, `${count} rows`, 120_000);
  for (const share of [0.15, 0.5]) {
    const worker = await startWorker();
    await reached(share * rows);
    worker.kill('SIGKILL');
  }
  expect((await bench.imports.detail(bench.caller, id)).state).toBe('importing');
  await startWorker();
  await until(
    async () => (await bench.imports.detail(bench.caller, id)).state === 'done',
    'the import to be done',
    120_000,
  );
  expect(await counts()).toMatchObject({ rows, created: rows * 0.99, bad: rows * 0.01, repeated: 0, changed: 0 });
  const [people] = await api.database.query(
    `select count(*)::int as count, count(distinct external_id)::int as ids, sum((traits ->> 'points')::int)::int as points
     from profiles where workspace_id = $1`,
    [workspace.id],
  );
  const sum = Array.from({ length: rows }, (_, n) => (n % 100 === 0 ? 0 : n)).reduce((a, b) => a + b, 0);
  expect(people).toEqual({ count: rows * 0.99, ids: rows * 0.99, points: sum });
  const problems = await api.database.query('select line from import_problems where import_id = $1', [id]);
  expect(problems).toHaveLength(rows * 0.01);
});
