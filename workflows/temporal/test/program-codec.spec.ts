import type { Program } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enrollmentWorkflowId } from '../src/index.js';
import type { ProgramStore } from '../src/index.js';
import { historyOf, resultOf, startEnvironment, startOf, until } from './environment.js';
import type { Environment } from './environment.js';
import { eventOf } from './memory-carrier.js';
import { end, entry, programOf } from './programs.js';

/** Round and round until the event `End`, in a program of 180 kB: the server takes 2 MB at most. */
const large = programOf(
  [
    entry(1),
    {
      node: 'wait',
      enter: true,
      op: 'waitFor',
      arms: [
        { event: 'A', target: { port: 'again', pc: 1 } },
        { event: 'End', target: { port: 'end', pc: 2 } },
      ],
    },
    end('exit', 'done'),
  ],
  { names: { wait: '한글'.repeat(30_000) } },
);

class MemoryPrograms implements ProgramStore {
  readonly rows = new Map<string, Program>([['large', large]]);
  failures = 0;
  asked = 0;
  hashOf = () => 'large';
  find = async ({ hash }: { hash: string }): Promise<Program | null> => {
    this.asked += 1;
    if (this.failures-- > 0) throw new Error('the database is away');
    return this.rows.get(hash) ?? null;
  };
}

const programs = new MemoryPrograms();
let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment({}, programs);
});
afterAll(() => environment?.stop());

const parked = (id: string, name: string) => until(() => environment.carrier.opened(id).includes(name), name);
const went = (id: string, visit: number, ends = false) =>
  environment.runs.signal(
    { workflowId: enrollmentWorkflowId(id) },
    {
      type: 'event',
      wait: `wait#${visit}`,
      arm: ends ? 1 : 0,
      event: {
        ...eventOf(`e${visit}`, ends ? 'End' : 'A', String(visit + 1)),
        properties: { text: 'x'.repeat(400_000) },
      },
    },
  );

it('sends a large program once, to start, to be signalled with its start and to go on anew', async () => {
  const start = startOf(large);
  const { enrollmentId } = start.identity;
  const workflowId = enrollmentWorkflowId(enrollmentId);
  // Nothing waits for this one; it starts the run.
  await environment.runs.signal({ workflowId, start }, { type: 'resume' });
  const execution = async () => (await environment.worker.client.workflow.getHandle(workflowId).describe()).runId;
  const first = await execution();
  let visit = 1;
  // Large events fill the history until the server asks for a new one.
  for (; (await execution()) === first; visit += 1) {
    await parked(enrollmentId, `wait#${visit}`);
    await went(enrollmentId, visit);
  }
  await parked(enrollmentId, `wait#${visit}`);
  await went(enrollmentId, visit, true);
  expect(await resultOf(environment, start)).toMatchObject({ outcome: 'completed', reason: 'done' });
  const begun = await environment.worker.client.workflow.getHandle(workflowId, first).fetchHistory();
  const anew = await historyOf(environment, start);
  for (const { events } of [begun, anew]) {
    const [payload] = events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads!;
    expect(Buffer.from(payload!.metadata!['encoding']!).toString()).toBe('json/wend-program-by-hash');
    expect(payload!.data!.length).toBeLessThan(10_000);
  }
  expect(
    JSON.parse(
      Buffer.from(begun.events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads![0]!.data!).toString(),
    ),
  ).toEqual({
    ...start,
    program: { workspaceId: start.identity.workspaceId, hash: 'large' },
  });
}, 120_000);

it('keeps trying while its program cannot be loaded, and goes on when it can', async () => {
  const start = startOf(large);
  const { enrollmentId } = start.identity;
  await environment.runs.start(start);
  await parked(enrollmentId, 'wait#1');
  // As after a restart: nothing of the run is in memory.
  await environment.stop();
  const before = environment.carrier;
  environment = await startEnvironment({}, programs, environment.taskQueue);
  for (const [id, steps] of before.steps) environment.carrier.steps.set(id, steps);
  programs.failures = 1;
  programs.rows.clear();
  const asked = programs.asked;
  await went(enrollmentId, 1, true);
  await until(() => programs.asked >= asked + 2, 'a second try');
  programs.rows.set('large', large);
  expect(await resultOf(environment, start)).toMatchObject({ outcome: 'completed', reason: 'done' });
}, 120_000);
