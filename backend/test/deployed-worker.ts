import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestApi } from './api.js';
import { until } from './chain.js';

/** Starts a worker as it is deployed, a process of its own, on the database of `api`. Whoever starts it kills it. */
export async function startDeployedWorker(
  { databaseUrl }: Pick<TestApi, 'databaseUrl'>,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.worker.js', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      WEND_SECRET_KEY: '5'.repeat(64),
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test',
      WEND_WORKER_HEALTH_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  worker.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('worker is ready'), 'the worker to be ready', 60_000).catch((error: unknown) => {
    worker.kill('SIGKILL');
    throw error;
  });
  return worker;
}
