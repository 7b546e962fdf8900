import proto from '@temporalio/proto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Instruction, Program } from '@wend/contract';
import { fold, initialState } from '@wend/engine';
import { enrollmentWorkflowId } from '../src/index.js';
import type { EnrollmentStart, RunSignal } from '../src/index.js';
import { passingFailure, permanentFailure } from '../src/worker.js';
import { historyOf, resultOf, startEnvironment, startOf, until } from './environment.js';
import type { Environment } from './environment.js';
import { eventOf } from './memory-carrier.js';
import { call, end, entry, programOf, wait, waitFor } from './programs.js';

let environment: Environment;
let attempts = 0;
let release: (() => void) | null = null;

beforeAll(async () => {
  environment = await startEnvironment({
    'node.test/quick.v1': async () => ({ kind: 'done', port: 'done', output: { points: 5 } }),
    'node.test/flaky.v1': async () => {
      attempts += 1;
      if (attempts < 2) throw passingFailure({ code: 'busy', message: 'Busy', seconds: 0.1 });
      return { kind: 'done', port: 'done' };
    },
    'node.test/broken.v1': async () => {
      throw permanentFailure('no-such-customer', 'There is no such customer.');
    },
    'node.test/slow.v1': () => new Promise((resolve) => (release = () => resolve({ kind: 'done', port: 'done' }))),
    'node.test/waits.v1': async ({ resume }) =>
      resume
        ? { kind: 'done', port: 'done', output: { reason: resume.reason, memo: resume.memo ?? null } }
        : { kind: 'waitFor', event: 'Paid', memo: 'kept' },
  });
});
beforeEach(() => Object.assign(environment.carrier, { control: 'live', missed: [], eventsFirst: [] }));
afterAll(() => environment.stop());

const waiting = (seconds: number): Program =>
  programOf([
    entry(1),
    waitFor('wait', 'Bought', { seen: 2, late: 3, seconds }),
    end('bought', 'bought'),
    end('late', 'late'),
  ]);
const bought = (id = 'bought-1'): RunSignal => ({
  type: 'event',
  wait: 'wait#1',
  arm: 0,
  event: eventOf(id, 'Bought'),
});

async function begin(program: Program): Promise<{ start: EnrollmentStart; id: string; workflowId: string }> {
  const start = startOf(program);
  await environment.runs.start(start);
  return { start, id: start.identity.enrollmentId, workflowId: enrollmentWorkflowId(start.identity.enrollmentId) };
}

const parked = (id: string, wait = 'wait#1') =>
  until(() => environment.carrier.opened(id).includes(wait), `the wait ${wait}`);

describe('a run', () => {
  it('is started once however often it is started', async () => {
    const { start, id } = await begin(programOf([entry(1), end('exit', 'done')]));
    await environment.runs.start(start);
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'done' });
    expect(environment.carrier.steps.get(id)).toHaveLength(1);
  });

  it('takes an event once, however often it is signalled, and ignores events of waits that ended', async () => {
    const program = programOf([
      entry(1),
      waitFor('wait', 'Bought', { seen: 2, late: 2, seconds: 600 }),
      waitFor('wait2', 'Bought', { seen: 3, late: 4, seconds: 1 }),
      end('again', 'again'),
      end('once', 'once'),
    ]);
    const { start, id, workflowId } = await begin(program);
    await parked(id);
    await Promise.all([1, 2, 3].map(() => environment.runs.signal({ workflowId }, bought())));
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'once' });
    expect(environment.carrier.ports(id)).toEqual(['entry:next', 'wait:seen', 'wait2:timeout', 'once:']);
  });

  it('takes what its commit found that the new wait had missed, without a wake-up', async () => {
    environment.carrier.missed = [bought()];
    const { start } = await begin(waiting(600));
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
  });

  it('lets events that were accepted before a timer was due go first', async () => {
    environment.carrier.eventsFirst = [bought()];
    const { start, id } = await begin(waiting(1));
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
    expect(environment.carrier.steps.get(id)?.[1]?.inputs.map((input) => input.type)).toEqual(['event']);
  });

  it('folds what was stored when its step was committed before with other inputs', async () => {
    const { start, id, workflowId } = await begin(waiting(600));
    await parked(id);
    // The crash: step 1 was committed with the timer, its answer was lost, and now the event comes.
    environment.carrier.steps.get(id)?.push({ step: 1, inputs: [{ type: 'timer', at: Date.now(), wait: 'wait#1' }] });
    await environment.runs.signal({ workflowId }, bought());
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'late' });
    const inputs = environment.carrier.steps.get(id)?.flatMap((step) => step.inputs) ?? [];
    expect(fold({ program: start.program, state: initialState(start.program) }, inputs).state.ended).toEqual({
      outcome: 'completed',
      reason: 'late',
    });
  });

  it('stays where it is while the journey is paused, and goes on when it is woken', async () => {
    const { start, id, workflowId } = await begin(waiting(600));
    await parked(id);
    environment.carrier.control = 'paused';
    await environment.runs.signal({ workflowId }, bought());
    await environment.runs.signal({ workflowId }, { type: 'resume' });
    expect(environment.carrier.ports(id)).toEqual(['entry:next']);
    environment.carrier.control = 'live';
    await environment.runs.signal({ workflowId }, { type: 'resume' });
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
  });

  it('ends when its journey is stopped, at its next wake-up', async () => {
    const { start, id, workflowId } = await begin(waiting(600));
    await parked(id);
    environment.carrier.control = 'stopped';
    await environment.runs.signal({ workflowId }, bought());
    expect(await resultOf(environment, start)).toEqual({ outcome: 'cancelled', reason: 'The journey was stopped' });
  });

  it('goes on from a snapshot of its state', async () => {
    const program = waiting(1);
    const start = startOf(program);
    const first = fold({ program, state: initialState(program) }, [start.first]);
    await environment.runs.start({ ...start, snapshot: { state: first.state, step: 1, inbox: [bought()] } });
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
    expect(environment.carrier.steps.get(start.identity.enrollmentId)?.map((step) => step.step)).toEqual([1]);
  });

  it('fails visibly when its program is of a format that this version does not know', async () => {
    const { start } = await begin({ ...waiting(1), format: 99 });
    await expect(resultOf(environment, start)).rejects.toThrow(/Workflow execution failed/);
  });
});

