import { randomUUID } from 'node:crypto';
import type { Program } from '@wend/contract';
import { programFormat } from '@wend/engine';
import type { CommitRequest, RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EnrollingRepository } from '../src/enrollments/enrolling.repository.js';
import { enteredBy } from './entered.js';
import type { Candidate } from '../src/enrollments/enrolling.repository.js';
import { FirstStepService } from '../src/enrollments/first-step.service.js';
import { NodeCallRepository } from '../src/enrollments/node-call.repository.js';
import { RunReads } from '../src/insights/run-reads.repository.js';
import { deliveryFixture, makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { commitsOf, routerOf } from './router.js';
import { commitOf, insertEvent } from './seed.js';

const text = '{{ entry.code | default: "no code" }}, {{ profile.name }}';
const program: Program = {
  format: programFormat,
  instructions: [
    { node: 'in', enter: true, op: 'goto', target: { port: 'next', pc: 1 } },
    { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
  ],
  facts: [],
  firstReads: [],
  exits: [{ id: 'bought', event: 'Order Placed' }],
  names: {},
  entryPaths: ['code'],
  eventPaths: {},
};

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let profileId: string;
beforeAll(async () => {
  fixture = await deliveryFixture();
  journey = await makeJourney(fixture.database, { mail: { type: 'wend/sms', config: { text } } });
  await fixture.database.query('update programs set program = $2, format = $3 where workspace_id = $1', [
    journey.workspaceId,
    JSON.stringify(program),
    programFormat,
  ]);
  const [row] = await fixture.database.query<{ id: string }>(
    `insert into profiles (workspace_id, traits) values ($1, '{"name":"Mina","phone":"+4915112345678"}') returning id`,
    [journey.workspaceId],
  );
  profileId = row!.id;
});
afterAll(() => fixture?.close());

/** Somebody whom `cause` lets in, which is no event. */
function candidate(cause: string): Candidate {
  const at = Date.now();
  const enrollmentId = randomUUID();
  const identity: RunIdentity = { ...journey, enrollmentId, profileId, origin: 'live' };
  const mark = { position: '0', snapshot: '1:1:', time: at };
  return {
    entry: {
      workspace_id: journey.workspaceId,
      journey_id: journey.journeyId,
      version_id: journey.versionId,
      program_hash: 'h',
      reentry: { rule: 'always' },
    },
    node: 'in',
    profileId,
    cause: { name: cause },
    receivedAt: new Date(at),
    key: '',
    enrollmentId,
    start: {
      identity,
      offset: 0,
      first: {
        type: 'enrolled',
        at,
        seed: enrollmentId,
        entry: { id: enrollmentId, name: cause, time: at, properties: {}, mark },
      },
    },
  };
}

async function begin(): Promise<{
  identity: RunIdentity;
  commit: (parts: Partial<CommitRequest>) => Promise<unknown>;
}> {
  const { database } = fixture;
  const [entered] = await enteredBy(new EnrollingRepository(database), [candidate(randomUUID())]);
  const { identity } = entered!.start;
  const commits = commitsOf(database);
  const started = await new FirstStepService(commits).take({ ...entered!.start, program });
  expect(started.snapshot).toMatchObject({ step: 1, inbox: [] });
  return { identity, commit: async (parts) => (await commits.commit([commitOf(identity, parts)]))[0] };
}

it('a cause lets a person in once', async () => {
  const { database } = fixture;
  const enrolling = new EnrollingRepository(database);
  const both = await Promise.all([
    enteredBy(enrolling, [candidate('segment/1')]),
    enteredBy(enrolling, [candidate('segment/1')]),
  ]);
  expect(both.flat()).toHaveLength(1);
  expect(await enteredBy(enrolling, [candidate('segment/1'), candidate('segment/2')])).toHaveLength(1);
});

it('a run without an event takes its steps, answers facts and sends what reads the entry', async () => {
  const { database } = fixture;
  const { identity, commit } = await begin();
  const at = Date.now();
  const answers = await commitsOf(database).read([
    {
      identity,
      at,
      facts: [
        { index: 0, fact: { kind: 'eventCount', event: 'Order Placed' } },
        { index: 1, fact: { kind: 'reachable', channel: 'sms' } },
      ],
    },
  ]);
  expect(answers).toEqual([{ 0: 0, 1: true }]);
  const sent = await commit({
    step: 1,
    at,
    inputs: [{ type: 'timer', at, wait: 'wait#1' }],
    commands: [
      { type: 'leave', node: 'wait', visit: 1, at, port: 'next' },
      { type: 'enter', node: 'mail', visit: 1, at },
      { type: 'send', node: 'mail', visit: 1, channel: 'sms', at },
    ],
    node: 'mail',
  });
  expect(sent).toMatchObject({ outcome: 'applied' });
  const { enrollmentId } = identity;
  const loop = fixture.loop({ idleMs: 20 });
  const message = async () =>
    (
      await database.query<{ status: string; content: { text: string } | null }>(
        'select status, content from messages where enrollment_id = $1',
        [enrollmentId],
      )
    )[0];
  await expect.poll(async () => (await message())?.status, { timeout: 10_000 }).toMatch(/sent|delivered/);
  await loop.stop();
  expect((await message())!.content!.text).toBe('no code, Mina');
  const call = { enrollmentId, versionId: identity.versionId, node: 'mail' };
  expect(await new NodeCallRepository(database).subject(identity, call)).toMatchObject({ entry: {}, config: { text } });
});

it('can be replayed, and an event ends it as any other', async () => {
  const { database } = fixture;
  const { identity } = await begin();
  const { enrollmentId } = identity;
  const reads = new RunReads(database);
  expect(await reads.find(identity, enrollmentId)).toMatchObject({ entry_node: 'in', entry_event_id: null });
  expect((await reads.list(identity, { journeyId: journey.journeyId, test: false, limit: 50 })).rows).toContainEqual(
    expect.objectContaining({ id: enrollmentId }),
  );
  const events = await reads.events(identity, { profileId, from: new Date(0), entryEventId: null, enrollmentId });
  expect(events.map(({ name }) => name)).not.toContain('Order Placed');
  expect((await reads.steps(identity, enrollmentId))[0]!.inputs[0]).toMatchObject({ type: 'enrolled' });
  await insertEvent(database, { ...journey, profileId }, { name: 'Order Placed', queued: true });
  const told: unknown[] = [];
  await routerOf(database, { signal: async (...args: unknown[]) => Boolean(told.push(args)) }).routeOnce();
  expect(JSON.stringify(told)).toContain(enrollmentId);
});
