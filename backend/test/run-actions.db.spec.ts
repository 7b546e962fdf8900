import { randomUUID } from 'node:crypto';
import type { Command, JsonObject } from '@wend/contract';
import type { RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testDatabase } from './database.js';
import { entryBatchesOf } from './router.js';
import { commitOf, insertEnrollment, insertEvent, seedJourney } from './seed.js';
import type { Seeded } from './seed.js';
import { CommitRepository } from '../src/enrollments/commit.repository.js';
import { writesOf } from '../src/enrollments/commit-writes.js';
import { ConsentRepository } from '../src/consents/consent.repository.js';
import { ConsentService } from '../src/consents/consent.service.js';
import { EndRunRepository } from '../src/enrollments/end-run.repository.js';
import { EnteringRepository } from '../src/enrollments/entering.repository.js';
import { RecipientsRepository } from '../src/enrollments/recipients.repository.js';
import { EventsService } from '../src/events/index.js';
import { Database } from '../src/platform/database/index.js';
import { UserError } from '../src/platform/errors/index.js';
import { ChangeConsent } from '../src/run-actions/kinds/change-consent.js';
import { EmitEvent } from '../src/run-actions/kinds/emit-event.js';
import { EndJourney } from '../src/run-actions/kinds/end-journey.js';
import { ActorRepository } from '../src/run-actions/actor.repository.js';
import { RecipientsAction } from '../src/run-actions/kinds/recipients.js';
import { RunActionKinds } from '../src/run-actions/run-action-kinds.js';
import type { RunActionKind } from '../src/run-actions/run-action.js';
import { RunActionRepository } from '../src/run-actions/run-actions.repository.js';
import { RunActions } from '../src/run-actions/run-actions.service.js';

let database: Database;
let url: string;
let drop: () => Promise<void>;
let seeded: Seeded;
let identity: RunIdentity;
/** Carried out by the kind of the test, as `node#visit`. */
let carried: string[];
let fails: (node: string) => Error | null;
let step = 0;

