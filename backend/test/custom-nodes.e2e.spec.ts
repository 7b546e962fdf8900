import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

type Shared = { began: string[]; aborted: string[]; gate: Promise<void> | null };
const shared = ((globalThis as unknown as { waitingNodes: Shared }).waitingNodes ??= {
  began: [],
  aborted: [],
  gate: null,
});

let chain: Chain;
beforeAll(async () => {
  chain = await startChain({ WEND_NODE_PACKAGES: new URL('./waiting-nodes.mjs', import.meta.url).href });
});
afterAll(() => chain?.close());
beforeEach(() => void Object.assign(shared, { gate: null }));

const node = (type: string): Step => ({ id: 'node', type, config: {}, to: { next: 'after' } });
const after: Step = { id: 'after', type: 'wend/exit', config: { reason: 'went on' } };

/** A person who has come to the custom node, which is at work. */
async function begin(
  type: string,
  settings = {},
): Promise<{ journeyId: string; runId: string; key: string; person: string }> {
  const event = `Begun ${randomUUID()}`;
  const journeyId = await publish(chain, {
    name: type,
    graph: graphOf([entry(event, 'node'), node(type), after], settings),
  });
  const person = randomUUID();
  await track(chain, { userId: person, event });
  const [run] = await until(async () => {
    const runs = await runsOf(chain, journeyId);
    return runs[0]?.node === 'node' && runs;
  }, 'the run to come to the node');
  const key = `${run.id}/node/1`;
  await until(() => shared.began.includes(key), 'the node to begin');
  return { journeyId, runId: run.id, key, person };
}
const ended = (id: string, limitMs?: number) =>
  until(
    async () => {
      const run = await runOf(chain, id);
      return run.endedAt && run;
    },
    'the run to end',
    limitMs,
  );
const routed = () =>
  until(
    async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
    'the queue to be empty',
  );

describe('a custom node at work', () => {
  it.each(['an exit', 'a cancel'])(
    'is told to stop within seconds after %s, and its late result counts for nothing',
    async (what) => {
      const { runId, key, person } = await begin('test/patient', { exitCriteria: [{ id: 'left', event: 'Left' }] });
      const began = Date.now();
      if (what === 'an exit') await track(chain, { userId: person, event: 'Left' });
      else
        expect(
          (await chain.owner.send('POST', `/api/enrollments/${runId}/cancel`, { reason: 'Asked for' })).status,
        ).toBe(200);
      const run = await ended(runId);
      expect([run.status, run.endReason]).toEqual(what === 'an exit' ? ['exited', 'left'] : ['cancelled', 'Asked for']);
      await until(() => shared.aborted.includes(key), 'the node to be told');
      expect(Date.now() - began).toBeLessThan(10_000);
      const later = await runOf(chain, runId);
      expect(pathOf(later)).toEqual(['entry:next']);
      expect(later.steps).toEqual(run.steps);
      expect(later.status).toBe(run.status);
    },
  );
});

describe('two hundred custom nodes that hang', () => {
  it('keep nobody else waiting: neither other nodes, nor runs without any', { timeout: 120_000 }, async () => {
    const [hanging, other, plain] = [`Hanging ${randomUUID()}`, `Other ${randomUUID()}`, `Plain ${randomUUID()}`];
    const hangingId = await publish(chain, {
      name: 'Hanging',
      graph: graphOf([entry(hanging, 'node'), node('test/patient'), after], {
        exitCriteria: [{ id: 'left', event: 'Left' }],
      }),
    });
    const otherId = await publish(chain, {
      name: 'Other',
      graph: graphOf([entry(other, 'node'), node('test/quick'), after]),
    });
    const plainId = await publish(chain, { name: 'Plain', graph: graphOf([entry(plain, 'after'), after]) });
    const people = Array.from({ length: 200 }, () => randomUUID());
    const { key } = await chain.workspace.key('ingest');
    const all = (event: string) =>
      chain.api.stranger.send('POST', '/v1/batch', {
        writeKey: key,
        batch: people.map((userId) => ({ type: 'track', userId, event })),
      });
    const before = shared.began.length;
    expect((await all(hanging)).status).toBe(200);
    // All of them are under way at the same time.
    await until(() => shared.began.length - before === 200, 'all nodes to hang', 60_000);
    for (const [event, journeyId] of [
      [other, otherId],
      [plain, plainId],
    ] as const) {
      await track(chain, { userId: people[0]!, event });
      await until(
        async () => (await runsOf(chain, journeyId))[0]?.status === 'completed',
        'the other run to end',
        5_000,
      );
    }
    expect((await all('Left')).status).toBe(200);
    await until(
      async () =>
        (
          await chain.api.database.query(`select 1 from enrollments where journey_id = $1 and ended_at is null`, [
            hangingId,
          ])
        ).length === 0,
      'the hanging runs to leave',
      60_000,
    );
  });
});

describe('a custom node that waits for an event', () => {
  it('gets all that the event carries', async () => {
    const { runId, person } = await begin('test/payment');
    await until(async () => (await runOf(chain, runId)).wait?.events.includes('Paid'), 'the wait');
    await track(chain, { userId: person, event: 'Paid', properties: { ok: false, amount: 1 } });
    await track(chain, {
      userId: person,
      event: 'Paid',
      properties: { ok: true, amount: 12.5, lines: [{ sku: 'a' }, { sku: 'b' }], nested: { deep: ['x'] } },
    });
    const run = await ended(runId);
    expect(pathOf(run)).toEqual(['entry:next', 'node:next']);
    expect(run.visits.find((visit: any) => visit.node === 'node').trace).toMatchObject({
      kind: 'call',
      output: {
        reason: 'event',
        memo: 'kept',
        name: 'Paid',
        properties: { ok: true, amount: 12.5, lines: [{ sku: 'a' }, { sku: 'b' }], nested: { deep: ['x'] } },
      },
    });
  });

  it('sees what happened between its side effect and its saying that it waits', async () => {
    let open = () => undefined as void;
    shared.gate = new Promise((resolve) => (open = resolve));
    const { runId, person } = await begin('test/payment');
    await track(chain, { userId: person, event: 'Paid', properties: { ok: true, amount: 3 } });
    await routed();
    open();
    const run = await ended(runId, 15_000);
    expect(run.visits.find((visit: any) => visit.node === 'node').trace).toMatchObject({
      output: { reason: 'event', name: 'Paid' },
    });
  });
});
