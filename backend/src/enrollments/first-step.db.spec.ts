import type { Instruction, Program } from '@wend/contract';
import { programFormat } from '@wend/engine';
import type { EnrollmentStart } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { commitOf, insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { CommitService } from './commit.service.js';
import { FirstStepService } from './first-step.service.js';
import { RouterRepository } from './router.repository.js';
import { testFacts } from '../../test/facts.js';

let database: Database;
let drop: () => Promise<void>;
let commits: CommitService;
let service: FirstStepService;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  commits = new CommitService(
    new CommitRepository(database),
    testFacts(database),
    new AwaitedNames(new AwaitedNameRepository(database)),
  );
  service = new FirstStepService(commits);
});
afterAll(() => drop());

const goTo = (pc: number, port = 'next') => ({ pc, port });
const entry: Instruction = { node: 'entry', enter: true, op: 'goto', target: goTo(1) };
const end: Instruction = { node: 'exit', enter: true, op: 'end', reason: 'done' };
const mail: Instruction = { node: 'mail', enter: true, op: 'send', channel: 'email', queued: goTo(2, 'queued') };
const waitForBought: Instruction = {
  node: 'wait',
  enter: true,
  op: 'waitFor',
  arms: [{ event: 'Bought', target: goTo(3, 'bought') }],
  timeout: { seconds: 3_600, target: goTo(3, 'timeout') },
};
const waiting = [entry, mail, waitForBought, end];

async function begin(
  instructions: Instruction[],
  parts: Partial<EnrollmentStart['identity']> = {},
): Promise<{ seeded: Seeded; start: EnrollmentStart; row: () => Promise<Record<string, unknown>> }> {
  const program: Program = {
    format: programFormat,
    instructions,
    facts: [],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: { Bought: [] },
  };
  const seeded = await seedJourney(database, program);
  const { identity, entry: event, snapshot } = await insertEnrollment(database, seeded);
  const start: EnrollmentStart = {
    identity: { ...identity, ...parts },
    program,
    offset: 0,
    first: {
      type: 'enrolled',
      at: Date.now(),
      seed: identity.enrollmentId,
      entry: {
        id: event.id,
        name: 'Signed Up',
        time: Date.now(),
        properties: {},
        mark: { position: event.position, snapshot, time: Date.now() },
      },
    },
  };
  const { program: _, ...stored } = start;
  await database.query('update enrollments set start = $3 where workspace_id = $1 and id = $2', [
    seeded.workspaceId,
    identity.enrollmentId,
    JSON.stringify(stored),
  ]);
  const row = async () =>
    (
      await database.query(
        `select e.status, e.step, e.node, e.start is not null as "startKept",
         (
           select count(*)::int from messages m where m.workspace_id = e.workspace_id and m.enrollment_id = e.id
         ) as messages,
       (select count(*)::int from waits w where w.workspace_id = e.workspace_id and w.enrollment_id = e.id) as waits
     from enrollments e where e.workspace_id = $1 and e.id = $2`,
        [seeded.workspaceId, identity.enrollmentId],
      )
    )[0]!;
  return { seeded, start, row };
}

it('is committed whole; the run counts as starting until its workflow is known, and may be asleep until that has committed itself', async () => {
  const { start, row } = await begin(waiting);
  const taken = await service.take(start);
  expect(taken?.snapshot).toMatchObject({ step: 1, inbox: [], state: { node: 'wait', wait: { kind: 'events' } } });
  expect(await row()).toEqual({ status: 'starting', step: 1, node: 'wait', startKept: true, messages: 1, waits: 1 });
  await new RouterRepository(database).markStarted([start.identity]);
  expect(await row()).toMatchObject({ status: 'running', startKept: true });
  await commits.commit([commitOf(start.identity, { step: 1, commands: [{ type: 'closeWait', wait: 'wait#1' }] })]);
  expect(await row()).toMatchObject({ status: 'running', step: 2, startKept: false, waits: 0 });
});

it('brings along the events that its wait had to see', async () => {
  const { seeded, start } = await begin(waiting);
  const bought = await insertEvent(database, seeded, { name: 'Bought' });
  expect((await service.take(start))?.snapshot?.inbox).toMatchObject([
    { type: 'event', wait: 'wait#1', arm: 0, event: { id: bought.id } },
  ]);
});

it('is left to the workflow when it was stored before, so that the inputs stored first count', async () => {
  const { start, row } = await begin(waiting);
  await service.take(start);
  expect((await service.take(start))?.snapshot).toBeUndefined();
  expect(await row()).toMatchObject({ step: 1, messages: 1, waits: 1 });
});

it('is left to the workflow when the journey is paused, and writes nothing', async () => {
  const { seeded, start, row } = await begin(waiting);
  await database.query(`update journey_control set state = 'paused' where workspace_id = $1 and journey_id = $2`, [
    seeded.workspaceId,
    seeded.journeyId,
  ]);
  expect((await service.take(start))?.snapshot).toBeUndefined();
  expect(await row()).toMatchObject({ status: 'starting', step: 0, messages: 0, waits: 0 });
});

it.each<[string, Instruction[], Partial<EnrollmentStart['identity']>]>([
  ['the run ends in it', [entry, end], {}],
  [
    'it comes to a custom node',
    [
      entry,
      {
        node: 'call',
        enter: true,
        op: 'call',
        activity: 'node.acme/x.v1',
        attempts: 1,
        timeoutSeconds: 1,
        targets: [],
      },
    ],
    {},
  ],
  ['its program cannot be run', [entry], {}],
  ['time may be skipped in the run', waiting, { origin: 'test' }],
])('is left to the workflow when %s', async (_what, instructions, parts) => {
  const { start, row } = await begin(instructions, parts);
  expect(await service.take(start)).toBe(start);
  expect(await row()).toMatchObject({ status: 'starting', step: 0 });
});
