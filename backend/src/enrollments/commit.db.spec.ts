import { randomUUID } from 'node:crypto';
import type { Command, Input, Mark } from '@wend/contract';
import type { CommitRequest, RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { commitOf, insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded, StoredEvent } from '../../test/seed.js';
import type { Database, Sql } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { CommitService } from './commit.service.js';
import { writesOf } from './commit-writes.js';
import { RouterRepository } from './router.repository.js';
import { testFacts } from '../../test/facts.js';

let database: Database;
let drop: () => Promise<void>;
let service: CommitService;
let seeded: Seeded;
let identity: RunIdentity;
let entryMark: Mark;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  service = new CommitService(
    new CommitRepository(database),
    testFacts(database),
    new AwaitedNames(new AwaitedNameRepository(database)),
  );
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
  const enrollment = await insertEnrollment(database, seeded);
  ({ identity } = enrollment);
  entryMark = { position: enrollment.entry.position, snapshot: enrollment.snapshot, time: Date.now() };
});

const openWait: Command = { type: 'openWait', wait: 'wait#1', node: 'wait', until: null, arms: [{ event: 'Bought' }] };
const enterWait: Command = { type: 'enter', node: 'wait', visit: 1, at: Date.now() };
const timer: Input = { type: 'timer', at: Date.now(), wait: 'wait#1' };

async function commit(parts: Partial<CommitRequest>) {
  const [answer] = await service.commit([commitOf(identity, { mark: entryMark, entryMark, ...parts })]);
  return answer!;
}
const missedIds = (answer: Awaited<ReturnType<typeof commit>>) =>
  answer.outcome === 'applied'
    ? answer.missed.flatMap((signal) => ('event' in signal ? [signal.event.id] : []))
    : [answer.outcome];
const rows = <Row extends object>(table: string) =>
  database.query<Row & Record<string, unknown>>(
    `select * from ${table} where workspace_id = $1 and enrollment_id = $2`,
    [identity.workspaceId, identity.enrollmentId],
  );

describe('a step', () => {
  it('is written once: the second time the inputs stored first come back and nothing changes', async () => {
    const send: Command = { type: 'send', node: 'mail', visit: 1, channel: 'email', at: Date.now() };
    await commit({ inputs: [timer], commands: [send] });
    const again = await commit({
      inputs: [{ type: 'cancel', at: 1, reason: 'other' }],
      commands: [send, { ...send, node: 'other' }],
    });
    expect(again).toMatchObject({ outcome: 'applied', stored: [[timer]] });
    expect((await rows('messages')).map((row) => row['node'])).toEqual(['mail']);
    expect(await rows('steps')).toHaveLength(1);
  });

  it('is written once when two commits of it run at the same instant', async () => {
    const request = {
      inputs: [timer],
      commands: [{ type: 'send', node: 'mail', visit: 1, channel: 'email', at: 1 } satisfies Command],
    };
    await Promise.all(Array.from({ length: 10 }, () => commit(request)));
    expect(await rows('messages')).toHaveLength(1);
    expect(await rows('steps')).toHaveLength(1);
  });

  it('keeps one message per node and visit', async () => {
    const send: Command = { type: 'send', node: 'mail', visit: 1, channel: 'email', at: Date.now() };
    await commit({ step: 0, commands: [send] });
    await commit({ step: 1, commands: [send, { ...send, visit: 2 }] });
    expect((await rows('messages')).map((row) => row['visit']).sort()).toEqual([1, 2]);
  });

  it('gives its messages the class of their lane: what the step says, else how the run began', async () => {
    const send = { type: 'send', visit: 1, channel: 'email', at: Date.now() } as const;
    const commands: Command[] = [
      { ...send, node: 'offer' },
      { ...send, node: 'receipt', messageClass: 'transactional' },
    ];
    const lanes = async () =>
      Object.fromEntries((await rows('messages')).map((row) => [`${row['node']}#${row['visit']}`, row['lane']]));
    await commit({ step: 0, commands });
    expect(await lanes()).toEqual({ 'offer#1': 0, 'receipt#1': 8_192 });
    await database.query('update enrollments set bulk = true where workspace_id = $1 and id = $2', [
      identity.workspaceId,
      identity.enrollmentId,
    ]);
    await commit({ step: 1, commands: commands.map((command) => ({ ...command, visit: 2 }) as Command) });
    expect(await lanes()).toMatchObject({ 'offer#2': 4_096, 'receipt#2': 8_192 });
  });

  it('writes visits, figures, the run row and its end together', async () => {
    const at = Date.now();
    await commit({ commands: [{ type: 'enter', node: 'wait', visit: 1, at }, openWait], node: 'wait', at });
    await commit({
      step: 1,
      at: at + 60_000,
      commands: [
        { type: 'closeWait', wait: 'wait#1' },
        { type: 'leave', node: 'wait', visit: 1, at: at + 60_000, port: 'seen' },
        { type: 'end', outcome: 'completed', reason: 'done', at: at + 60_000 },
      ],
    });
    const [visit] = await rows('visits');
    expect(visit).toMatchObject({ node: 'wait', port: 'seen', left_at: new Date(at + 60_000) });
    const [run] = await database.query(
      'select status, end_reason, node, step from enrollments where workspace_id = $1 and id = $2',
      [identity.workspaceId, identity.enrollmentId],
    );
    expect(run).toEqual({ status: 'completed', end_reason: 'done', node: null, step: 2 });
    expect(await rows('waits')).toEqual([]);
    const deltas = await database.query(
      'select node, measure, count, seconds from journey_stat_deltas where workspace_id = $1 order by id',
      [identity.workspaceId],
    );
    expect(deltas).toEqual([
      { node: '', measure: 'run:entered', count: 1, seconds: 0 },
      { node: 'wait', measure: 'entered', count: 1, seconds: 0 },
      { node: 'wait', measure: 'port:seen', count: 1, seconds: 60 },
      { node: '', measure: 'run:completed', count: 1, seconds: 0 },
    ]);
  });
});