beforeAll(async () => {
  ({ database, url, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  await database.query('truncate run_actions');
  seeded = await seedJourney(database);
  ({ identity } = await insertEnrollment(database, seeded));
  carried = [];
  fails = () => null;
  step = 0;
});

const test: RunActionKind<JsonObject> = {
  kind: 'test',
  settings: z.record(z.string(), z.any()),
  carryOut: async (scope, { action, sql }) => {
    await sql.query('update profiles set traits = traits || $3 where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      action.profile_id,
      JSON.stringify({ [`${action.node}#${action.visit}`]: true }),
    ]);
    const error = fails(action.node);
    if (error) throw error;
    carried.push(`${action.node}#${action.visit}`);
    return { done: action.node };
  },
};

function actions(on = database): RunActions {
  const kinds = new RunActionKinds();
  kinds.add(test);
  const events = new EventsService(on);
  kinds.add(new EmitEvent(events));
  kinds.add(new EndJourney(new EndRunRepository(on)));
  kinds.add(new ChangeConsent(new ConsentService(new ConsentRepository(on), events)));
  const journeys = new EnteringRepository(on);
  kinds.add(new RecipientsAction(entryBatchesOf(on), new RecipientsRepository(), journeys, new ActorRepository()));
  return new RunActions(new RunActionRepository(on), kinds);
}
async function ask(acts: (Partial<Extract<Command, { type: 'act' }>> & { node: string })[], parts: object = {}) {
  const commands = acts.map((act): Command => ({
    type: 'act',
    visit: 1,
    kind: 'test',
    settings: {},
    at: Date.now(),
    ...act,
  }));
  const request = { ...commitOf(identity, { commands, step: step++ }), ...parts };
  return new CommitRepository(database).write(identity, { request, writes: writesOf(request) });
}
async function all(on = actions()): Promise<void> {
  while (await on.work());
}
const rows = () =>
  database.query<{ node: string; state: string; attempts: number; error: string | null; result: unknown }>(
    'select node, state, attempts, error, result, depth, next_at > now() as later from run_actions order by position',
  );
const dueNow = () => database.query(`update run_actions set next_at = now() where state = 'waiting'`);
const traits = async () =>
  (await database.query<{ traits: JsonObject }>('select traits from profiles where id = $1', [seeded.profileId]))[0]!
    .traits;
const events = () =>
  database.query<{ name: string; properties: JsonObject; depth: number; message_id: string; queued: boolean }>(
    `select name, properties, depth, message_id, time from events where workspace_id = $1 and name like 'X%'`,
    [seeded.workspaceId],
  );

describe('what a run asks for', () => {
  it('is carried out in its order, once, and told of', async () => {
    await ask([{ node: 'a' }, { node: 'b' }, { node: 'a', visit: 2 }]);
    await ask([{ node: 'c' }]);
    await all();
    expect(carried).toEqual(['a#1', 'b#1', 'a#2', 'c#1']);
    expect(await rows()).toMatchObject(
      ['a', 'b', 'a', 'c'].map((node) => ({ node, state: 'done', attempts: 1, error: null, result: { done: node } })),
    );
    await all();
    expect(carried).toHaveLength(4);
  });

  it('is asked for once, whatever is committed again', async () => {
    await ask([{ node: 'a' }]);
    step = 0;
    await ask([{ node: 'a' }, { node: 'b' }]);
    expect((await rows()).map(({ node }) => node)).toEqual(['a']);
  });

  it('is carried out once by many workers at the same time', async () => {
    for (let count = 0; count < 20; count += 1) await ask([{ node: `n${count}` }, { node: `m${count}` }]);
    const others = await Promise.all(Array.from({ length: 5 }, () => Database.connect({ url })));
    await Promise.all(others.map((other) => all(actions(other))));
    await all();
    await Promise.all(others.map((other) => other.close()));
    expect(carried).toHaveLength(40);
    expect(new Set(carried).size).toBe(40);
    for (let count = 0; count < 20; count += 1)
      expect(carried.indexOf(`n${count}#1`)).toBeLessThan(carried.indexOf(`m${count}#1`));
  });

  it('is carried out with others like it, those of one run in their order, each once', async () => {
    const runs = [];
    for (let count = 0; count < 30; count += 1) {
      ({ identity } = await insertEnrollment(database, seeded));
      step = 0;
      await ask([
        { node: 'a', kind: 'emit-event', settings: { event: `X ${count}` } },
        {
          node: 'b',
          kind: 'emit-event',
          settings: { event: `X ${count} again` },
          ...(count === 7 ? { settings: {} } : {}),
        },
      ]);
      runs.push(identity.enrollmentId);
    }
    const others = await Promise.all(Array.from({ length: 3 }, () => Database.connect({ url })));
    await Promise.all(others.map((other) => all(actions(other))));
    await all();
    await Promise.all(others.map((other) => other.close()));
    const told = await database.query<{ name: string }>(
      `select name from events where workspace_id = $1 and name like 'X %' order by position`,
      [seeded.workspaceId],
    );
    const names = told.map(({ name }) => name);
    expect(names.length).toBe(59);
    expect(new Set(names).size).toBe(59);
    for (let count = 0; count < 30; count += 1)
      if (count !== 7) expect(names.indexOf(`X ${count}`)).toBeLessThan(names.indexOf(`X ${count} again`));
    const settled = await rows();
    expect(settled.filter(({ state }) => state === 'done')).toHaveLength(59);
    expect(settled.filter(({ state }) => state === 'failed')).toMatchObject([{ node: 'b', attempts: 1 }]);
  });

  it('that fails among many is found by itself, and the others are done', async () => {
    const many: RunActionKind<JsonObject> = {
      ...test,
      carryOutMany: async (scope, all) => {
        const results = [];
        for (const each of all) results.push(await test.carryOut(scope, each));
        return results;
      },
    };
    const kinds = new RunActionKinds();
    kinds.add(many);
    fails = (node) => (node === 'n3' ? new Error('out of order') : null);
    for (let count = 0; count < 6; count += 1) {
      ({ identity } = await insertEnrollment(database, seeded));
      step = 0;
      await ask([{ node: `n${count}` }]);
    }
    await all(new RunActions(new RunActionRepository(database), kinds));
    expect((await rows()).map(({ node, state, attempts }) => `${node} ${state} ${attempts}`)).toEqual(
      [0, 1, 2, 3, 4, 5].map((count) => (count === 3 ? 'n3 waiting 1' : `n${count} done 1`)),
    );
  });

  it('has no effect where it fails, is tried again later, and lets what comes after it wait', async () => {
    fails = (node) => (node === 'a' ? new Error('out of order') : null);
    await ask([{ node: 'a' }, { node: 'b' }]);
    await all();
    expect(await traits()).toEqual({});
    expect(await rows()).toMatchObject([
      { node: 'a', state: 'waiting', attempts: 1, later: true, error: expect.stringContaining('keeps trying') },
      { node: 'b', state: 'waiting', attempts: 0, error: null },
    ]);
    fails = () => null;
    await dueNow();
    await all();
    expect(carried).toEqual(['a#1', 'b#1']);
    expect(await rows()).toMatchObject([{ state: 'done', attempts: 2, error: null }, { state: 'done' }]);
  });

  it('is given up after some attempts, and at once where trying again is of no use; then the next is done', async () => {
    fails = (node) =>
      node === 'a' ? new Error('out of order') : node === 'b' ? new UserError('no', 'There is no such thing.') : null;
    await ask([{ node: 'a' }, { node: 'b' }, { node: 'c' }]);
    for (let count = 0; count < 12; count += 1) {
      await dueNow();
      await all();
    }
    expect(await rows()).toMatchObject([
      { state: 'failed', attempts: 12, error: expect.stringContaining('12 times') },
      { state: 'failed', attempts: 1, error: 'There is no such thing.' },
      { state: 'done' },
    ]);
    expect(await traits()).toEqual({ 'c#1': true });
  });

  it('is only recorded in a test run', async () => {
    identity = { ...identity, origin: 'test' };
    await ask([{ node: 'a' }]);
    await all();
    expect(carried).toEqual([]);
    expect(await rows()).toMatchObject([{ state: 'recorded', attempts: 0 }]);
  });

  it('fails where its kind or its settings are not known', async () => {
    await ask([
      { node: 'a', kind: 'unheard-of' },
      { node: 'b', kind: 'emit-event', settings: { event: '' } },
      { node: 'c', kind: 'emit-event', settings: { event: 'Message Opened' } },
    ]);
    await all();
    expect(await rows()).toMatchObject([
      { state: 'failed', error: expect.stringContaining('unheard-of') },
      { state: 'failed', error: expect.stringContaining('event') },
      { state: 'failed', error: expect.stringContaining('only Wend itself') },
    ]);
  });
});

describe('a circle', () => {
  const depths = async () => (await rows()).map((row) => (row as unknown as { depth: number }).depth);

  it('is told by how many actions led to what began the run, or moved it', async () => {
    await ask([{ node: 'a' }]);
    await database.query('update enrollments set depth = 4 where id = $1', [identity.enrollmentId]);
    await ask([{ node: 'b' }]);
    const { id } = await insertEvent(database, seeded, { name: 'X' });
    await database.query('update events set depth = 7 where id = $1', [id]);
    const mark = { position: '1', snapshot: '', time: 0 };
    const event = { id, name: 'X', time: 0, properties: {}, mark };
    await ask([{ node: 'c' }], { inputs: [{ type: 'event', at: 0, wait: 'w#1', arm: 0, event }] });
    expect(await depths()).toEqual([1, 5, 8]);
  });

  it('ends: what came by more than ten actions is not done', async () => {
    await database.query('update enrollments set depth = 9 where id = $1', [identity.enrollmentId]);
    await ask([{ node: 'a' }]);
    await database.query('update enrollments set depth = 10 where id = $1', [identity.enrollmentId]);
    await ask([{ node: 'b' }]);
    await all();
    expect(await rows()).toMatchObject([
      { state: 'done' },
      { state: 'failed', error: expect.stringContaining('circle') },
    ]);
  });
});

describe('an event', () => {
  it('is stored with its values, its time and its depth, and goes to the router', async () => {
    await database.query('insert into awaited_names (workspace_id, name) values ($1, $2)', [
      seeded.workspaceId,
      'X 한글',
    ]);
    const at = Date.now() - 60_000;
    const settings = { event: 'X 한글', properties: { n: 3, yes: true, text: '값' } };
    await ask([{ node: 'a', kind: 'emit-event', settings, at }]);
    await all();
    expect(await events()).toEqual([
      {
        name: 'X 한글',
        properties: settings.properties,
        depth: 1,
        message_id: `wend:act/${identity.enrollmentId}/a/1`,
        time: new Date(at),
      },
    ]);
    const [queued] = await database.query<{ count: number }>(
      'select count(*)::int as count from event_queue where workspace_id = $1',
      [seeded.workspaceId],
    );
    expect(queued).toEqual({ count: 1 });
  });

  it('belongs to whom the person was merged into', async () => {
    await ask([{ node: 'a', kind: 'emit-event', settings: { event: 'X' } }]);
    const into = randomUUID();
    await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [seeded.workspaceId, into]);
    await database.query('update enrollments set profile_id = $2 where id = $1', [identity.enrollmentId, into]);
    await database.query('update profiles set merged_into = $2 where id = $1', [seeded.profileId, into]);
    await all();
    const [event] = await database.query('select profile_id from events where workspace_id = $1 and name = $2', [
      seeded.workspaceId,
      'X',
    ]);
    expect(event).toEqual({ profile_id: into });
  });
});

