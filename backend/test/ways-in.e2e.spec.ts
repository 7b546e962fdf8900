import type { EntryBatch, Graph, JsonObject } from '@wend/contract';
import { addNode, connect } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import type { Client } from './api.js';
import { startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { graphOf } from './graph-of.js';

let chain: Chain;
let program: Client;
beforeAll(async () => {
  chain = await startChain();
  program = await chain.workspace.key('journeys:trigger');
}, 120_000);
afterAll(() => chain?.close());

const day = { duration: { amount: 1, unit: 'days' } };

/** A live journey: these entries lead into a wait of a day. */
async function live(
  entries: { id: string; type: string; config: JsonObject }[],
  settings: Partial<Graph['settings']> = {},
): Promise<string> {
  const { owner } = chain;
  let graph = graphOf([{ id: 'wait', type: 'wend/wait', config: day }], {
    reentry: { rule: 'always' },
    ...settings,
  });
  for (const [index, { id, type, config }] of entries.entries()) {
    graph = addNode(graph, {
      node: { id, type, version: 1, name: `Door ${id}`, config, position: { x: index * 300, y: -200 } },
    });
    graph = connect(graph, { from: id, port: 'next', to: 'wait' });
  }
  const made = await owner.send('POST', '/api/journeys', { name: `Ways in ${Math.random()}` });
  const id: string = made.body.id;
  const saved = await owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: made.body.revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const published = await publishDraft(owner, id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  return id;
}
const apiDoor = { id: 'api', type: 'wend/entry-api', config: {} };
const trigger = (id: string, body: JsonObject, client: Client = program) =>
  client.send('POST', `/api/journeys/${id}/trigger`, body);
async function known(...ids: string[]): Promise<void> {
  for (const userId of ids)
    await until(async () => {
      chain.analytics.identify({ userId, traits: { name: userId, plan: userId.includes('pro') ? 'pro' : 'free' } });
      return (await chain.owner.send('GET', `/api/profiles?search=${userId}`)).body.items.length > 0;
    }, `${userId} to be known`);
}
const runsOf = async (id: string) => (await chain.owner.send('GET', `/api/journeys/${id}/enrollments`)).body.items;
const why = async (id: string, externalId: string) =>
  (await chain.owner.send('GET', `/api/journeys/${id}/why?externalId=${externalId}`)).body;
async function segmentOf(...externalIds: string[]): Promise<string> {
  const made = await chain.owner.send('POST', '/api/segments', { name: `Chosen ${Math.random()}` });
  await add(made.body.id, ...externalIds);
  return made.body.id;
}
const add = async (segment: string, ...externalIds: string[]) => {
  const profileIds = await Promise.all(
    externalIds.map(
      async (each) => (await chain.owner.send('GET', `/api/profiles?search=${each}`)).body.items[0].id as string,
    ),
  );
  const added = await chain.owner.send('POST', `/api/segments/${segment}/members`, { profileIds });
  expect(added.status, JSON.stringify(added.body)).toBeLessThan(300);
};

describe('a call', () => {
  it('lets people in, says what became of each, and says the same again by the same key', async () => {
    const id = await live([apiDoor]);
    await known('call-ann');
    const body = {
      people: [
        { externalId: 'call-ann', data: { seat: '12A' } },
        { externalId: 'call-new', traits: { name: '김민지' } },
        { profileId: '00000000-0000-4000-8000-000000000000' },
      ],
      data: { flight: 'KE1' },
      createMissing: true,
      idempotencyKey: 'boarding-1',
    };
    const dry = await trigger(id, { ...body, dryRun: true, idempotencyKey: 'another' });
    expect(dry.body).toMatchObject({ dryRun: true, count: 2, results: [] });
    const first = await trigger(id, body);
    expect(first.status, JSON.stringify(first.body)).toBe(200);
    expect(first.body.results).toMatchObject([
      { externalId: 'call-ann', outcome: 'entered' },
      { externalId: 'call-new', outcome: 'entered' },
      { outcome: 'unknown-person' },
    ]);
    expect((await trigger(id, body)).body).toEqual(first.body);
    expect(await trigger(id, { ...body, data: { flight: 'KE2' } })).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
    await until(async () => (await runsOf(id)).filter((run: any) => run.node === 'wait').length === 2, 'two runs');
    // Its first step is taken before its workflow runs.
    const run = await until(async () => {
      const { body: found } = await chain.owner.get(`/api/enrollments/${first.body.results[0].enrollmentId}`);
      return found.status === 'running' && found;
    }, 'the run to be running');
    expect(run).toMatchObject({ entryNode: 'api' });
    expect(await why(id, 'call-ann')).toMatchObject({ verdict: 'in', runs: [{ entryNode: 'api' }] });
  });

  it.each([
    [{}, 422],
    [{ people: [] }, 422],
    [{ people: [{ externalId: 'a', profileId: '00000000-0000-4000-8000-000000000000' }] }, 422],
    [{ people: Array.from({ length: 1_001 }, () => ({ externalId: 'a' })) }, 422],
    [{ people: [{ externalId: 'a' }], data: { text: 'x'.repeat(50_001) } }, 422],
    [{ people: [{ externalId: 'a', data: { b: 'x'.repeat(30_000) } }], data: { a: 'x'.repeat(30_000) } }, 422],
    [{ people: [{ externalId: 'a'.repeat(256) }], createMissing: true }, 422],
    [{ people: [{ externalId: 'a' }], idempotencyKey: ' ' }, 422],
    [{ people: [{ externalId: 'a' }], entry: 'window' }, 422],
  ] as [JsonObject, number][])('that makes no sense is refused: %#', async (body, status) => {
    const id = await live([apiDoor]);
    const answer = await trigger(id, body);
    expect([400, status]).toContain(answer.status);
    expect(answer.body.errors.length + (answer.body.detail?.length ?? 0)).toBeGreaterThan(0);
  });

  it('says why somebody could not be created, and lets the others in', async () => {
    const id = await live([apiDoor]);
    const traits = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`trait ${index}`, index]));
    const answer = await trigger(id, {
      people: [{ externalId: 'call-many', traits }, { externalId: 'call-few' }],
      createMissing: true,
    });
    expect(answer.body.results).toMatchObject([
      { externalId: 'call-many', outcome: 'invalid-person', detail: expect.stringMatching(/trait/) },
      { externalId: 'call-few', outcome: 'entered' },
    ]);
  });

  it('of a journey without an API entry, or that is stopped, says what to do', async () => {
    const id = await live([{ id: 'event', type: 'wend/entry-event', config: { event: 'Signed Up' } }]);
    expect((await trigger(id, { people: [{ externalId: 'a' }] })).body).toMatchObject({ code: 'no-api-entry' });
    const other = await live([apiDoor]);
    await chain.owner.send('POST', `/api/journeys/${other}/control`, { action: 'stop' });
    expect((await trigger(other, { people: [{ externalId: 'a' }] })).body).toMatchObject({ code: 'journey-not-live' });
    expect((await why(other, 'call-ann')).verdict).toBe('not-open');
  });

  it('lets in once who is named twice, and once for each value of the entry key', async () => {
    await known('twice-ann');
    const id = await live([apiDoor]);
    const people = [
      { externalId: 'twice-ann' },
      { externalId: ' twice-ann ' },
      { externalId: 'twice-ann', data: { n: 1 } },
    ];
    expect((await trigger(id, { people })).body.results).toMatchObject([
      { outcome: 'entered' },
      { outcome: 'refused', reason: 'already' },
      { outcome: 'refused', reason: 'already' },
    ]);
    expect(await runsOf(id)).toHaveLength(1);
    expect((await trigger(id, { people: [people[0]!] })).body.results).toMatchObject([{ outcome: 'entered' }]);
    const keyed = await live([apiDoor], { reentry: { rule: 'always', key: 'order' } });
    const orders = [1, 2, 1].map((order) => ({ externalId: 'twice-ann', data: { order } }));
    expect((await trigger(keyed, { people: orders })).body.results).toMatchObject([
      { outcome: 'entered' },
      { outcome: 'entered' },
      { outcome: 'refused', reason: 'already' },
    ]);
  });

  it('lets nobody in for a misspelt field', async () => {
    await known('typo-ann');
    const id = await live([apiDoor]);
    const answer = await trigger(id, { people: [{ externalId: 'typo-ann' }], dryrun: true });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'dryrun', message: expect.stringContaining('“dryRun”') as unknown }] },
    });
    expect(await runsOf(id)).toEqual([]);
  });

  it('lets nobody in by an event that only Wend tells', async () => {
    await known('spoof-ann');
    const segment = await segmentOf('twice-ann');
    const config = { segment, on: 'entered' };
    const id = await live([{ id: 'seg', type: 'wend/entry-segment', config }]);
    const key = await chain.workspace.key('ingest');
    const fake = { event: 'Segment Entered', properties: { segmentId: segment, segmentName: 'x' } };
    for (const route of ['track', 'batch', 'import']) {
      const item = { type: 'track', userId: 'spoof-ann', ...fake };
      const answer = await key.send('POST', `/v1/${route}`, route === 'track' ? item : { batch: [item] });
      expect(answer.status, route).toBe(400);
      expect(answer.body.errors[0].message).toContain('only Wend itself tells');
    }
    await add(segment, 'spoof-ann');
    await until(async () => (await runsOf(id)).length > 0, 'the true one to come in');
    expect(await runsOf(id)).toHaveLength(1);
  });

  it('keeps out whom the entry is not for, and it can be asked why', async () => {
    await known('why-pro', 'why-free');
    const audience = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    const id = await live([{ ...apiDoor, config: { audience } }], { reentry: { rule: 'never' } });
    const call = () => trigger(id, { people: [{ externalId: 'why-pro' }, { externalId: 'why-free' }] });
    expect((await call()).body.results).toMatchObject([
      { outcome: 'entered' },
      { outcome: 'refused', reason: 'filter' },
    ]);
    expect((await call()).body.results).toMatchObject([
      { outcome: 'refused', reason: 'reentry' },
      { outcome: 'refused', reason: 'filter' },
    ]);
    const answer = await why(id, 'why-free');
    expect(answer).toMatchObject({
      verdict: 'refused',
      refusals: [{ reason: 'filter', count: 2, nodeName: 'Door api' }],
    });
    expect(answer.answer).toContain('plan is pro (it was free)');
    expect(await why(id, 'why-pro')).toMatchObject({ verdict: 'in' });
  });

  it('lets nobody in with a key that may only send events', async () => {
    const id = await live([apiDoor]);
    const client = await chain.workspace.key('ingest');
    expect((await trigger(id, { people: [{ externalId: 'a' }] }, client)).status).toBe(403);
  });
});