describe('no gap between reading and waiting', () => {
  it('sees an event that committed after the run was brought here and before its wait did', async () => {
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    expect(missedIds(await commit({ commands: [enterWait, openWait] }))).toEqual([event.id]);
  });

  it('sees an event whose transaction opened earlier and committed later than the entry', async () => {
    // Its position and its transaction id lie before the entry's; it commits when the run is already on its way.
    let event: StoredEvent | null = null;
    await database.transaction(async (sql) => {
      event = await insertEvent(sql, seeded, { name: 'Bought' });
      const enrollment = await insertEnrollment(database, seeded);
      identity = enrollment.identity;
      entryMark = { position: enrollment.entry.position, snapshot: enrollment.snapshot, time: Date.now() };
      expect(BigInt(event.position)).toBeLessThan(BigInt(enrollment.entry.position));
    });
    expect(missedIds(await commit({ commands: [enterWait, openWait] }))).toEqual([event!.id]);
  });

  it('sees a later event of the same batch, though both became visible at once', async () => {
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    const mark = { ...entryMark, snapshot };
    expect(missedIds(await commit({ mark, commands: [enterWait, openWait] }))).toEqual([event.id]);
  });

  it('does not see what was received before, nor the event that brought the run here', async () => {
    const before = await insertEvent(database, seeded, { name: 'Bought' });
    const trigger = await insertEvent(database, seeded, { name: 'Bought' });
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    const mark = { position: trigger.position, snapshot, time: Date.now() };
    const run = { id: trigger.id, name: 'Bought', time: Date.now(), properties: {}, mark };
    const answer = await commit({
      step: 3,
      mark,
      taken: [trigger.id],
      inputs: [{ type: 'event', at: Date.now(), wait: 'other', arm: 0, event: run }],
      commands: [enterWait, openWait],
    });
    expect(missedIds(answer)).toEqual([]);
    expect(before.id).not.toBe(trigger.id);
  });

  it('looks back to the entry when the wait says so', async () => {
    const before = await insertEvent(database, seeded, { name: 'Bought' });
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    const mark = { position: '9000000000000', snapshot, time: Date.now() };
    const lookBack: Command = { ...openWait, arms: [{ event: 'Bought', lookBack: true }] };
    expect(missedIds(await commit({ mark, commands: [enterWait, lookBack] }))).toEqual([before.id]);
  });

  it('sees the second of two events that were both offered to a step: only what moved the run was taken', async () => {
    const first = await insertEvent(database, seeded, { name: 'Bought' });
    const second = await insertEvent(database, seeded, { name: 'Bought' });
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    const mark = { position: first.position, snapshot, time: Date.now() };
    const input: Input = {
      type: 'event',
      at: Date.now(),
      wait: 'other',
      arm: 0,
      event: { id: first.id, name: 'Bought', time: Date.now(), properties: {}, mark },
    };
    expect(
      missedIds(
        await commit({
          step: 3,
          mark,
          taken: [first.id],
          offered: [first.id, second.id],
          inputs: [input],
          commands: [enterWait, openWait],
        }),
      ),
    ).toEqual([second.id]);
  });

  it('looking back, sees everything since the entry but what brought the run here, and on a later visit only what came after the one that it was left by', async () => {
    const [first, second] = [
      await insertEvent(database, seeded, { name: 'Bought' }),
      await insertEvent(database, seeded, { name: 'Bought' }),
    ];
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    const at = (event: StoredEvent) => ({ position: event.position, snapshot, time: Date.now() });
    const back = (since?: Mark): Command => ({
      ...openWait,
      arms: [{ event: 'Bought', lookBack: true, ...(since ? { since } : {}) }],
    });
    expect(
      missedIds(await commit({ step: 1, mark: at(second), taken: [second.id], commands: [enterWait, back()] })),
    ).toEqual([first.id]);
    expect(
      missedIds(
        await commit({
          step: 2,
          mark: at(second),
          taken: [second.id],
          commands: [{ type: 'closeWait', wait: 'wait#1' }],
        }),
      ),
    ).toEqual([]);
    expect(missedIds(await commit({ step: 3, mark: null, taken: [], commands: [back(at(first))] }))).toEqual([
      second.id,
    ]);
  });

  it('does not see what happened before the wait opened, however late it came', async () => {
    const late = await insertEvent(database, seeded, { name: 'Bought' });
    await database.query(`update events set time = now() - interval '1 hour' where id = $1`, [late.id]);
    const wanted = await insertEvent(database, seeded, { name: 'Bought' });
    const notBefore = Date.now() - 10_000;
    expect(
      missedIds(await commit({ commands: [enterWait, { ...openWait, arms: [{ event: 'Bought', notBefore }] }] })),
    ).toEqual([wanted.id]);
  });

  it('counts events of a message only for the visit that sent it', async () => {
    const opened = (visit: number) =>
      insertEvent(database, seeded, {
        name: 'Message Opened',
        properties: { enrollmentId: identity.enrollmentId, nodeId: 'mail', visit },
      });
    await opened(1);
    const second = await opened(2);
    const arms = [{ event: 'Message Opened', messageOf: 'mail', messageVisit: 2, lookBack: true }];
    expect(missedIds(await commit({ commands: [enterWait, { ...openWait, arms }] }))).toEqual([second.id]);
  });

  it('finds the one that counts among any number that a filter refuses', async () => {
    await database.query(
      `insert into events (workspace_id, profile_id, name, message_id, properties, time) select $1, $2, 'Bought',
          gen_random_uuid()::text, '{"item":"mug"}', now()
        from generate_series(1, 1200)`,
      [identity.workspaceId, identity.profileId],
    );
    const wanted = await insertEvent(database, seeded, { name: 'Bought', properties: { item: 'lamp' } });
    const where = { op: 'compare', left: { source: 'property', path: 'item' }, is: 'equals', value: 'lamp' } as const;
    const arms = [{ event: 'Bought', where, lookBack: true }];
    expect(missedIds(await commit({ commands: [enterWait, { ...openWait, arms, until: Date.now() }] }))).toEqual([
      wanted.id,
    ]);
    const answer = await commit({
      step: 1,
      at: Date.now() + 1_000,
      inputs: [timer],
      commands: [{ type: 'closeWait', wait: 'wait#1' }],
    });
    expect(answer).toMatchObject({ outcome: 'eventsFirst' });
  });

  it('counts from when the entry was received, however much later the router came to it', async () => {
    await database.query(
      `update enrollments set entry_received_at = now() - interval '2 hours' where workspace_id = $1 and id = $2`,
      [identity.workspaceId, identity.enrollmentId],
    );
    const event = await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(Date.now() - 3_600_000) });
    expect(missedIds(await commit({ commands: [enterWait, openWait] }))).toEqual([event.id]);
    const left = await insertEvent(database, seeded, { name: 'Left', receivedAt: new Date(Date.now() - 3_500_000) });
    const answer = await commit({ step: 1, commands: [{ type: 'openExit', criterion: 'left', event: 'Left' }] });
    expect(missedIds(answer)).toContain(left.id);
  });

  it('brings a custom node all properties of what it waited for, up to a limit', async () => {
    const properties = { total: 5, items: [{ id: 'a' }], note: 'x'.repeat(100) };
    await insertEvent(database, seeded, { name: 'Bought', properties });
    expect(
      await commit({ commands: [enterWait, { ...openWait, whole: true }], eventPaths: { Bought: ['total'] } }),
    ).toMatchObject({ missed: [{ event: { properties } }] });
    await commit({ step: 1, commands: [{ type: 'closeWait', wait: 'wait#1' }] });
    await insertEvent(database, seeded, { name: 'Heavy', properties: { small: 1, big: 'x'.repeat(70_000) } });
    const answer = await commit({
      step: 2,
      commands: [{ ...openWait, wait: 'wait#2', arms: [{ event: 'Heavy' }], whole: true }],
    });
    expect(answer).toMatchObject({ missed: [{ event: { properties: { small: 1 } } }] });
  });

  it('gives an exit criterion the filter that the results of the run make of it, from there on', async () => {
    const where = (value: string) =>
      ({ op: 'compare', left: { source: 'property', path: 'item' }, is: 'equals', value }) as const;
    await commit({
      commands: [{ type: 'openExit', criterion: 'same', event: 'Bought', where: { op: 'any', rules: [] } }, enterWait],
    });
    await insertEvent(database, seeded, { name: 'Bought', properties: { item: 'lamp' } });
    await commit({
      step: 1,
      mark: null,
      commands: [{ type: 'openExit', criterion: 'same', event: 'Bought', where: where('lamp'), again: true }],
    });
    const event = await insertEvent(database, seeded, { name: 'Bought', properties: { item: 'lamp' } });
    const answer = await commit({ step: 2, inputs: [timer], commands: [openWait] });
    expect(answer).toMatchObject({
      outcome: 'eventsFirst',
      events: [{ type: 'exit', criterion: 'same', event: { id: event.id } }],
    });
    expect(await rows('waits')).toHaveLength(1);
  });

  it('leaves an event that commits later to the router, which finds the wait', async () => {
    await commit({ commands: [enterWait, openWait], eventPaths: { Bought: ['total'] } });
    await insertEvent(database, seeded, { name: 'Bought', properties: { total: 5 }, queued: true });
    const router = new RouterRepository(database);
    let found: string[] = [];
    await router.withLanes({ lanes: 1, batch: 10 }, async ({ sql, events }) => {
      found = (await router.waitsFor(sql, events)).map((wait) => wait.wait);
      await router.remove(sql, events);
    });
    expect(found).toEqual(['wait#1']);
  });

  it('asks the filter with the values bound in', async () => {
    await insertEvent(database, seeded, { name: 'Bought', properties: { item: 'mug' } });
    const wanted = await insertEvent(database, seeded, { name: 'Bought', properties: { item: 'lamp', price: 3 } });
    const where = { op: 'compare', left: { source: 'property', path: 'item' }, is: 'equals', value: 'lamp' } as const;
    const answer = await commit({
      commands: [enterWait, { ...openWait, arms: [{ event: 'Bought', where }] }],
      eventPaths: { Bought: ['item'] },
    });
    expect(answer).toMatchObject({
      missed: [{ type: 'event', wait: 'wait#1', arm: 0, event: { id: wanted.id, properties: { item: 'lamp' } } }],
    });
  });
});