describe('another journey', () => {
  const reasons = () =>
    database.query<{ id: string; cancel_reason: string | null }>(
      'select id, cancel_reason from enrollments where workspace_id = $1 order by created_at',
      [seeded.workspaceId],
    );

  it('ends in the runs of the person that had begun by then, and not in the run that asks', async () => {
    const before = await insertEnrollment(database, seeded);
    const at = Date.now() + 1;
    const after = await insertEnrollment(database, seeded);
    await database.query('update enrollments set entered_at = $2 where id = $1', [
      after.identity.enrollmentId,
      new Date(at + 1_000),
    ]);
    await ask([{ node: 'a', kind: 'end-journey', settings: { journey: seeded.journeyId }, at }]);
    await all();
    const asked = (await reasons()).filter(({ cancel_reason }) => cancel_reason !== null);
    expect(asked).toEqual([{ id: before.identity.enrollmentId, cancel_reason: 'The journey “Test” ended it' }]);
    expect(await rows()).toMatchObject([{ state: 'done', result: { ended: 1 } }]);
  });
});

describe('consent', () => {
  const consents = () =>
    database.query<{ state: string; source: string }>(
      'select state, source from consents where workspace_id = $1 and channel = $2',
      [seeded.workspaceId, 'email'],
    );
  const settings = { channel: 'email', state: 'unsubscribed' };

  it('is changed as of the step, with the journey for its evidence', async () => {
    await ask([{ node: 'a', kind: 'change-consent', settings }]);
    await all();
    expect(await consents()).toEqual([{ state: 'unsubscribed', source: 'journey' }]);
    const [told] = await database.query<{ source: string; actor: string }>(
      'select source, actor from consent_changes where workspace_id = $1',
      [seeded.workspaceId],
    );
    expect(told).toEqual({ source: 'journey', actor: 'Test' });
  });

  it('stays where the person said something else since', async () => {
    const service = new ConsentService(new ConsentRepository(database), new EventsService(database));
    const at = Date.now() - 60_000;
    await ask([{ node: 'a', kind: 'change-consent', settings, at }]);
    await service.transaction((sql) =>
      service.state(seeded, {
        sql,
        profileId: seeded.profileId,
        statement: { channel: 'email', topic: '', state: 'subscribed' },
        evidence: { source: 'preferences' },
      }),
    );
    await all();
    expect(await consents()).toEqual([{ state: 'subscribed', source: 'preferences' }]);
    expect(await rows()).toMatchObject([{ state: 'done', result: { changed: false, late: expect.any(String) } }]);
  });
});

