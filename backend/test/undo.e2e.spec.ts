import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

/** What a run did is undone when it leaves early, whatever happens to its journey meanwhile. */

type Shared = { did: string[]; gate: Promise<void> | null; failing: boolean };
const shared = ((globalThis as unknown as { undoNodes: Shared }).undoNodes ??= { did: [], gate: null, failing: false });

let chain: Chain;
beforeAll(async () => {
  chain = await startChain({ WEND_NODE_PACKAGES: new URL('./undo-nodes.mjs', import.meta.url).href });
});
afterAll(() => chain?.close());
beforeEach(() => void Object.assign(shared, { gate: null, failing: false }));

type Began = { journeyId: string; runId: string; person: string };

/** A person who has got a coupon and a trait, and waits. */
async function begin(): Promise<Began> {
  const event = `Begun ${randomUUID()}`;
  const person = randomUUID();
  const undo = { undo: true };
  const journeyId = await publish(chain, {
    name: event,
    graph: graphOf(
      [
        entry(event, 'give'),
        { id: 'give', type: 'test/give-coupon', config: undo, to: { next: 'tag', undo: 'revoke' } },
        {
          id: 'tag',
          type: 'wend/set-trait',
          config: { traits: [{ name: 'coupon', value: 'yes' }], ...undo },
          to: { next: 'wait', undo: 'untag' },
        },
        { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: { next: 'end' } },
        { id: 'end', type: 'wend/exit', config: { reason: 'Kept it' } },
        { id: 'revoke', type: 'test/revoke-coupon', config: {}, to: { next: 'taken' } },
        { id: 'taken', type: 'wend/exit', config: { reason: 'Taken back' } },
        { id: 'untag', type: 'wend/set-trait', config: { traits: [{ name: 'coupon', value: 'no' }] } },
      ],
      { exitCriteria: [{ id: 'out', event: 'Out' }] },
    ),
  });
  await track(chain, { userId: person, event });
  const [run] = await until(async () => {
    const runs = await runsOf(chain, journeyId);
    return runs[0]?.node === 'wait' && runs;
  }, 'the run to wait');
  return { journeyId, runId: run.id, person };
}

function holdUp(): () => void {
  let open = () => undefined as void;
  shared.gate = new Promise((resolve) => (open = resolve));
  return open;
}
const isAt = (runId: string, node: string) =>
  until(async () => (await runOf(chain, runId)).node === node, `the step ${node}`);
const say = (what: string, { id, journeyId }: { id: string; journeyId: string }) =>
  what === 'cancel'
    ? chain.owner.send('POST', `/api/enrollments/${id}/cancel`, { reason: 'Asked for' })
    : chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action: what });
const ended = (runId: string) =>
  until(
    async () => {
      const run = await runOf(chain, runId);
      return run.endedAt !== null && run;
    },
    'the run to end',
    30_000,
  );
const revoked = (runId: string) => shared.did.filter((each) => each === `revoke SAVE10 ${runId}/revoke/1`).length;
const after = (run: any) => pathOf(run).slice(3);

it('newest first, once, and then the run has left', { timeout: 60_000 }, async () => {
  const { runId, person } = await begin();
  await track(chain, { userId: person, event: 'Out' });
  const run = await ended(runId);
  expect([run.status, run.endReason]).toEqual(['exited', 'out']);
  expect(after(run)).toEqual(['untag:next', 'revoke:next']);
  expect(revoked(runId)).toBe(1);
  expect((await chain.owner.get(`/api/profiles/${run.profile.id}`)).body.traits.coupon).toBe('no');
});

it.each(['stop', 'pause', 'cancel'])('goes on to its end over a %s', { timeout: 90_000 }, async (what) => {
  const { journeyId, runId, person } = await begin();
  const open = holdUp();
  await track(chain, { userId: person, event: 'Out' });
  await isAt(runId, 'revoke');
  const before = await runOf(chain, runId);
  expect([before.status, before.endedAt]).toEqual(['exited', null]);
  expect((await say(what, before)).status).toBeLessThan(300);
  open();
  const run = await ended(runId);
  expect([run.status, run.endReason]).toEqual(['exited', 'out']);
  expect(after(run)).toEqual(['untag:next', 'revoke:next']);
  expect(revoked(runId)).toBe(1);
  if (what === 'pause') await chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action: 'resume' });
});

it.each(['stop', 'cancel'])('what was done is undone when the run ends by a %s', { timeout: 60_000 }, async (what) => {
  const { journeyId, runId } = await begin();
  expect((await say(what, { id: runId, journeyId })).status).toBeLessThan(300);
  const run = await ended(runId);
  expect(run.status).toBe('cancelled');
  expect(after(run)).toEqual(['untag:next', 'revoke:next']);
  expect(revoked(runId)).toBe(1);
});

it('ends all the same when something cannot be undone, and shows why', { timeout: 60_000 }, async () => {
  shared.failing = true;
  const { runId, person } = await begin();
  await track(chain, { userId: person, event: 'Out' });
  const run = await ended(runId);
  expect([run.status, run.endReason]).toEqual(['exited', 'out']);
  expect(run.visits.find((visit: any) => visit.node === 'revoke')).toMatchObject({
    port: null,
    trace: { kind: 'call', port: 'error', error: { code: 'gone' } },
  });
});

it('is no way to wait or to send: such a journey is not published', async () => {
  const graph = graphOf([
    entry('Begun', 'give'),
    { id: 'give', type: 'test/give-coupon', config: { undo: true }, to: { next: 'end', undo: 'wait' } },
    { id: 'end', type: 'wend/exit', config: { reason: 'Kept it' } },
    { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: { next: 'mail' } },
    { id: 'mail', type: 'wend/email', config: { subject: 'Hello', body: 'Hello', messageClass: 'transactional' } },
  ]);
  const { body } = await chain.owner.send('POST', '/api/journeys', { name: 'Waits', graph });
  const published = await publishDraft(chain.owner, body.id);
  expect(published.status).toBe(422);
  expect(
    published.body.issues.flatMap(({ code, nodeId, severity }: any) =>
      severity === 'error' ? [`${code} ${nodeId}`] : [],
    ),
  ).toEqual(['undo-waits wait', 'undo-waits mail']);
});