describe('a broadcast', () => {
  it('needs the number of people back, and lets them in as a batch', async () => {
    await known('cast-a', 'cast-b', 'cast-c');
    const segment = await segmentOf('cast-a', 'cast-b', 'cast-c');
    const id = await live([apiDoor]);
    const cast = (given: JsonObject) => trigger(id, { segment: { segmentId: segment, ...given } });
    expect((await trigger(id, { segment: { segmentId: segment }, dryRun: true })).body).toMatchObject({ count: 3 });
    expect(await cast({})).toMatchObject({ status: 422, body: { code: 'expected-count-missing' } });
    const changed = await cast({ expectedCount: 5 });
    expect(changed).toMatchObject({ status: 409, body: { code: 'count-changed' } });
    expect(changed.body.detail).toContain('3 people now');
    expect((await runsOf(id)).length).toBe(0);
    const begun = await cast({ expectedCount: 3 });
    expect(begun.body, JSON.stringify(begun.body)).toMatchObject({ count: 3, batch: { state: 'gathering' } });
    const batches = async (): Promise<EntryBatch[]> =>
      (await chain.owner.send('GET', `/api/journeys/${id}/batches`)).body.items;
    await until(async () => (await batches())[0]?.state === 'done', 'the batch to be done');
    expect(await batches()).toMatchObject([{ total: 3, entered: 3, refused: {}, segmentId: segment }]);
    expect((await runsOf(id)).length).toBe(3);
    const stopped = await chain.owner.send('POST', `/api/entry-batches/${(await batches())[0]!.id}/stop`);
    expect(stopped.body).toMatchObject({ state: 'done' });
  });
});

