import { maximumNodes } from '@wend/contract';
import { connectClient, enrollmentWorkflowId } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
let temporal: Awaited<ReturnType<typeof connectClient>>;
beforeAll(async () => {
  chain = await startChain();
  temporal = await connectClient({
    address: process.env['TEMPORAL_ADDRESS'] ?? '',
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test',
  });
});
afterAll(async () => {
  await temporal?.connection.close();
  await chain?.close();
});

const waits = (id: string, event: string, to: Record<string, string>): Step => ({
  id,
  type: 'wend/wait-for-events',
  config: {
    events: [{ id: 'seen', label: 'Seen', trigger: { kind: 'event', event } }],
    timeout: { amount: 1, unit: 'days' },
    lookBack: false,
  },
  to,
});

/** Two waits, and then as many steps as a journey may have, that set traits to `word`. */
function longGraph(word: string) {
  const notes = Array.from({ length: maximumNodes - 3 }, (_, index) => `step-${index}`);
  return graphOf([
    entry('Began', 'first'),
    waits('first', 'Looked', { seen: 'second', timeout: notes[0]! }),
    waits('second', 'Bought', { timeout: notes[0]! }),
    ...notes.map((id, index): Step => ({
      id,
      type: 'wend/set-trait',
      config: { traits: [{ name: `trait_${index}`, value: `${word} ${index}` }] },
      ...(notes[index + 1] && { to: { next: notes[index + 1]! } }),
    })),
  ]);
}

async function moveToNew(journeyId: string): Promise<void> {
  const path = `/api/journeys/${journeyId}`;
  const { revision } = (await chain.owner.get(path)).body;
  const saved = await chain.owner.send('PUT', `${path}/draft`, { graph: longGraph('새 값'), revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  expect((await publishDraft(chain.owner, journeyId)).status).toBe(201);
  const moved = await chain.owner.send('POST', `${path}/moves`, { nodes: { second: { follow: true } } });
  expect(moved.status, JSON.stringify(moved.body)).toBe(201);
  const state = async () => (await chain.owner.get(`${path}/moves`)).body.items[0].state as string;
  await until(async () => (await state()) === 'moved', 'the run to be moved', 60_000);
}

it('starts and moves a run of 1,000 steps by hash, and a new worker goes on with it', async () => {
  const journeyId = await publish(chain, { name: 'Long', graph: longGraph('값') });
  await track(chain, { userId: 'ann', event: 'Began' });
  const at = (node: string) =>
    until(async () => {
      const [run] = await runsOf(chain, journeyId);
      return run?.node === node && run;
    }, node);
  const run = await at('first');
  await track(chain, { userId: 'ann', event: 'Looked' });
  await at('second');

  const handle = temporal.workflow.getHandle(enrollmentWorkflowId(run.id as string));
  // Its workflow has woken by now, and its history goes on to where it waits.
  const { events } = await until(async () => {
    const history = await handle.fetchHistory();
    return history.events!.some((event) => event.workflowTaskCompletedEventAttributes) && history;
  }, 'the workflow to have run');
  const [input] = events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads!;
  const sent = Buffer.from(input!.data!).toString();
  const [stored] = await chain.api.database.query<{ hash: string; program: object }>(
    `select p.hash, p.program from programs p
      join journey_versions v on v.workspace_id = p.workspace_id and v.program_hash = p.hash
      where v.journey_id = $1`,
    [journeyId],
  );
  const start = JSON.parse(sent) as { program: object };
  expect(start.program).toEqual({ workspaceId: chain.workspace.id, hash: stored!.hash });
  const whole = Buffer.byteLength(JSON.stringify({ ...start, program: stored!.program }));
  expect(whole).toBeGreaterThan(100_000);
  expect(input!.data!.length).toBeLessThan(4_000);

  await moveToNew(journeyId);
  const moved = (await handle.fetchHistory()).events!.flatMap(
    ({ workflowExecutionSignaledEventAttributes: signaled }) => signaled?.input?.payloads ?? [],
  );
  const signals = moved.map(
    ({ data }) => JSON.parse(Buffer.from(data!).toString()) as { type: string; program?: object },
  );
  const move = signals.findIndex(({ type }) => type === 'move');
  expect(moved[move]!.data!.length).toBeLessThan(4_000);
  expect(signals[move]!.program).toEqual({
    workspaceId: chain.workspace.id,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });

  // Another worker has nothing of it in memory: neither the run nor its program.
  await chain.stopWorker();
  await track(chain, { userId: 'ann', event: 'Bought' });
  await chain.restartWorker();
  const ended = await until(
    async () => {
      const found = await runOf(chain, run.id as string);
      return found.status === 'completed' && found;
    },
    'the run to end',
    60_000,
  );
  expect(pathOf(ended)).toEqual(['entry:next', 'first:seen', 'second:seen']);
}, 180_000);