describe('a run whose first step was taken before its workflow runs', () => {
  const types = async (start: EnrollmentStart) =>
    (await historyOf(environment, start)).events?.map((event) =>
      proto.temporal.api.enums.v1.EventType[event.eventType ?? 0]?.replace('EVENT_TYPE_', ''),
    ) ?? [];
  const asleep = async (program: Program): Promise<{ start: EnrollmentStart; id: string; workflowId: string }> => {
    const start = startOf(program);
    const { state } = fold({ program, state: initialState(program) }, [start.first]);
    const sleeping = { ...start, snapshot: { state, step: 1, inbox: [] } };
    await environment.runs.start(sleeping);
    return {
      start: sleeping,
      id: start.identity.enrollmentId,
      workflowId: enrollmentWorkflowId(start.identity.enrollmentId),
    };
  };

  it('sleeps until its wait is over without a workflow task, a timer or a second start', async () => {
    const { start, id } = await asleep(waiting(1));
    await environment.runs.start(start);
    expect(await types(start)).toEqual(['WORKFLOW_EXECUTION_STARTED']);
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'late' });
    expect(await types(start)).toEqual([
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
      'MARKER_RECORDED',
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
    expect(environment.carrier.steps.get(id)).toHaveLength(1);
    expect((environment.carrier.steps.get(id)?.[0]?.inputs[0]?.at ?? 0) - start.first.at).toBeGreaterThanOrEqual(1_000);
  });

  it('is woken by a signal that brings its start, at once', async () => {
    const { start, workflowId } = await asleep(waiting(600));
    expect(await environment.runs.signal({ workflowId, start }, bought())).toBe(true);
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
    expect((await types(start)).filter((type) => type.startsWith('TIMER'))).toEqual([]);
    // A run that has ended is not started again.
    expect(await environment.runs.signal({ workflowId, start }, bought())).toBe(false);
  });

  it('goes on waiting when what woke it is not what it waits for', async () => {
    const { start, id, workflowId } = await asleep(waiting(2));
    await environment.runs.signal({ workflowId, start }, { ...bought(), wait: 'other#1' } as RunSignal);
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'late' });
    expect(environment.carrier.steps.get(id)?.flatMap((step) => step.inputs.map((input) => input.type))).toEqual([
      'timer',
    ]);
  });

  it('takes its first step itself when the signal finds that it was never started', async () => {
    const start = startOf(waiting(600));
    const workflowId = enrollmentWorkflowId(start.identity.enrollmentId);
    environment.carrier.steps.set(start.identity.enrollmentId, [{ step: 0, inputs: [start.first] }]);
    await environment.runs.signal({ workflowId, start }, bought());
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
    expect(environment.carrier.steps.get(start.identity.enrollmentId)?.map((step) => step.step)).toEqual([0, 1]);
  });

  it('goes on at once when the server wakes it late, events before the timer', async () => {
    const program = waiting(1);
    const start = startOf(program, 0);
    const { state } = fold({ program, state: initialState(program) }, [{ ...start.first, at: Date.now() - 5_000 }]);
    environment.carrier.eventsFirst = [bought()];
    await environment.runs.start({ ...start, snapshot: { state, step: 1, inbox: [] } });
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'bought' });
    expect((await types(start)).filter((type) => type.startsWith('TIMER'))).toEqual([]);
  });
});