describe('a segment', () => {
  it('lets in who is in it at publishing, once, and who enters or leaves it later', async () => {
    await known('seg-here', 'seg-later');
    const segment = await segmentOf('seg-here');
    const id = await live([
      { id: 'in', type: 'wend/entry-segment', config: { segment, on: 'entered', present: true } },
      { id: 'out', type: 'wend/entry-segment', config: { segment, on: 'left' } },
    ]);
    await until(async () => (await runsOf(id)).length === 1, 'who was in it to come in');
    expect(await why(id, 'seg-here')).toMatchObject({ verdict: 'in', runs: [{ entryNode: 'in' }] });
    expect(await why(id, 'seg-later')).toMatchObject({ verdict: 'never-came' });
    await add(segment, 'seg-later');
    await until(async () => (await why(id, 'seg-later')).verdict === 'in', 'who entered it to come in');
    const { body } = await chain.owner.send('GET', `/api/profiles?search=seg-here`);
    await chain.owner.send('POST', `/api/segments/${segment}/members/remove`, { profileIds: [body.items[0].id] });
    await until(async () => (await why(id, 'seg-here')).runs.length === 2, 'who left it to come in by the other door');
    // Publishing again lets nobody in a second time: neither by the batch nor who came in because they entered it.
    await chain.owner.send('POST', `/api/journeys/${id}/control`, { action: 'stop' });
    await publishDraft(chain.owner, id);
    const done = async () => (await chain.owner.send('GET', `/api/journeys/${id}/batches`)).body.items[0];
    await until(
      async () => (await done()).state === 'done' && (await done()).total === 0,
      'the batch of the second time',
    );
    expect((await why(id, 'seg-later')).runs.length).toBe(1);
    expect((await why(id, 'seg-here')).runs.length).toBe(2);
  });

  it('that does not exist cannot be published', async () => {
    const { owner } = chain;
    const graph = graphOf([
      {
        id: 'in',
        type: 'wend/entry-segment',
        config: { segment: '00000000-0000-4000-8000-000000000000' },
        to: { next: 'wait' },
      },
      { id: 'wait', type: 'wend/wait', config: day },
    ]);
    const made = await owner.send('POST', '/api/journeys', { name: 'No such segment' });
    await owner.send('PUT', `/api/journeys/${made.body.id}/draft`, { graph, revision: made.body.revision });
    const published = await publishDraft(owner, made.body.id);
    expect(published).toMatchObject({ status: 422, body: { code: 'unknown-segment' } });
  });
});