describe('accepted events go before timers', () => {
  const due = Date.now() - 30_000;

  async function openTimed() {
    await database.query(
      `update enrollments set created_at = now() - interval '1 hour' where workspace_id = $1 and id = $2`,
      [identity.workspaceId, identity.enrollmentId],
    );
    await commit({ commands: [enterWait, { ...openWait, until: due }] });
  }

  it('returns events that were received before the timer was due, and writes nothing', async () => {
    await openTimed();
    const event = await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(due - 1_000) });
    const answer = await commit({ step: 1, inputs: [timer], commands: [{ type: 'closeWait', wait: 'wait#1' }] });
    expect(answer).toMatchObject({ outcome: 'eventsFirst', events: [{ type: 'event', event: { id: event.id } }] });
    expect(await rows('steps')).toHaveLength(1);
    expect(await rows('waits')).toHaveLength(1);
  });

  it('lets the timer win over what was received after it was due', async () => {
    await openTimed();
    await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(due + 1_000) });
    expect(await commit({ step: 1, inputs: [timer], commands: [{ type: 'closeWait', wait: 'wait#1' }] })).toMatchObject(
      { outcome: 'applied' },
    );
  });

  it('lets what ends the run go first, whenever it was received before the commit', async () => {
    await commit({
      commands: [
        enterWait,
        { ...openWait, arms: [], until: due },
        { type: 'openExit', criterion: 'paid', event: 'Paid' },
      ],
    });
    await insertEvent(database, seeded, { name: 'Paid', receivedAt: new Date(due + 20_000) });
    expect(await commit({ step: 1, inputs: [timer], commands: [{ type: 'closeWait', wait: 'wait#1' }] })).toMatchObject(
      { outcome: 'eventsFirst', events: [{ type: 'exit', criterion: 'paid' }] },
    );
    const answered: Input = {
      type: 'callDone',
      at: Date.now(),
      wait: 'call#1',
      outcome: { kind: 'done', port: 'done' },
    };
    expect(await commit({ step: 1, inputs: [answered], commands: [] })).toMatchObject({
      outcome: 'eventsFirst',
      events: [{ type: 'exit', criterion: 'paid' }],
    });
  });

  it('lets it go even before the first step, which would send something', async () => {
    const paid = await insertEvent(database, seeded, { name: 'Paid' });
    const entry = { id: randomUUID(), name: 'Signed Up', time: Date.now(), properties: {}, mark: entryMark };
    const enrolled: Input = { type: 'enrolled', at: Date.now(), seed: 's', entry };
    const exit: Command = { type: 'openExit', criterion: 'paid', event: 'Paid', notBefore: Date.now() - 60_000 };
    const send: Command = { type: 'send', node: 'mail', visit: 1, channel: 'email', at: Date.now() };
    const end: Command = { type: 'end', outcome: 'completed', reason: 'done', at: Date.now() };
    // Also before one that ends the run by itself, after which nothing is waited for.
    for (const commands of [
      [exit, send],
      [exit, send, end],
    ])
      expect(await commit({ inputs: [enrolled], commands })).toMatchObject({
        outcome: 'eventsFirst',
        events: [{ type: 'exit', criterion: 'paid', event: { id: paid.id } }],
      });
    expect(await rows('messages')).toEqual([]);
  });
});

