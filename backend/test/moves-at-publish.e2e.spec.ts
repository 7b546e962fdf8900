import type { Graph, PublishMoves } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import type { Client } from './api.js';
import { publish, runOf, runsOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const people = 24;
const wait = (id: string, amount: number, unit: string, to: string): Step => ({
  id,
  type: 'wend/wait',
  config: { duration: { amount, unit } },
  to: { next: to },
});
const note = (id: string, to?: string): Step => ({
  id,
  type: 'wend/set-trait',
  config: { traits: [{ name: 'came_by', value: id }] },
  to: to === undefined ? {} : { next: to },
});
const mail = (id: string, to: string, subject = 'Hello'): Step => ({
  id,
  type: 'wend/email',
  config: { subject, body: '<p>Hello</p>' },
  to: { queued: to },
});

let number = 0;
type Entered = { id: string; event: string; who: string };
/** A journey whose first version has people in it, at `at`. */
async function entered(steps: Step[], { at = steps[0]!.id, count = people } = {}): Promise<Entered> {
  number += 1;
  const event = `In ${number}`;
  const id = await publish(chain, {
    name: `Publish ${number}`,
    graph: graphOf([entry(event, steps[0]!.id), ...steps]),
  });
  await enter({ id, event, who: `p${number}`, count });
  await standAt(id, { [at]: count });
  return { id, event, who: `p${number}` };
}
async function enter({ event, who, count }: Entered & { count: number }) {
  const { key } = await chain.workspace.key('ingest');
  const batch = Array.from({ length: count }, (_, index) => ({
    type: 'track',
    userId: `${who}-${index}`,
    event,
    properties: index % 2 === 0 ? { order: `o${index}` } : {},
  }));
  const sent = await fetch(`${chain.api.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ batch }),
  });
  expect(sent.status).toBe(200);
}
/** Waits until so many people stand at each step (or `version:step`), and nowhere else. */
async function standAt(id: string, wanted: Record<string, number>) {
  const versioned = Object.keys(wanted).some((key) => key.includes(':'));
  let seen = '';
  await until(
    async () => {
      const found: Record<string, number> = {};
      for (const { node, version, status } of await runsOf(chain, id)) {
        const key = status === 'running' ? (versioned ? `${version}:${node}` : node) : status;
        found[key] = (found[key] ?? 0) + 1;
      }
      seen = JSON.stringify(found);
      return JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(wanted).sort());
    },
    `${JSON.stringify(wanted)} to stand, of ${id}`,
    60_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; they stand: ${seen}`);
  });
}
async function draft({ id, event }: Entered, steps: Step[], settings: Partial<Graph['settings']> = {}) {
  const { body: journey } = await chain.owner.get(`/api/journeys/${id}`);
  const graph = graphOf([entry(event, steps[0]!.id), ...steps], settings);
  const saved = await chain.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: journey.revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
}
const preview = (id: string, moves?: PublishMoves, client: Client = chain.owner) =>
  client.send('POST', `/api/journeys/${id}/publish/preview`, moves ? { moves } : {});
/** Publishes with these moves, and waits until they are done. */
async function publishWith(id: string, moves?: PublishMoves) {
  const published = await publishDraft(chain.owner, id, moves ? { moves } : {});
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  if (published.body.move !== null) await settled(id, 'moved');
  return published.body as { version: number; move: string | null };
}
const movesOf = async (id: string) => (await chain.owner.get(`/api/journeys/${id}/moves`)).body.items;
const settled = (id: string, state: string) =>
  until(
    async () => {
      const [latest] = await movesOf(id);
      return latest?.state === state && latest;
    },
    `the move to be ${state}`,
    60_000,
  );