describe('a journey for each of several people', () => {
  const settings = (parts: JsonObject = {}): JsonObject => ({
    who: { kind: 'list', ids: ['a', 'b', 'nobody'], idField: 'id' },
    journey: seeded.journeyId,
    name: 'Test',
    data: { post: 'p1' },
    most: 10,
    once: { per: 'run' },
    ...parts,
  });
  const batches = () =>
    database.query<{ cause: string; data: JsonObject; source: { recipients: JsonObject } }>(
      'select cause, data, source from entry_batches where workspace_id = $1',
      [seeded.workspaceId],
    );
  beforeEach(async () => {
    await database.query(`update journey_versions set entries = '[{"node":"door","kind":"journey"}]' where id = $1`, [
      seeded.versionId,
    ]);
    await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
    await database.query(
      `with made as (
         insert into profiles (workspace_id, external_id) values ($1, 'a'), ($1, 'b') returning id, external_id
       )
       insert into identities (workspace_id, kind, value, profile_id) select $1, 'user', external_id, id from made`,
      [seeded.workspaceId],
    );
  });

  it('begins one batch, however often it is tried, and says who asks but nothing that is only theirs', async () => {
    await database.query(`update profiles set traits = '{"email":"anna@example.com"}' where id = $1`, [
      seeded.profileId,
    ]);
    await ask([{ node: 'each', kind: 'recipients', settings: settings() }]);
    // The first try dies when all is done but not committed.
    const dies = new Proxy(database, {
      get: (target, key) =>
        key === 'transaction'
          ? (work: (sql: unknown) => Promise<unknown>) =>
              target.transaction(async (sql) => {
                await work(sql);
                throw Object.assign(new Error('connection lost'), { code: '57P01' });
              })
          : (Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key)),
    });
    await actions(dies)
      .work()
      .catch(() => undefined);
    expect(await batches()).toEqual([]);
    await dueNow();
    await all();
    const [begun, ...others] = await batches();
    expect(others).toEqual([]);
    expect(begun).toMatchObject({
      cause: `run/${identity.enrollmentId}/each/1`,
      data: { post: 'p1', actor: { id: seeded.profileId, name: null } },
      source: { recipients: { run: identity.enrollmentId, node: 'each', withinSeconds: null, by: { depth: 1 } } },
    });
    expect(await rows()).toMatchObject([{ state: 'done', result: { batch: expect.any(String) } }]);
  });

  it('counts for each run, or for what the step names', async () => {
    const once = { per: 'key', key: 'p1', withinSeconds: 60 };
    await ask([
      { node: 'each', kind: 'recipients', settings: settings() },
      { node: 'each', visit: 2, kind: 'recipients', settings: settings() },
    ]);
    for (const key of ['p1', 'p1', 'p2'])
      await ask([{ node: key, visit: step, kind: 'recipients', settings: settings({ once: { ...once, key } }) }]);
    await all();
    const keys = (await batches()).map(({ source }) => source.recipients['key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys).toHaveLength(5);
  });

  it('starts nobody for a person of the control group', async () => {
    await database.query('update enrollments set control = true where id = $1', [identity.enrollmentId]);
    await ask([{ node: 'each', kind: 'recipients', settings: settings() }]);
    await all();
    expect(await batches()).toEqual([]);
    expect(await rows()).toMatchObject([{ state: 'done', result: { outcome: 'control' } }]);
  });

  it('only says in a test run whom it would reach', async () => {
    identity = { ...identity, origin: 'test' };
    await ask([
      { node: 'each', kind: 'recipients', settings: settings({ most: 1 }) },
      { node: 'test', kind: 'test' },
      { node: 'gone', kind: 'recipients', settings: settings({ journey: randomUUID() }) },
    ]);
    await all();
    expect(await batches()).toEqual([]);
    expect(await rows()).toMatchObject([
      {
        state: 'recorded',
        result: { would: { count: 1, found: 2, unknown: 1, self: 0, before: 0, beyond: 1 } },
        error: null,
      },
      { state: 'recorded', result: null },
      { state: 'recorded', result: null, error: 'The journey isn’t live, so nobody enters it.' },
    ]);
    expect(carried).toEqual([]);
  });
});