describe('a merge of the person', () => {
  const survivor = async () => {
    const id = randomUUID();
    await database.query('insert into profiles (workspace_id, id, external_id) values ($1, $2, $3)', [
      identity.workspaceId,
      id,
      id,
    ]);
    return id;
  };
  const merge = (sql: Sql, into: string) =>
    mergeProfiles({ workspaceId: identity.workspaceId }, { sql, merges: [{ from: identity.profileId, into }] });
  const waitsOf = async () => (await rows<{ profile_id: string }>('waits')).map((row) => row.profile_id);
  const queued = async () => {
    for (;;)
      if (
        (await database.query(`select 1 from pg_locks where not granted and locktype = 'transactionid' limit 1`))
          .length > 0
      )
        return;
  };

  it("that is under way is waited for: the wait is the survivor's, and sees what the survivor did", async () => {
    const into = await survivor();
    let answer: ReturnType<typeof commit> | undefined;
    let event: StoredEvent | undefined;
    await database.transaction(async (sql) => {
      await merge(sql, into);
      event = await insertEvent(sql, { ...seeded, profileId: into }, { name: 'Bought' });
      answer = commit({
        commands: [enterWait, openWait, { type: 'send', node: 'mail', visit: 1, channel: 'email', at: Date.now() }],
      });
      await queued();
    });
    expect(missedIds(await answer!)).toEqual([event!.id]);
    expect(await waitsOf()).toEqual([into]);
    expect((await rows('messages')).map((row) => row['profile_id'])).toEqual([into]);
  });

  it('that comes while a step is committed waits for it, and takes along what it wrote', async () => {
    const into = await survivor();
    const request = commitOf(identity, { mark: entryMark, entryMark, commands: [enterWait, openWait] });
    let merged: Promise<void> | undefined;
    await database.transaction(async (sql) => {
      await new CommitRepository({ query: sql.query.bind(sql) } as never).write(
        { workspaceId: identity.workspaceId },
        { request, writes: writesOf(request) },
      );
      merged = database.transaction((other) => merge(other, into));
      await queued();
    });
    await merged;
    expect(await waitsOf()).toEqual([into]);
  });
});