it(
  'publishes five times with other choices while people wait, and everybody is where it was said',
  { timeout: 240_000 },
  async () => {
    const journey = await entered([wait('first', 30, 'days', 'old'), wait('old', 30, 'days', 'end'), note('end')]);
    const { id } = journey;

    // Nobody is moved unless it is asked for.
    await draft(journey, [wait('first', 20, 'days', 'old'), wait('old', 30, 'days', 'end'), note('end')]);
    expect(await publishWith(id)).toMatchObject({ version: 2, move: null });
    await standAt(id, { '1:first': people });

    // Everybody follows; the choice is remembered.
    await draft(journey, [wait('first', 25, 'days', 'old'), wait('old', 30, 'days', 'end'), note('end')]);
    const looked = (await preview(id, { people: 'follow' })).body;
    expect(looked).toMatchObject({
      inside: { people, default: 'pinned' },
      steps: [{ node: 'first', change: 'changed', people, can: { follow: people, move: people } }],
      moves: {
        moved: people,
        stays: 0,
        steps: [{ node: 'first', to: 'first', follow: true, people, atOnce: 0 }],
        left: [],
      },
    });
    expect(await publishWith(id, { people: 'follow' })).toMatchObject({ version: 3, move: expect.any(String) });
    await standAt(id, { '3:first': people });
    expect((await preview(id)).body.inside.default).toBe('follow');

    // One step goes elsewhere, who comes in later stays with theirs.
    await draft(journey, [wait('other', 25, 'days', 'end'), note('end')]);
    const removed = (await preview(id, { people: 'follow' })).body;
    expect(removed.moves).toMatchObject({
      moved: 0,
      stays: people,
      left: [{ node: 'first', people, why: 'cannot-follow' }],
      targets: expect.arrayContaining([
        { node: 'other', name: 'other' },
        { node: 'end', name: 'end' },
      ]),
    });
    await publishWith(id, { people: 'pinned', steps: { first: { to: 'other' } } });
    await standAt(id, { '4:other': people });
    await enter({ ...journey, who: `${journey.who}-late`, count: 4 });
    await standAt(id, { '4:other': people + 4 });

    // Back to a version that has both; who is at `other` stays although everybody else follows.
    await draft(journey, [wait('other', 20, 'days', 'first'), wait('first', 30, 'days', 'end'), note('end')]);
    await publishWith(id, { people: 'follow', steps: { other: { stay: true } } });
    await standAt(id, { '4:other': people + 4 });

    // A step that is shorter than what people have waited lets them go at once; the look says how many.
    await draft(journey, [wait('other', 1, 'seconds', 'first'), wait('first', 30, 'days', 'end'), note('end')]);
    await until(
      async () => (await preview(id, { people: 'follow' })).body.moves.steps[0].atOnce === people + 4,
      'a second',
    );
    await publishWith(id, { people: 'follow' });
    await standAt(id, { '6:first': people + 4 });
    const { body: versions } = await chain.owner.get(`/api/journeys/${id}/versions`);
    expect(versions.items.map(({ number: of, inside }: any) => [of, inside])).toEqual([
      [6, 'follow'],
      [5, 'follow'],
      [4, 'pinned'],
      [3, 'follow'],
      [2, null],
      [1, null],
    ]);
  },
);

