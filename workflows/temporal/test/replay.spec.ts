import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instruction, Program } from '@wend/contract';
import { fold, initialState, programFormat } from '@wend/engine';
import { enrollmentWorkflowId } from '../src/index.js';
import type { EnrollmentStart } from '../src/index.js';
import type { CommitRequest, RunSignal } from '../src/index.js';
import { historyOf, resultOf, startEnvironment, startOf, until } from './environment.js';
import { eventOf } from './memory-carrier.js';
import { branch, call, end, entry, programOf, send, split, wait, waitFor } from './programs.js';
import { recordedSteps } from './recorded-steps.js';

/*
 * Histories of runs as a server once stored them, per program format. Every version of the workflow code must replay
 * them all. To add those of a new format: RECORD_HISTORIES=1, then commit the files. What is there is never recorded over:
 * it is the proof that running people go on.
 */
const folder = new URL('./histories/', import.meta.url);
const { History } = proto.temporal.api.history.v1;
/** The workflow code of this version, and what tells the test of its commits. */
const bundle = bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../dist/enrollment.workflow.js', import.meta.url)),
  workflowInterceptorModules: [fileURLToPath(new URL('./commits.interceptor.ts', import.meta.url))],
  logger: new DefaultLogger('ERROR'),
});
const recording = process.env['RECORD_HISTORIES'] === '1';

/** `commits`: what the run asked to be committed, step by step. */
type Stored = { file: string; history: temporal.api.history.v1.History; commits: Commit[] };
type Commit = Pick<CommitRequest, 'step' | 'at' | 'format' | 'node' | 'run' | 'inputs' | 'commands'>;
type Replayed = { file: string; error: unknown; commits: Commit[] };

async function stored(): Promise<Stored[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.binpb(\.gz)?$/.test(file)).sort();
  return Promise.all(
    files.map(async (file) => ({
      file: file.replace(/\.gz$/, ''),
      history: History.decode(await read(file)),
      commits: JSON.parse((await read(file.replace('binpb', 'commits.json'))).toString()) as Commit[],
    })),
  );
}

/** Long ones are stored compressed. */
async function read(file: string): Promise<Buffer> {
  const bytes = await readFile(new URL(file, folder));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

async function store(file: string, bytes: Uint8Array): Promise<void> {
  const long = bytes.length > 100_000 || file.includes('before-');
  await writeFile(new URL(long ? `${file}.gz` : file, folder), long ? gzipSync(bytes) : bytes);
}

/** What is compared: not what older records do not have. */
function commitOf({ step, at, format, node, run, inputs, commands }: CommitRequest): Commit {
  return JSON.parse(JSON.stringify({ step, at, format, node, run, inputs, commands })) as Commit;
}

/** Replays histories with the workflow code of this version and keeps what it asks to be committed meanwhile. */
async function replay(histories: Pick<Stored, 'file' | 'history'>[]): Promise<Replayed[]> {
  const commits = new Map<string, Commit[]>();
  const tell = ({ workflowId }: { workflowId: string }, activity: string, args: unknown[]): void => {
    if (activity !== 'commit') return;
    const [requests] = args as [CommitRequest[]];
    commits.set(workflowId, [...(commits.get(workflowId) ?? []), ...requests.map(commitOf)]);
  };
  const options = {
    workflowBundle: await bundle,
    replayName: 'corpus',
    sinks: { asked: { tell: { fn: tell, callDuringReplay: true } } },
  };
  const results: Replayed[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    options,
    histories.map(({ file, history }) => ({ workflowId: file, history })),
  )) {
    results.push({ file: workflowId, error, commits: commits.get(workflowId) ?? [] });
  }
  return results;
}

