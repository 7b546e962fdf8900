import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programFormat } from '@wend/engine';
import { enrollmentWorkflowId } from '../src/index.js';
import type { EnrollmentStart } from '../src/index.js';
import { loadWorkflowBundle } from '../src/worker.js';
import { historyOf, resultOf, startEnvironment, startOf, until } from './environment.js';
import { eventOf } from './memory-carrier.js';
import { branch, call, end, entry, programOf, send, split, wait, waitFor } from './programs.js';

/*
 * Histories of runs as a server once stored them, per program format. Every version of the workflow code must replay them all. To add those of
 * a new format: RECORD_HISTORIES=1, then commit the files. Never record over old ones: they are the proof that running people go on.
 */
const folder = new URL('./histories/', import.meta.url);
const { History } = proto.temporal.api.history.v1;
const recording = process.env['RECORD_HISTORIES'] === '1';

type Stored = { file: string; history: temporal.api.history.v1.History };

async function stored(): Promise<Stored[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.binpb'));
  return Promise.all(files.map(async (file) => ({ file, history: History.decode(await readFile(new URL(file, folder))) })));
}

async function replay(histories: Stored[]): Promise<{ file: string; error: unknown }[]> {
  const results: { file: string; error: unknown }[] = [];
  const options = { workflowBundle: await loadWorkflowBundle(), replayName: 'corpus' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories.map(({ file, history }) => ({ workflowId: file, history })))) results.push({ file: workflowId, error });
  return results;
}

describe.runIf(recording)('recording', () => {
  let environment: Awaited<ReturnType<typeof startEnvironment>>;
  beforeAll(async () => {
    environment = await startEnvironment({ 'node.test/quick.v1': async () => ({ kind: 'done', port: 'done', output: { points: 5 } }) });
  });
  afterAll(() => environment.stop());

  const save = async (name: string, start: EnrollmentStart, act: (workflowId: string, id: string) => Promise<void> = async () => undefined) => {
    await environment.runs.start(start);
    await act(enrollmentWorkflowId(start.identity.enrollmentId), start.identity.enrollmentId);
    await resultOf(environment, start);
    await mkdir(new URL(`format-${programFormat}/`, folder), { recursive: true });
    await writeFile(new URL(`format-${programFormat}/${name}.binpb`, folder), History.encode(await historyOf(environment, start)).finish());
  };
  const parked = (id: string, name: string) => until(() => environment.carrier.opened(id).includes(name), name);
  const waiting = () => programOf([entry(1), send('mail', 2), waitFor('wait', 'Bought', { seen: 3, late: 4, seconds: 1 }), end('bought', 'bought'), end('late', 'late')], { exits: [{ id: 'left', event: 'Left' }] });

  it('stores one history per way through a run', async () => {
    await save('straight', startOf(programOf([entry(1), send('mail', 2), branch('branch', 3), split('split', 4), end('exit', 'done')])));
    await save('wait-and-call', startOf(programOf([entry(1), wait('wait', 1, 2), call('points', 'node.test/quick.v1', 3), end('exit', 'done')])));
    await save('timeout', startOf(waiting()));
    await save('event', startOf(waiting()), async (workflowId, id) => {
      await parked(id, 'wait#1');
      await environment.runs.signal({ workflowId }, { type: 'event', wait: 'wait#1', arm: 0, event: eventOf('b', 'Bought') });
    });
    await save('exit', startOf(waiting()), async (workflowId, id) => {
      await parked(id, 'wait#1');
      await environment.runs.signal({ workflowId }, { type: 'exit', criterion: 'left', event: eventOf('l', 'Left') });
    });
    await save('skipped-time', startOf(programOf([entry(1), wait('wait', 864_000, 2), send('mail', 3), end('exit', 'done')])), async (workflowId, id) => {
      await parked(id, 'wait#1');
      await environment.runs.skip({ workflowId, ms: 864_001_000 });
    });
  });
});

describe('stored histories', () => {
  it('exist for every program format up to this one', async () => {
    const formats = new Set((await stored()).map(({ file }) => file.split('/')[0]));
    for (let format = 1; format <= programFormat; format += 1) expect(formats).toContain(`format-${format}`);
  });

  it('replay with the workflow code of this version', async () => {
    const results = await replay(await stored());
    expect(results.length).toBeGreaterThanOrEqual(6);
    expect(results.filter((result) => result.error)).toEqual([]);
  });

  it('would show a break: another way than the recorded one is a determinism violation', async () => {
    const timeout = (await stored()).find(({ file }) => file.endsWith('timeout.binpb'));
    const history = timeout!.history;
    const payload = history.events[0]!.workflowExecutionStartedEventAttributes!.input!.payloads![0]!;
    const start = JSON.parse(Buffer.from(payload.data!).toString()) as EnrollmentStart;
    // Where a wait stood, the run now ends.
    start.program.instructions[2] = { node: 'wait', enter: true, op: 'end', reason: 'broken' };
    payload.data = Buffer.from(JSON.stringify(start));
    const [result] = await replay([{ file: 'broken', history }]);
    expect(result?.error).toBeInstanceOf(DeterminismViolationError);
  });
});
