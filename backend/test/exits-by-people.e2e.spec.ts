import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExitCriterion } from '@wend/contract';
import { publishDraft } from './api.js';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

/** Runs that end because the person enters or leaves a segment, or unsubscribes, wherever they are. */

const shared = ((globalThis as unknown as { waitingNodes: { began: string[]; aborted: string[] } }).waitingNodes ??= {
  began: [],
  aborted: [],
});

let chain: Chain;
let segment: string;
beforeAll(async () => {
  chain = await startChain({ WEND_NODE_PACKAGES: new URL('./waiting-nodes.mjs', import.meta.url).href });
  const topic = { key: 'offers', name: 'Offers', channels: ['email'], starts: 'subscribed' };
  expect((await chain.owner.send('POST', '/api/topics', topic)).status).toBe(201);
  const rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'vip' };
  const made = await chain.owner.send('POST', '/api/segments', { name: 'VIP', rule });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  segment = made.body.id as string;
  await until(async () => (await chain.owner.get(`/api/segments/${segment}`)).body.build === null, 'the segment');
}, 120_000);
afterAll(() => chain?.close());

const after: Step = { id: 'after', type: 'wend/exit', config: { reason: 'went on' } };
const inWait: Step[] = [
  { id: 'node', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: { next: 'after' } },
  after,
];
const inCall: Step[] = [{ id: 'node', type: 'test/patient', config: {}, to: { next: 'after' } }, after];

type Began = { runId: string; profileId: string; person: string };

/** A person who has come to the step. */
async function begin(
  exitCriteria: ExitCriterion[],
  { steps = inWait, traits = {} }: { steps?: Step[]; traits?: Record<string, string> } = {},
): Promise<Began> {
  const event = `Begun ${randomUUID()}`;
  const person = randomUUID();
  const journeyId = await publish(chain, {
    name: event,
    graph: graphOf([entry(event, 'node'), ...steps], { exitCriteria }),
  });
  await identify(chain, { userId: person, traits: { email: `${person}@example.com`, ...traits } });
  await track(chain, { userId: person, event });
  const [run] = await until(async () => {
    const runs = await runsOf(chain, journeyId);
    return runs[0]?.node === 'node' && runs;
  }, 'the run to come to the step');
  return { runId: run.id, profileId: (await runOf(chain, run.id)).profile.id, person };
}

const ended = ({ runId }: Began) =>
  until(async () => {
    const run = await runOf(chain, runId);
    return run.endedAt !== null && run;
  }, 'the run to end');

const says = ({ profileId }: Began, consents: unknown[]) =>
  chain.owner.send('PUT', `/api/profiles/${profileId}/consents`, { consents });

describe('a run ends at once', { timeout: 60_000 }, () => {
  it('in the middle of a wait, when the person enters a segment or leaves it', async () => {
    const exits: ExitCriterion[] = [
      { id: 'out', kind: 'segment', on: 'left', segment },
      { id: 'in', kind: 'segment', on: 'entered', segment },
    ];
    const enters = await begin(exits);
    const leaves = await begin(exits, { traits: { plan: 'vip' } });
    // What a journey leaves by is in use.
    expect((await chain.owner.send('POST', `/api/segments/${segment}/archive`)).body.code).toBe('segment-in-use');
    await identify(chain, { userId: enters.person, traits: { plan: 'vip' } });
    await identify(chain, { userId: leaves.person, traits: { plan: 'free' } });
    const [entered, left] = [await ended(enters), await ended(leaves)];
    expect([entered.status, entered.endReason, pathOf(entered)]).toEqual(['exited', 'in', ['entry:next']]);
    expect([left.status, left.endReason]).toEqual(['exited', 'out']);
    const exit = entered.steps.flatMap((step: any) => step.inputs).find((input: any) => input.type === 'exit');
    expect(exit.event.properties).toEqual({ segmentId: segment, segmentName: 'VIP' });
  });

  it('while a custom node is at work, when the person leaves a topic, on their own or with the channel', async () => {
    const exits: ExitCriterion[] = [
      { id: 'topic', kind: 'consent', channel: 'email', topic: 'offers' },
      { id: 'other', kind: 'consent', channel: 'sms' },
    ];
    const topic = await begin(exits, { steps: inCall });
    const channel = await begin(exits, { steps: inCall });
    const key = `${topic.runId}/node/1`;
    await until(() => shared.began.includes(key), 'the node to begin');
    expect((await says(topic, [{ channel: 'email', topic: 'offers', state: 'unsubscribed' }])).status).toBe(200);
    expect((await says(channel, [{ channel: 'email', topic: null, state: 'unsubscribed' }])).status).toBe(200);
    for (const run of [await ended(topic), await ended(channel)])
      expect([run.status, run.endReason]).toEqual(['exited', 'topic']);
    await until(() => shared.aborted.includes(key), 'the node to be told');
  });

  it('is not kept from its way by what is said of a topic where the whole channel is meant', async () => {
    const run = await begin([{ id: 'channel', kind: 'consent', channel: 'email' }]);
    expect((await says(run, [{ channel: 'email', topic: 'offers', state: 'unsubscribed' }])).status).toBe(200);
    await until(
      async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
      'the queue to be empty',
    );
    expect((await runOf(chain, run.runId)).endedAt).toBeNull();
    expect((await says(run, [{ channel: 'email', topic: null, state: 'unsubscribed' }])).status).toBe(200);
    expect((await ended(run)).endReason).toBe('channel');
  });
});

it('a journey that names a segment that is not there is not published', async () => {
  const graph = graphOf([entry('Begun', 'node'), ...inWait], {
    exitCriteria: [{ id: 'x', kind: 'segment', on: 'left', segment: randomUUID() }],
  });
  const { body } = await chain.owner.send('POST', '/api/journeys', { name: 'Names nobody', graph });
  const published = await publishDraft(chain.owner, body.id);
  expect([published.status, published.body.issues?.[0]?.code]).toEqual([422, 'unknown-segment']);
});