describe.runIf(recording)('recording', () => {
  let environment: Awaited<ReturnType<typeof startEnvironment>>;
  beforeAll(async () => {
    environment = await startEnvironment({
      'node.test/quick.v1': async () => ({ kind: 'done', port: 'done', output: { points: 5 } }),
      'node.test/waits.v1': async ({ resume }) =>
        resume
          ? { kind: 'done', port: 'done', output: { got: resume.event?.properties ?? null } }
          : { kind: 'waitFor', event: 'Paid', memo: 'kept' },
    });
  });
  afterAll(() => environment.stop());

  const save = async (
    name: string,
    start: EnrollmentStart,
    act: (workflowId: string, id: string) => Promise<void> = async () => undefined,
  ) => {
    await environment.runs.start(start);
    await act(enrollmentWorkflowId(start.identity.enrollmentId), start.identity.enrollmentId);
    await resultOf(environment, start);
    await keep(name, await historyOf(environment, start));
  };
  const keep = async (name: string, history: temporal.api.history.v1.IHistory) => {
    const file = `format-${programFormat}/${name}.binpb`;
    if ((await stored()).some((each) => each.file === file)) return;
    await mkdir(new URL(`format-${programFormat}/`, folder), { recursive: true });
    await store(file, History.encode(history).finish());
    const [replayed] = await replay([{ file, history: History.fromObject(history) }]);
    expect(replayed?.error).toBeUndefined();
    await store(file.replace('binpb', 'commits.json'), Buffer.from(`${JSON.stringify(replayed?.commits, null, 1)}\n`));
  };
  const parked = (id: string, name: string) => until(() => environment.carrier.opened(id).includes(name), name);
  const waiting = () =>
    programOf(
      [
        entry(1),
        send('mail', 2),
        waitFor('wait', 'Bought', { seen: 3, late: 4, seconds: 1 }),
        end('bought', 'bought'),
        end('late', 'late'),
      ],
      { exits: [{ id: 'left', event: 'Left' }] },
    );

  it('stores one history per way through a run', async () => {
    await save(
      'straight',
      startOf(programOf([entry(1), send('mail', 2), branch('branch', 3), split('split', 4), end('exit', 'done')])),
    );
    await save(
      'wait-and-call',
      startOf(programOf([entry(1), wait('wait', 1, 2), call('points', 'node.test/quick.v1', 3), end('exit', 'done')])),
    );
    await save('timeout', startOf(waiting()));
    await save('event', startOf(waiting()), async (workflowId, id) => {
      await parked(id, 'wait#1');
      await environment.runs.signal(
        { workflowId },
        { type: 'event', wait: 'wait#1', arm: 0, event: eventOf('b', 'Bought') },
      );
    });
    await save('exit', startOf(waiting()), async (workflowId, id) => {
      await parked(id, 'wait#1');
      await environment.runs.signal({ workflowId }, { type: 'exit', criterion: 'left', event: eventOf('l', 'Left') });
    });
    await save(
      'skipped-time',
      startOf(programOf([entry(1), wait('wait', 864_000, 2), send('mail', 3), end('exit', 'done')])),
      async (workflowId, id) => {
        await parked(id, 'wait#1');
        await environment.runs.skip({ workflowId, ms: 864_001_000 });
      },
    );
    await recordMore();
  }, 300_000);

  it('stores one history per kind of step', async () => {
    for (const { name, program, answers = {}, signals = [] } of recordedSteps) {
      environment.carrier.answers = answers;
      await save(name, startOf(program), async (workflowId, id) => {
        for (const { parked: wait, signal } of signals) {
          await parked(id, wait);
          await environment.runs.signal({ workflowId }, signal);
        }
      });
    }
  }, 300_000);

  /**
   * Ways that are rarer: from a snapshot, through a pause, an event before a timer, a custom node that waits, a person
   * who was merged, a long run.
   */
  async function recordMore(): Promise<void> {
    const bought: RunSignal = { type: 'event', wait: 'wait#1', arm: 0, event: eventOf('b', 'Bought', '7') };
    const asleep = startOf(waiting());
    await save('snapshot', {
      ...asleep,
      snapshot: {
        state: fold({ program: asleep.program, state: initialState(asleep.program) }, [asleep.first]).state,
        step: 1,
        inbox: [bought],
      },
    });
    const { carrier, runs } = environment;
    carrier.control = 'paused';
    await save('pause', startOf(waiting()), async (workflowId, id) => {
      await until(() => carrier.asked.get(id), 'the first commit');
      carrier.control = 'live';
      await runs.signal({ workflowId }, { type: 'resume' });
    });
    carrier.eventsFirst = [bought];
    await save('events-first', startOf(waiting()));
    await save(
      'waiting-node',
      startOf(programOf([entry(1), call('points', 'node.test/waits.v1', 2), end('exit', 'done')])),
      async (workflowId, id) => {
        await parked(id, 'points#1.1');
        await runs.signal(
          { workflowId },
          { type: 'event', wait: 'points#1.1', arm: 0, event: { ...eventOf('p', 'Paid'), properties: { total: 5 } } },
        );
      },
    );
    // What the survivor of a merge did before is found by the commit that opens the wait: other ids, places and time
    // than the run's own.
    carrier.missed = [
      { ...bought, event: { ...eventOf('of-the-survivor', 'Bought', '3'), time: Date.now() - 60_000 } },
    ];
    await save('merged-person', startOf(waiting()));
    await recordLong();
  }

  /** Long enough that the server asks for a new execution. */
  async function recordLong(): Promise<void> {
    const start = startOf(
      programOf([
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
      ]),
    );
    const workflowId = enrollmentWorkflowId(start.identity.enrollmentId);
    await environment.runs.start(start);
    const first = (await environment.worker.client.workflow.getHandle(workflowId).describe()).runId;
    const present = async () => (await environment.worker.client.workflow.getHandle(workflowId).describe()).runId;
    let visit = 1;
    for (; (await present()) === first; visit += 1) {
      await parked(start.identity.enrollmentId, `wait#${visit}`);
      await environment.runs.signal(
        { workflowId },
        { type: 'event', wait: `wait#${visit}`, arm: 0, event: eventOf(`a${visit}`, 'A', String(visit + 1)) },
      );
    }
    await environment.runs.signal(
      { workflowId },
      { type: 'event', wait: `wait#${visit}`, arm: 1, event: eventOf('end', 'End', String(visit + 1)) },
    );
    await resultOf(environment, start);
    await keep(
      'before-continue-as-new',
      await environment.worker.client.workflow.getHandle(workflowId, first).fetchHistory(),
    );
    await keep('continue-as-new', await historyOf(environment, start));
  }
});

