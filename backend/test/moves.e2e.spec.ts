import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
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

let number = 0;
/** A journey whose first version has people in it. */
async function entered(
  steps: Step[],
  settings: Partial<Graph['settings']> = {},
): Promise<{ id: string; event: string }> {
  number += 1;
  const event = `In ${number}`;
  const graph = graphOf([entry(event, steps[0]!.id), ...steps], settings);
  const id = await publish(chain, { name: `Moves ${number}`, graph });
  const { key } = await chain.workspace.key('ingest');
  const batch = Array.from({ length: people }, (_, index) => ({
    type: 'track',
    userId: `${number}-${index}`,
    event,
    properties: { order: `o${index}` },
  }));
  const sent = await fetch(`${chain.api.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ batch }),
  });
  expect(sent.status).toBe(200);
  await until(
    async () => (await runsOf(chain, id)).filter(({ node }) => node === steps[0]!.id).length === people,
    'people to wait',
    60_000,
  );
  return { id, event };
}
async function publishAgain(id: string, event: string, steps: Step[], settings: Partial<Graph['settings']> = {}) {
  const { body: journey } = await chain.owner.get(`/api/journeys/${id}`);
  const graph = graphOf([entry(event, steps[0]!.id), ...steps], settings);
  const saved = await chain.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: journey.revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const published = await publishDraft(chain.owner, id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
}
async function move(id: string, body: object) {
  const started = await chain.owner.send('POST', `/api/journeys/${id}/moves`, body);
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  return started.body.id as string;
}
const settled = (id: string, state: string) =>
  until(
    async () => {
      const { body } = await chain.owner.get(`/api/journeys/${id}/moves`);
      return body.items[0].state === state && body.items[0];
    },
    `the move to be ${state}`,
    60_000,
  );

it('lets people follow a step: waits count from when they got there', { timeout: 120_000 }, async () => {
  const { id, event } = await entered([wait('wait', 30, 'days', 'old'), note('old')]);
  await publishAgain(id, event, [wait('wait', 1, 'seconds', 'new'), note('new')]);
  await move(id, { nodes: { wait: { follow: true } } });
  const done = await settled(id, 'moved');
  expect(done).toMatchObject({ from: [1], to: 2, people: { moved: people, stayed: 0, told: 0, waiting: 0 } });
  const runs = await until(async () => {
    const all = await runsOf(chain, id);
    return all.every(({ status }) => status === 'completed') && all;
  }, 'all to come to the end');
  expect(runs.map(({ version }) => version)).toEqual(Array.from({ length: people }, () => 2));
  const { visits } = await runOf(chain, runs[0].id);
  expect(visits.map(({ node, visit, port }: any) => [node, visit, port])).toEqual([
    ['entry', 1, 'next'],
    ['wait', 1, 'next'],
    ['new', 1, 'next'],
  ]);
});

it('goes on after the worker was killed in the middle, and tells nobody twice', { timeout: 180_000 }, async () => {
  const { id, event } = await entered([wait('wait', 30, 'days', 'old'), note('old')]);
  await publishAgain(id, event, [wait('wait', 30, 'days', 'other'), wait('other', 9, 'days', 'new'), note('new')]);
  await chain.stopWorker();
  await move(id, { nodes: { wait: { to: 'other' } } });
  await chain.restartWorker();
  await until(
    async () => (await chain.owner.get(`/api/journeys/${id}/moves`)).body.items[0].people.moved > 0,
    'the first',
  );
  await chain.stopWorker();
  await chain.restartWorker();
  const done = await settled(id, 'moved');
  expect(done.people).toMatchObject({ moved: people, stayed: 0 });
  const [run] = await runsOf(chain, id);
  expect(run).toMatchObject({ node: 'other', version: 2 });
  const { visits } = await runOf(chain, run.id);
  expect(visits.map(({ node, port, trace }: any) => [node, port, trace?.kind])).toEqual([
    ['entry', 'next', undefined],
    ['wait', null, 'moved'],
    ['other', null, undefined],
  ]);

  // Back to where they stood, with the time that they had left.
  const back = await chain.owner.send('POST', `/api/journeys/${id}/moves/${done.id}/take-back`, {});
  expect(back.status, JSON.stringify(back.body)).toBe(200);
  expect((await settled(id, 'taken-back')).people).toMatchObject({ back: people, wentOn: 0, moved: 0 });
  const [again] = await runsOf(chain, id);
  expect(again).toMatchObject({ node: 'wait', version: 1 });
});

it('leaves who went on meanwhile alone, and ends by what the new version ends by', { timeout: 120_000 }, async () => {
  const { id, event } = await entered([wait('wait', 30, 'days', 'far'), wait('far', 30, 'days', 'old'), note('old')]);
  await publishAgain(id, event, [wait('wait', 25, 'days', 'new'), note('new')], {
    exitCriteria: [{ id: 'bought', event: 'Bought' }],
  });
  await move(id, { nodes: { wait: { follow: true } } });
  await settled(id, 'moved');
  const { key } = await chain.workspace.key('ingest');
  await fetch(`${chain.api.url}/v1/track`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify({ userId: `${number}-3`, event: 'Bought' }),
  });
  await until(
    async () => (await runsOf(chain, id)).filter(({ status }) => status === 'exited').length === 1,
    'the exit',
  );
});

it('is refused in words where it cannot be', async () => {
  const { id, event } = await entered([wait('wait', 30, 'days', 'old'), note('old')]);
  const refused = async (body: object) => {
    const answer = await chain.owner.send('POST', `/api/journeys/${id}/moves`, body);
    return [answer.status, answer.body.detail];
  };
  expect(await refused({ nodes: { wait: { follow: true } } })).toEqual([
    422,
    'None of the versions that people come from has a step “wait”.',
  ]);
  await publishAgain(id, event, [note('wait')]);
  expect(await refused({ nodes: { wait: { follow: true } } })).toEqual([
    422,
    'People can’t follow the step “wait” to version 2: it is not there, doesn’t wait any more, or has asked somebody. Say which step they go to.',
  ]);
  expect(await refused({ nodes: { old: { to: 'wait' } } })).toEqual([
    422,
    'People can’t be moved from the step “old”: only from steps at which they wait for a time or for events.',
  ]);
  expect(await refused({ nodes: { wait: { to: 'gone' } } })).toEqual([422, 'Version 2 has no step “gone”.']);
  expect(await refused({ to: 7, nodes: { wait: { to: 'wait' } } })).toEqual([
    422,
    'There is no version 7 of this journey.',
  ]);
  const analyst = await chain.workspace.member('analyst');
  expect((await analyst.send('POST', `/api/journeys/${id}/moves`, { nodes: { wait: { to: 'wait' } } })).status).toBe(
    403,
  );
});