it('says what people would get again, and which values they came in without', { timeout: 120_000 }, async () => {
  const journey = await entered([mail('hello', 'wait'), wait('wait', 30, 'days', 'end'), note('end')], { at: 'wait' });
  const { id } = journey;
  // As if everybody had an address.
  await chain.api.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status,
         queued_at, next_attempt_at)
       select workspace_id, id, journey_id, version_id, profile_id, 'hello', 7, 'email', 'delivered', now(), now()
         from enrollments where workspace_id = $1 and journey_id = $2`,
    [chain.workspace.id, id],
  );
  await draft(journey, [
    wait('wait', 20, 'days', 'hello'),
    mail('hello', 'end', 'Order {{ entry.order }} {{ entry.at | default: "now" }} {{ run.wait.gone }}'),
    note('end'),
  ]);
  const follow = (await preview(id, { people: 'follow' })).body;
  expect(follow.moves.again).toEqual([{ from: 'wait', fromName: 'wait', node: 'hello', name: 'hello', people }]);
  expect(follow.variables.empty).toEqual([
    expect.objectContaining({ node: 'hello', variable: 'entry.order', people: people / 2 }),
  ]);
  expect(follow.variables.uncounted).toEqual([expect.objectContaining({ variable: 'run.wait.gone' })]);
  expect((await preview(id, { people: 'pinned', steps: { wait: { to: 'end' } } })).body.moves.again).toEqual([]);
  expect((await preview(id)).body.moves).toMatchObject({ moved: 0, stays: people, again: [] });
});

it('publishes only the moves that were previewed, once, whoever else is at it', { timeout: 120_000 }, async () => {
  const journey = await entered([wait('wait', 30, 'days', 'end'), note('end')], { count: 2 });
  const { id } = journey;
  await draft(journey, [wait('wait', 20, 'days', 'end'), note('end')]);
  const { key: _, ...program } = await chain.workspace.key('admin');
  const follow: PublishMoves = { people: 'follow' };
  const [mine, theirs] = [(await preview(id, follow)).body, (await preview(id, follow, program)).body];
  const send = (token: string, moves: unknown, client: Client = chain.owner) =>
    client.send('POST', `/api/journeys/${id}/publish`, { token, moves });
  const differs = await send(mine.token, { people: 'follow', steps: { wait: { to: 'end' } } });
  expect(differs).toMatchObject({ status: 400, body: { code: 'publish-moves-not-previewed' } });
  expect(differs.body.detail).toContain('previewed');
  // Leaving them out is no way round the look either.
  expect((await send(mine.token, undefined)).body.code).toBe('publish-moves-not-previewed');
  expect((await send(mine.token, { people: 'follow', stepps: {} })).status).toBe(400);
  const unknown = await preview(id, { people: 'pinned', steps: { gone: { to: 'end' } } });
  expect(unknown).toMatchObject({ status: 422, body: { errors: [{ path: 'moves.steps.gone' }] } });
  const nowhere = await preview(id, { people: 'pinned', steps: { wait: { to: 'gone' } } });
  expect(nowhere.body.errors).toEqual([{ path: 'moves.steps.wait', message: 'The new version has no step “gone”.' }]);
  const analyst = await chain.workspace.member('analyst');
  expect((await preview(id, follow, analyst)).status).toBe(403);
  expect((await movesOf(id)).length).toBe(0);

  const first = await send(mine.token, follow);
  expect(first, JSON.stringify(first.body)).toMatchObject({ status: 201, body: { version: 2 } });
  // The other tab and the program looked at version 1.
  const stale = await send(theirs.token, follow, program);
  expect(stale).toMatchObject({ status: 409, body: { code: 'publish-token-outdated' } });
  expect(stale.body.detail).toContain('Version 2 was published since you looked.');
  await settled(id, 'moved');
  expect((await movesOf(id)).length).toBe(1);
  await standAt(id, { '2:wait': 2 });

  // An unchanged draft can still take along who is in an older version.
  await chain.owner.send('POST', `/api/journeys/${id}/moves/${first.body.move}/take-back`, {});
  await settled(id, 'taken-back');
  await standAt(id, { '1:wait': 2 });
  const again = await publishDraft(chain.owner, id, { moves: follow });
  expect(again).toMatchObject({ status: 200, body: { version: 2, unchanged: true, move: expect.any(String) } });
  await standAt(id, { '2:wait': 2 });
});

it(
  'goes on after a kill in the middle, refuses a second move meanwhile, and is taken back',
  { timeout: 180_000 },
  async () => {
    const journey = await entered([wait('wait', 30, 'days', 'end'), note('end')]);
    const { id } = journey;
    await draft(journey, [wait('wait', 30, 'days', 'other'), wait('other', 9, 'days', 'end'), note('end')]);
    await chain.stopWorker();
    const moves: PublishMoves = { people: 'pinned', steps: { wait: { to: 'other' } } };
    const published = await publishDraft(chain.owner, id, { moves });
    expect(published.status, JSON.stringify(published.body)).toBe(201);
    const { move } = published.body;
    // Nothing is half done: a version that would move people as well is not published, one that moves nobody is.
    await draft(journey, [wait('wait', 30, 'days', 'other'), wait('other', 8, 'days', 'end'), note('end')]);
    expect((await preview(id)).body.moves.underWay).toBe(move);
    const refused = await preview(id, moves);
    expect(refused).toMatchObject({ status: 409, body: { code: 'move-under-way' } });
    expect((await chain.owner.get(`/api/journeys/${id}`)).body.version).toBe(2);
    await chain.restartWorker();
    await until(async () => (await movesOf(id))[0].people.moved > 0, 'the first');
    await chain.stopWorker();
    await chain.restartWorker();
    const done = await settled(id, 'moved');
    expect(done).toMatchObject({ id: move, people: { moved: people, stayed: 0 }, unmoved: [] });
    expect(Date.parse(done.takeBackUntil) - Date.parse(done.settledAt)).toBe(30 * 86_400_000);
    await standAt(id, { '2:other': people });

    // One goes on before it is taken back: it is told apart.
    const [one] = await runsOf(chain, id);
    expect((await chain.owner.send('POST', `/api/enrollments/${one.id}/cancel`, {})).status).toBe(200);
    await until(async () => (await runOf(chain, one.id)).status !== 'running', 'the end of one');
    const back = await chain.owner.send('POST', `/api/journeys/${id}/moves/${move}/take-back`, {});
    expect(back.status, JSON.stringify(back.body)).toBe(200);
    const taken = await settled(id, 'taken-back');
    expect(taken).toMatchObject({
      people: { back: people - 1, wentOn: 1 },
      unmoved: [{ reason: 'elsewhere', people: 1, runs: [one.id] }],
      takeBackUntil: null,
    });
    await standAt(id, { '1:wait': people - 1, cancelled: 1 });
  },
);

it('is not taken back once that is too long ago, as it says', { timeout: 120_000 }, async () => {
  const journey = await entered([wait('wait', 30, 'days', 'end'), note('end')], { count: 1 });
  const { id } = journey;
  await draft(journey, [wait('wait', 20, 'days', 'end'), note('end')]);
  const { move } = await publishWith(id, { people: 'follow' });
  await chain.api.database.query(`update run_moves set settled_at = settled_at - interval '30 days' where id = $1`, [
    move,
  ]);
  expect((await movesOf(id))[0].takeBackUntil).toBeNull();
  const back = await chain.owner.send('POST', `/api/journeys/${id}/moves/${move}/take-back`, {});
  expect(back).toMatchObject({ status: 409, body: { code: 'move-too-old' } });
});
