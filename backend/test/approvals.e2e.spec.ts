import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { connect, publishDraft } from './api.js';
import { fastForward, identify, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
let journey: string;
const letters: { to: string; source: string }[] = [];
const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData(stream, { envelope }, done) {
    let source = '';
    stream.on('data', (chunk: Buffer) => (source += chunk.toString()));
    stream.on('end', () => {
      letters.push({ to: envelope.rcptTo.map(({ address }) => address).join(), source });
      done();
    });
  },
});
const portOf = () => (smtp.server.address() as AddressInfo).port;
beforeAll(async () => {
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  chain = await startChain({ WEND_OUTBOUND_ALLOW: `127.0.0.1:${portOf()}` });
}, 120_000);
afterAll(async () => {
  await chain?.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

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
    people: [{ who: { kind: 'address', name: 'Partner', address: 'partner@example.com' } }],
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

/** The address in a mail, as a path: lines of mails are cut and escaped (RFC 2045). */
const linkIn = (source: string) => /\/t\/a\/[\w.-]+/.exec(source.replace(/=\r?\n/g, '').replaceAll('=3D', '='))![0];

describe('an approval', () => {
  it(
    'is answered by the link of an email, also while nobody works on runs, and read by later steps',
    { timeout: 120_000 },
    async () => {
      const settings = { host: '127.0.0.1', port: portOf(), security: 'none', from: 'Shop <shop@example.com>' };
      expect((await connect(chain.owner, 'smtp', settings)).status).toBe(201);
      expect((await publishDraft(chain.owner, journey.split('/').pop()!)).status).toBe(201);
      await identify(chain, { userId: 'ada', traits: { name: 'Ada', email: 'ada@example.com' } });
      await track(chain, { userId: 'ada', event: 'Complained', properties: { order: 'A-1' } });
      const asked = await until(() => letters.find(({ to }) => to === 'partner@example.com'), 'the mail that asks');
      expect(asked.source).toContain('Subject: Give Ada the voucher?');
      const [{ id }] = (await runsOf(chain, journey.split('/').at(-1)!)) as [{ id: string }];
      const path = linkIn(asked.source);
      await chain.stopWorker();
      const shown = await (await fetch(`${chain.api.url}${path}`)).text();
      expect(shown).toContain('<h1>Give Ada the voucher?</h1>');
      const sent = await fetch(`${chain.api.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ choice: 'yes', note: 'Fine' }),
      });
      expect(await sent.text()).toContain('Your answer “Yes” is saved.');
      await chain.restartWorker();
      const run = await ended(id);
      expect(run.visits.find(({ node }: { node: string }) => node === 'ask')).toMatchObject({
        port: 'yes',
        trace: { event: { properties: { answer: { choice: 'yes', note: 'Fine', by: 'Partner' } } } },
      });
      const told = await until(() => letters.find(({ to }) => to === 'ada@example.com'), 'the message after it');
      expect(told.source).toContain('Subject: Fine');
      expect(letters.filter(({ to }) => to === 'partner@example.com')).toHaveLength(1);
      const { body } = await chain.owner.get('/api/approvals?state=closed');
      expect(body.items).toMatchObject([
        { state: 'answered', answer: { by: 'Partner', via: 'link' }, mails: [{ state: 'sent' }] },
      ]);
    },
  );

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
      const { items } = (await chain.owner.get('/api/approvals')).body;
      expect(items.filter(({ test }: { test: boolean }) => test)).toEqual([]);
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