describe('a custom node', () => {
  const calling = (activity: string): Instruction[] => [entry(1), call('points', activity, 2), end('exit', 'done')];

  it('runs as an activity; its output belongs to the run', async () => {
    const { start, id } = await begin(programOf(calling('node.test/quick.v1')));
    await resultOf(environment, start);
    expect(environment.carrier.ports(id)).toEqual(['entry:next', 'points:done', 'exit:']);
    expect(environment.carrier.commands.get(id)).toContainEqual({
      type: 'output',
      node: 'points',
      output: { points: 5 },
    });
  });

  it('is tried again when it may work later', async () => {
    const { start } = await begin(programOf(calling('node.test/flaky.v1')));
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'done' });
    expect(attempts).toBe(2);
  });

  it('fails the run with its code, or leaves by the port "error"', async () => {
    const failed = await begin(programOf(calling('node.test/broken.v1')));
    expect(await resultOf(environment, failed.start)).toEqual({
      outcome: 'failed',
      reason: 'no-such-customer: There is no such customer.',
    });
    const [first, second, third] = calling('node.test/broken.v1');
    const caught = await begin(
      programOf([first!, { ...second!, targets: [{ port: 'error', pc: 2 }] } as Instruction, third!]),
    );
    expect(await resultOf(environment, caught.start)).toEqual({ outcome: 'completed', reason: 'done' });
  });

  it('fails the run at once when no worker knows its type', async () => {
    const { start } = await begin(programOf(calling('node.test/unknown.v1')));
    expect((await resultOf(environment, start)).reason).toMatch(/^unknown-node-type: No worker serves/);
  });

  it('can wait durably for an event and be called again', async () => {
    const { start, id, workflowId } = await begin(programOf(calling('node.test/waits.v1')));
    await parked(id, 'points#1.1');
    await environment.runs.signal(
      { workflowId },
      { type: 'event', wait: 'points#1.1', arm: 0, event: eventOf('paid', 'Paid') },
    );
    await resultOf(environment, start);
    expect(environment.carrier.commands.get(id)).toContainEqual({
      type: 'output',
      node: 'points',
      output: { reason: 'event', memo: 'kept' },
    });
  });

  it('does not keep an exit from ending the run; its late result counts for nothing', async () => {
    const { start, id, workflowId } = await begin(
      programOf(calling('node.test/slow.v1'), { exits: [{ id: 'bought', event: 'Bought' }] }),
    );
    await until(() => release, 'the activity');
    await environment.runs.signal(
      { workflowId },
      { type: 'exit', criterion: 'bought', event: eventOf('bought', 'Bought') },
    );
    expect(await resultOf(environment, start)).toEqual({ outcome: 'exited', reason: 'bought' });
    release?.();
    expect(environment.carrier.ports(id)).toEqual(['entry:next', 'points:']);
  });
});

describe('time', () => {
  it('can be skipped for one run: ten days pass in seconds, and what lies beyond stays', async () => {
    const day = 86_400;
    const program = programOf([
      entry(1),
      wait('wait', 10 * day, 2),
      waitFor('second', 'Bought', { seen: 3, late: 3, seconds: day }),
      end('exit', 'done'),
    ]);
    const { start, id, workflowId } = await begin(program);
    await parked(id);
    await environment.runs.skip({ workflowId, ms: 10 * day * 1_000 + 1_000 });
    await parked(id, 'second#1');
    await environment.runs.skip({ workflowId, ms: 10 * 3_600_000 });
    await until(async () => !(await environment.runs.virtualTime(workflowId)).fastForwarding, 'the fast-forward');
    expect(environment.carrier.ports(id)).toEqual(['entry:next', 'wait:next']);
    await environment.runs.skip({ workflowId, ms: 20 * 3_600_000 });
    expect(await resultOf(environment, start)).toEqual({ outcome: 'completed', reason: 'done' });
    const at = environment.carrier.steps.get(id)?.at(-1)?.inputs[0]?.at ?? 0;
    expect((at - start.first.at) / 1_000 / day).toBeCloseTo(11, 2);
  });
});

it('a run that came in by the second entry begins there', async () => {
  const start = startOf(
    programOf([entry(1), end('first', 'first'), { ...entry(3), node: 'other' }, end('second', 'second')], {
      entries: [
        { node: 'entry', pc: 0, reads: [] },
        { node: 'other', pc: 2, reads: [] },
      ],
    }),
  );
  await environment.runs.start({ ...start, first: { ...start.first, node: 'other' } });
  expect(await resultOf(environment, start)).toMatchObject({ outcome: 'completed', reason: 'second' });
});