describe('stored histories', () => {
  it('exist for every program format up to this one', async () => {
    const formats = new Set((await stored()).map(({ file }) => file.split('/')[0]));
    for (let format = 1; format <= programFormat; format += 1) expect(formats).toContain(`format-${format}`);
  });

  it('replay with the workflow code of this version, and ask for the very commits that they asked for', async () => {
    const all = await stored();
    const results = await replay(all);
    expect(results.filter((result) => result.error)).toEqual([]);
    for (const { file, commits } of all) {
      expect(commits.length, file).toBeGreaterThan(0);
      expect(results.find((result) => result.file === file)?.commits, file).toEqual(commits);
    }
  });

  it('would show a break: another way than the recorded one is a determinism violation', async () => {
    const [result] = await replay([
      broken(
        await called('timeout'),
        (program) => (program.instructions[2] = { node: 'wait', enter: true, op: 'end', reason: 'broken' }),
      ),
    ]);
    expect(result?.error).toBeInstanceOf(DeterminismViolationError);
  });

  it.each<[string, string, (program: Program) => void]>([
    [
      'a message is not sent',
      'straight',
      (program) =>
        (program.instructions[1] = { node: 'mail', enter: true, op: 'goto', target: { port: 'queued', pc: 2 } }),
    ],
    [
      'a message is sent on another channel',
      'straight',
      (program) => Object.assign(program.instructions[1]!, { channel: 'sms' }),
    ],
    [
      'another way out is taken',
      'straight',
      (program) => Object.assign(program.instructions[2]!, { otherwise: { port: 'other', pc: 3 } }),
    ],
    [
      'a wait takes nine days instead of a second',
      'wait-and-call',
      (program) => Object.assign(program.instructions[1]!, { until: { seconds: 777_600 } }),
    ],
    [
      'another event is waited for',
      'event',
      (program) =>
        Object.assign((program.instructions[2] as Extract<Instruction, { op: 'waitFor' }>).arms[0]!, {
          event: 'Other',
        }),
    ],
    ['another exit criterion is open', 'exit', (program) => Object.assign(program.exits[0]!, { event: 'Other' })],
    [
      'a run ends with another reason',
      'straight',
      (program) => Object.assign(program.instructions[4]!, { reason: 'other' }),
    ],
  ])('would show a break that leaves the history as it is: %s', async (_, name, change) => {
    for (const each of await namesakes(name)) await expectBreak(each, change);
  });

  it.each<[string, string, (program: Program) => void]>([
    ['a wait leaves nothing to later steps', 'wait-result', (program) => delete waitOf(program).result],
    [
      'a wait for several leaves other values',
      'wait-result-of-several',
      (program) => (waitOf(program).result = { paths: ['by'] }),
    ],
    [
      'what is so already is not asked in the same way',
      'already-in-part',
      (program) => Object.assign(program.facts[0]!, { path: 'other' }),
    ],
    [
      'whoever follows a move had another exit open before',
      'moved-where-they-are',
      (program) => Object.assign(program.exits[0]!, { id: 'gone', event: 'Gone' }),
    ],
    [
      'whoever is moved stood at another step',
      'moved',
      (program) => program.instructions.forEach((each) => each.node === 'wait' && (each.node = 'other')),
    ],
  ])('would show a break in what came to format 3 later: %s', async (_, name, change) => {
    const each = (await stored()).find(({ file }) => file === `format-3/${name}.binpb`);
    await expectBreak(each!, change);
  });
});

async function expectBreak(each: Stored, change: (program: Program) => void): Promise<void> {
  const [result] = await replay([broken(each, change)]);
  expect({ error: result?.error, commits: result?.commits }, each.file).not.toEqual({
    error: undefined,
    commits: each.commits,
  });
}

function waitOf({ instructions }: Program): Extract<Instruction, { op: 'waitFor' }> {
  return instructions.find((each) => each.op === 'waitFor') as Extract<Instruction, { op: 'waitFor' }>;
}

/** The history of a name in every format. */
async function namesakes(name: string): Promise<Stored[]> {
  const found = (await stored()).filter(({ file }) => file.endsWith(`/${name}.binpb`));
  expect(found.length).toBe(programFormat);
  return found;
}

async function called(name: string): Promise<Stored> {
  return (await namesakes(name)).at(-1)!;
}

/** A history as it is, with another program than the one that it was made with: what a faulty interpreter would do. */
function broken({ file, history }: Stored, change: (program: Program) => void): Pick<Stored, 'file' | 'history'> {
  const copy = History.decode(History.encode(history).finish());
  const payload = copy.events[0]!.workflowExecutionStartedEventAttributes!.input!.payloads![0]!;
  const start = JSON.parse(Buffer.from(payload.data!).toString()) as EnrollmentStart;
  change(start.program);
  payload.data = Buffer.from(JSON.stringify(start));
  return { file, history: copy };
}
