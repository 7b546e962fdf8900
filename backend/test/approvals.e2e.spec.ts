import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fastForward, runOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
let journey: string;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const ask = {
  id: 'ask',
  type: 'wend/approval',
  config: {
    question: 'Give {{ profile.name }} the voucher?',
    details: 'Order {{ entry.order }}',
    choices: [
      { id: 'yes', label: 'Yes' },
      { id: 'no', label: 'No' },
    ],
    people: [{ kind: 'address', name: 'Partner', address: 'partner@example.com' }],
    timeout: { amount: 2, unit: 'days' },
  },
  to: { yes: 'tell', no: 'end', timeout: 'late' },
};

beforeEach(async () => {
  const created = await chain.owner.send('POST', '/api/journeys', {
    name: 'Voucher',
    graph: graphOf([
      entry('Complained', 'ask'),
      ask,
      {
        id: 'tell',
        type: 'wend/email',
        config: { subject: '{{ run.ask.note }}', body: '<p>{{ run.ask.by }}</p>' },
        to: {},
      },
      { id: 'late', type: 'wend/set-trait', config: { traits: [{ name: 'late', value: 'yes' }] }, to: {} },
      { id: 'end', type: 'wend/exit', config: { reason: 'No' }, to: {} },
    ]),
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  journey = `/api/journeys/${created.body.id}`;
});

async function testRun(): Promise<string> {
  const started = await chain.owner.send('POST', `${journey}/test-runs`, {
    traits: { email: 'ada@example.com', name: 'Ada' },
    properties: { order: 'A-1' },
  });
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  return started.body.enrollmentId as string;
}
const openOf = (enrollmentId: string) =>
  until(
    async () => (await chain.owner.get(`/api/approvals?state=open&enrollmentId=${enrollmentId}`)).body.items[0],
    'the question',
  );
const ended = (id: string) =>
  until(async () => {
    const run = await runOf(chain, id);
    return run.endedAt !== null && run;
  }, 'the end');

describe('an approval', () => {
  it(
    'of a test run is answered there, asks nobody by email, and is used by later steps',
    { timeout: 90_000 },
    async () => {
      const id = await testRun();
      const approval = await openOf(id);
      expect(approval).toMatchObject({
        question: 'Give Ada the voucher?',
        details: 'Order A-1',
        test: true,
        mails: [],
        node: { id: 'ask' },
      });
      expect((await chain.owner.get('/api/approvals')).body.items).toEqual([]);
      const path = `/api/approvals/${approval.id}/answer`;
      expect((await chain.owner.send('POST', path, { choice: 'maybe' })).status).toBe(422);
      const answered = await chain.owner.send('POST', path, { choice: 'yes', note: '네, 드리세요' });
      expect(answered.body).toMatchObject({
        state: 'answered',
        answer: { label: 'Yes', note: '네, 드리세요', via: 'dashboard' },
      });
      expect((await chain.owner.send('POST', path, { choice: 'no' })).body).toMatchObject({ code: 'approval-over' });
      const run = await ended(id);
      const visit = run.visits.find(({ node }: { node: string }) => node === 'ask');
      expect(visit).toMatchObject({
        port: 'yes',
        trace: { kind: 'event', event: { properties: { answer: { choice: 'yes', note: '네, 드리세요' } } } },
      });
      await until(async () => {
        const { messages } = await runOf(chain, id);
        return messages.some((message: { node: string; title?: string }) =>
          JSON.stringify(message).includes('네, 드리세요'),
        );
      }, 'the message with the note');
    },
  );

  it('that nobody answers goes on by its own path, and can be answered no more', { timeout: 90_000 }, async () => {
    const id = await testRun();
    const approval = await openOf(id);
    expect(await fastForward(chain, id, 'end')).toMatchObject({ state: 'done' });
    const run = await ended(id);
    expect(run.visits.find(({ node }: { node: string }) => node === 'ask')).toMatchObject({ port: 'timeout' });
    expect((await chain.owner.get(`/api/approvals/${approval.id}`)).body).toMatchObject({
      state: 'expired',
      answer: null,
    });
    const late = await chain.owner.send('POST', `/api/approvals/${approval.id}/answer`, { choice: 'yes' });
    expect(late).toMatchObject({ status: 409, body: { code: 'approval-over', detail: 'The time to answer is up.' } });
  });

  it('is withdrawn when the run is ended', { timeout: 90_000 }, async () => {
    const id = await testRun();
    const approval = await openOf(id);
    await chain.owner.send('POST', `/api/enrollments/${id}/cancel`, { reason: 'Enough' });
    await ended(id);
    expect((await chain.owner.get(`/api/approvals/${approval.id}`)).body).toMatchObject({ state: 'withdrawn' });
  });
});
