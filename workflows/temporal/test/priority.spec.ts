import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { prepareNamespace, RunsClient } from '../src/index.js';
import { createRunWorker } from '../src/worker.js';
import { noPrograms, startOf, until } from './environment.js';
import { MemoryCarrier } from './memory-carrier.js';
import { programOf } from './programs.js';

const many = 300;

it('takes a run that sends something transactional before the many that began earlier', async () => {
  const connection = {
    address: process.env['TEMPORAL_ADDRESS'] ?? '',
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test',
  };
  await prepareNamespace(connection);
  const carrier = new MemoryCarrier();
  const taskQueue = `test-${randomUUID()}`;
  const worker = await createRunWorker({
    ...connection,
    taskQueue,
    activities: carrier,
    nodes: {},
    programs: noPrograms,
  });
  // Nobody works yet: all of them wait on the server.
  const runs = new RunsClient(worker.client, { taskQueue });
  const mail = (parts: object) =>
    programOf([
      { node: 'mail', enter: true, op: 'send', channel: 'email', queued: { port: 'queued', pc: -1 }, ...parts },
    ]);
  const others = Array.from({ length: many }, () => startOf(mail({})));
  await Promise.all(others.map((start) => runs.start(start)));
  const receipt = startOf(mail({ messageClass: 'transactional' }));
  await runs.start(receipt);
  const running = worker.run();
  await until(() => carrier.steps.size === many + 1, 'all runs');
  worker.shutdown();
  await running;
  await worker.close();
  // Those that a worker takes at once may overtake it, by no means all of them.
  expect([...carrier.steps.keys()].indexOf(receipt.identity.enrollmentId)).toBeLessThan(many / 2);
});
