import type { JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

const end: Step = { id: 'end', type: 'wend/exit', config: { reason: 'Done' } };
const door = (config: JsonObject): Step => ({
  id: 'door',
  type: 'wend/entry-omission',
  config: { event: 'Cart Updated', without: { event: 'Order Placed' }, ...config },
  to: { next: 'end' },
});
const whyOf = async (journeyId: string, externalId: string): Promise<any> =>
  (await chain.owner.get(`/api/journeys/${journeyId}/why?externalId=${externalId}`)).body;
const windows = (journeyId: string) =>
  chain.api.database.query<{ due_at: Date }>('select due_at from entry_windows where journey_id = $1', [journeyId]);
const people = (runs: any[]): string[] => runs.map((run) => run.profile.externalId as string).sort();

it('lets in who left their cart, and nobody who bought, also while no worker runs', async () => {
  const slow = await publish(chain, {
    name: 'Slow',
    graph: graphOf([door({ within: { amount: 2, unit: 'days' } }), end]),
  });
  const left = await publish(chain, {
    name: 'Left',
    graph: graphOf([door({ within: { amount: 3, unit: 'seconds' } }), end]),
  });
  const cart = (userId: string) => track(chain, { userId, event: 'Cart Updated', properties: { total: 12 } });
  for (const who of ['ann', 'bob']) await cart(who);
  await track(chain, { userId: 'bob', event: 'Order Placed' });
  await until(async () => (await runsOf(chain, left)).length > 0, 'the window to end');
  const [run] = await runsOf(chain, left);
  expect(run.profile.externalId).toBe('ann');
  const ended = await until(async () => {
    const found = await runOf(chain, run.id as string);
    return found.status === 'completed' && found;
  }, 'the run to end');
  expect(ended).toMatchObject({ entryNode: 'door' });
  await until(async () => (await windows(left)).length === 0, 'the windows to be gone');

  await until(async () => (await windows(slow)).length === 2, 'both to wait in the other journey');
  const why = await whyOf(slow, 'ann');
  expect(why).toMatchObject({ verdict: 'waiting', waiting: [{ node: 'door' }] });
  expect(why.answer).toContain('unless they do Order Placed first');
  expect((await whyOf(slow, 'bob')).answer).toContain('and then Order Placed');

  for (const who of ['cid', 'dan']) await cart(who);
  await until(async () => (await windows(left)).length === 2, 'the windows to open');
  await chain.stopWorker();
  await until(async () => (await windows(left)).every(({ due_at }) => due_at.getTime() < Date.now()), 'them to end');
  await track(chain, { userId: 'cid', event: 'Order Placed' });
  await chain.restartWorker();
  await until(async () => (await windows(left)).length === 0, 'it to be decided', 60_000);
  expect(people(await runsOf(chain, left))).toEqual(['ann', 'dan']);

  const used = await chain.owner.get('/api/catalogue/entry?kind=event&name=Order%20Placed');
  expect(used.body.uses.map((each: any) => each.name).sort()).toEqual(['Left', 'Slow']);
}, 120_000);

it('is tried from the draft without waiting for the window', async () => {
  const created = await chain.owner.send('POST', '/api/journeys', {
    name: 'Tried',
    graph: graphOf([
      door({ within: { amount: 2, unit: 'days' }, without: { event: 'Order Placed', same: 'sku' } }),
      end,
    ]),
  });
  const test = (properties: object) =>
    chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, { traits: { name: 'Ann' }, properties });
  expect(await test({})).toMatchObject({ status: 422, body: { code: 'would-not-enter' } });
  const started = await test({ sku: 'a' });
  expect(started.status).toBe(201);
  await until(
    async () => (await runOf(chain, started.body.enrollmentId as string)).status === 'completed',
    'the run to end',
  );
});

it('lets in once who did something several times, by the last one', async () => {
  const step: Step = {
    id: 'door',
    type: 'wend/entry-debounce',
    config: { event: 'Saved', key: 'doc', quiet: { amount: 3, unit: 'seconds' }, most: { amount: 1, unit: 'minutes' } },
    to: { next: 'end' },
  };
  const journeyId = await publish(chain, {
    name: 'Debounced',
    graph: graphOf([step, end], { reentry: { rule: 'always' } }),
  });
  for (const text of ['a', 'b', 'c'])
    await track(chain, { userId: 'eve', event: 'Saved', properties: { doc: 1, text } });
  await track(chain, { userId: 'eve', event: 'Saved', properties: { doc: 2, text: 'other' } });
  expect(
    (
      await until(async () => {
        const why = await whyOf(journeyId, 'eve');
        return why.verdict === 'waiting' && why;
      }, 'eve to wait')
    ).answer,
  ).toContain('when there was no other one for 3 s');
  await until(async () => (await runsOf(chain, journeyId)).length === 2, 'both to come in');
  const rows = await chain.api.database.query<{ text: string }>(
    `select entry_data ->> 'text' as text from enrollments where journey_id = $1 order by 1`,
    [journeyId],
  );
  expect(rows.map(({ text }) => text)).toEqual(['c', 'other']);
  await until(async () => (await windows(journeyId)).length === 0, 'the windows to be gone');
}, 60_000);

it('says what is missing when it is published', async () => {
  const created = await chain.owner.send('POST', '/api/journeys', {
    name: 'Wrong',
    graph: graphOf([door({ without: { event: '' }, within: { amount: 91, unit: 'days' } }), end]),
  });
  const { status, body } = await publishDraft(chain.owner, created.body.id);
  expect(status).toBe(422);
  expect(body.issues.map((issue: any) => issue.path).sort()).toEqual(['within', 'without.event']);
});
