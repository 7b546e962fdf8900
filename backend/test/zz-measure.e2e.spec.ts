import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { fastForward, runOf, startChain } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
let chain: Chain;
beforeAll(async () => { chain = await startChain(); });
afterAll(() => chain?.close());
it('measures', async () => {
  const created = await chain.owner.send('POST', '/api/journeys', { name: 'Daily', graph: graphOf([
    entry('Daily', 'mail'), { id: 'mail', type: 'wend/email', config: { subject: 'x', body: '<p>x</p>' }, to: { queued: 'wait' } },
    { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: { next: 'mail' } }]) });
  const started = await chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, { traits: { email: 'a@example.com' }, properties: {} });
  const id = started.body.enrollmentId;
  const client = chain.api.app.get(Runs, { strict: false }).client;
  const wf = client.client.connection.workflowService as any;
  for (const name of ['describeWorkflowExecution', 'updateWorkflowExecutionOptions']) {
    const original = wf[name].bind(wf); (globalThis as any)[name] = { n: 0, ms: 0 };
    wf[name] = async (...args: any[]) => { const t = performance.now(); try { return await original(...args); } finally { (globalThis as any)[name].n += 1; (globalThis as any)[name].ms += performance.now() - t; } };
  }
  const before = Date.now();
  const days = Number(process.env['FF_DAYS'] ?? 20);
  const body = await fastForward(chain, id, { seconds: days * 86_400 }, 500_000);
  const took = Date.now() - before;
  const run = await runOf(chain, id);
  console.log(JSON.stringify({ body, took, perWait: took / days, visits: run.visits.length, messages: run.messages.length, describe: (globalThis as any).describeWorkflowExecution, update: (globalThis as any).updateWorkflowExecutionOptions }));
  expect(run.messages.length).toBeGreaterThan(days - 2);
}, 600_000);