describe('control', () => {
  const setState = (state: string) =>
    database.query(
      'update journey_control set state = $3, epoch = epoch + 1 where workspace_id = $1 and journey_id = $2',
      [identity.workspaceId, identity.journeyId, state],
    );
  const cancel: Command = { type: 'end', outcome: 'cancelled', reason: 'by hand', at: Date.now() };

  it('holds runs of a paused journey and marks them, but lets them be ended', async () => {
    await setState('paused');
    expect(await commit({ commands: [enterWait] })).toEqual({ outcome: 'held' });
    const [run] = await database.query('select held, step from enrollments where workspace_id = $1 and id = $2', [
      identity.workspaceId,
      identity.enrollmentId,
    ]);
    expect(run).toEqual({ held: true, step: 0 });
    expect(await commit({ commands: [cancel] })).toMatchObject({ outcome: 'applied' });
  });

  it('answers "stopped" for a stopped journey until the run ends', async () => {
    await setState('stopped');
    expect(await commit({ commands: [enterWait] })).toEqual({ outcome: 'stopped', reason: 'The journey was stopped' });
    expect(await commit({ commands: [cancel] })).toMatchObject({ outcome: 'applied' });
  });

  it('answers "gone" for an enrollment that does not exist, also in another workspace', async () => {
    identity = { ...identity, workspaceId: (await seedJourney(database)).workspaceId };
    expect(await commit({ commands: [enterWait] })).toEqual({ outcome: 'gone' });
  });

  it('waits for a pause that is being committed and then holds', async () => {
    let answer: Promise<unknown> | undefined;
    await database.transaction(async (sql) => {
      await sql.query(
        `update journey_control set state = 'paused', epoch = epoch + 1 where workspace_id = $1 and journey_id = $2`,
        [identity.workspaceId, identity.journeyId],
      );
      answer = commit({ commands: [enterWait] });
      // The commit stands in line behind the pause before the pause commits.
      for (;;) {
        const [waiting] = await database.query(
          `select 1 from pg_locks where not granted and locktype = 'transactionid' limit 1`,
        );
        if (waiting) break;
      }
    });
    expect(await answer).toEqual({ outcome: 'held' });
  });
});

it('a step that can never be stored fails its run visibly instead of being tried for ever', async () => {
  await expect(commit({ commands: [{ ...openWait, until: 1e300 }] })).rejects.toMatchObject({ nonRetryable: true });
  await expect(
    commit({ run: { node: 'half \ud83d' } as never, inputs: [{ type: 'cancel', at: 1, reason: 'half \ud83d' }] }),
  ).rejects.toMatchObject({ nonRetryable: true });
  const [row] = await database.query<{ status: string; end_reason: string }>(
    'select status, end_reason from enrollments where workspace_id = $1 and id = $2',
    [identity.workspaceId, identity.enrollmentId],
  );
  expect(row).toMatchObject({ status: 'failed', end_reason: expect.stringContaining('cannot be stored') as string });
});
