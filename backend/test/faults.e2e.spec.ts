import type { ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from './api.js';
import { pathOf, publish, runOf, runsOf, startChain, track, identify, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';
import { startSink } from './sink.js';
import type { Call } from './sink.js';

let chain: Chain;
let sink: Awaited<ReturnType<typeof startSink>>;
const held: ServerResponse[] = [];
/** What the receiver says to the first call of a key; afterwards it says 200. */
const faults: Record<string, (response: ServerResponse) => void> = {
  hang: () => undefined,
  busy: (response) => void response.writeHead(429, { 'retry-after': '7' }).end('slow down'),
  broken: (response) => void response.writeHead(500).end(Buffer.from('bro\u0000ken \ud83d')),
  cut: (response) => void response.destroy(),
  held: (response) => void held.push(response),
  // The answer comes when nobody waits any more: the receiver has done its part.
  late: (response) => void setTimeout(() => response.end('{}'), 1_500),
};
const answer = (call: Call, response: ServerResponse) => {
  const fault = sink.calls.filter(({ key }) => key === call.key).length === 1 ? faults[call.path.slice(1)] : undefined;
  if (fault) fault(response);
  else response.end('{}');
};

const mails: string[] = [];
/** By recipient: refuses, asks to come later, or cuts the line in the middle of the mail; each the first time only. */
const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  authOptional: true,
  onRcptTo: ({ address }, _session, done) =>
    done(
      address.startsWith('grey') && !seen.has(address) && seen.add(address)
        ? Object.assign(new Error('Greylisted'), { responseCode: 451 })
        : undefined,
    ),
  onData: (stream, session, done) => {
    const to = session.envelope.rcptTo[0]?.address ?? '';
    if (to.startsWith('cut') && !seen.has(to) && seen.add(to))
      return void stream.once('data', () => sockets.forEach((socket) => socket.destroy()));
    stream
      .on('data', () => undefined)
      .on('end', () => {
        mails.push(to);
        done();
      });
  },
});
const seen = new Set<string>();
const sockets = new Set<Socket>();

beforeAll(async () => {
  sink = await startSink((call, response) => answer(call, response));
  smtp.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  chain = await startChain(
    { WEND_OUTBOUND_ALLOW: `${sink.allow},127.0.0.1:${smtpPort()}` },
    { delivery: { sendMs: 800 } },
  );
});
afterAll(async () => {
  await chain?.close();
  await sink?.close();
  await closeSmtp();
});

/** Also ends what connection pools keep open. */
const closeSmtp = () =>
  new Promise<void>((resolve) => {
    smtp.close(() => resolve());
    sockets.forEach((socket) => socket.destroy());
  });
const smtpPort = () => (smtp.server.address() as AddressInfo).port;
const query = <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
  chain.api.database.query<Row>(text, values);
const queueEmpty = () =>
  until(async () => (await query('select 1 from event_queue')).length === 0, 'the queue to be empty');
const messagesOf = async (journeyId: string): Promise<any[]> =>
  (await chain.owner.get(`/api/messages?journeyId=${journeyId}&limit=200`)).body.items;
const messageOf = async (id: string): Promise<any> => (await chain.owner.get(`/api/messages/${id}`)).body;
const ended = (journeyId: string, count = 1, limitMs?: number) =>
  until(
    async () => {
      const runs = await runsOf(chain, journeyId);
      return runs.length === count && runs.every((run) => run.endedAt) && runs;
    },
    'the runs to end',
    limitMs,
  );
/** The time of the next attempt comes. */
const skipPause = (id: string) =>
  query('update messages set next_attempt_at = now() where workspace_id = $1 and id = $2', [chain.workspace.id, id]);
const sms = (id: string, to: Record<string, string> = {}): Step => ({ id, type: 'wend/sms', config: { text: id }, to });
const wait = (seconds: number, to: string): Step => ({
  id: 'wait',
  type: 'wend/wait',
  config: { duration: { amount: seconds, unit: 'seconds' } },
  to: { next: to },
});
const awaiting = (events: { id: string; event: string }[], seconds: number, to: Record<string, string>): Step => ({
  id: 'wait',
  type: 'wend/wait-for-events',
  config: {
    events: events.map(({ id, event }) => ({ id, label: id, trigger: { kind: 'event', event } })),
    timeout: { amount: seconds, unit: 'seconds' },
    lookBack: false,
  },
  to,
});

describe('events', () => {
  it('of no interest, 500 during a wait, neither wake the run nor make it late', async () => {
    const journeyId = await publish(chain, {
      name: 'Noise',
      graph: graphOf([
        entry('Noise Begun', 'wait'),
        awaiting([{ id: 'go', event: 'Never' }], 4, { timeout: 'sms' }),
        sms('sms'),
      ]),
    });
    await identify(chain, { userId: 'noise', traits: { phone: '+31612345678' } });
    await track(chain, { userId: 'noise', event: 'Noise Begun' });
    const [run] = await until(async () => {
      const runs = await runsOf(chain, journeyId);
      return runs[0]?.node === 'wait' && runs;
    }, 'the wait');
    const { key } = await chain.workspace.key('ingest');
    for (let part = 0; part < 5; part += 1) {
      const batch = Array.from({ length: 100 }, (_, index) => ({
        type: 'track',
        userId: 'noise',
        event: `Noise ${index % 7}`,
        properties: { part },
      }));
      expect((await chain.api.stranger.send('POST', '/v1/batch', { writeKey: key, batch })).status).toBe(200);
    }
    await ended(journeyId);
    const detail = await runOf(chain, run.id);
    expect(pathOf(detail)).toEqual(['entry:next', 'wait:timeout', 'sms:queued']);
    const visit = detail.visits.find((each: any) => each.node === 'wait');
    const took = Date.parse(visit.leftAt) - Date.parse(visit.enteredAt);
    expect(took).toBeGreaterThanOrEqual(4_000);
    expect(took).toBeLessThan(7_000);
    expect(detail.steps).toHaveLength(2);
    await queueEmpty();
  });

  it('that come out of their order count by receipt, unless they happened before the wait opened', async () => {
    const journeyId = await publish(chain, {
      name: 'Order',
      graph: graphOf([
        entry('Cart Left', 'wait'),
        awaiting([{ id: 'bought', event: 'Cart Bought' }], 600, { bought: 'sms' }),
        sms('sms'),
      ]),
    });
    await track(chain, { userId: 'order', event: 'Cart Bought', properties: { which: 'before' } });
    // A phone that was offline tells what happened hours ago.
    const { key } = await chain.workspace.key('ingest');
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    const told = async (event: string, hours: number) =>
      expect(
        (
          await chain.api.stranger.send('POST', '/v1/track', {
            writeKey: key,
            userId: 'order',
            event,
            properties: { hours },
            timestamp: hoursAgo(hours),
            sentAt: new Date().toISOString(),
          })
        ).status,
      ).toBe(200);
    await told('Cart Left', 2);
    await until(async () => (await runsOf(chain, journeyId))[0]?.node === 'wait', 'the wait');
    await queueEmpty();
    expect((await runsOf(chain, journeyId))[0]).toMatchObject({ status: 'running', node: 'wait' });
    await told('Cart Bought', 3);
    await queueEmpty();
    expect((await runsOf(chain, journeyId))[0]).toMatchObject({ status: 'running', node: 'wait' });
    await told('Cart Bought', 1);
    await ended(journeyId);
    const detail = await runOf(chain, (await runsOf(chain, journeyId))[0].id);
    expect(pathOf(detail).slice(0, 2)).toEqual(['entry:next', 'wait:bought']);
    const { time } = detail.visits.find((each: any) => each.node === 'wait').trace.event;
    expect(Math.round((Date.now() - time) / 3_600_000)).toBe(1);
  });
});

describe('an exit', () => {
  it('takes back a message that was put off to later', async () => {
    const journeyId = await publish(chain, {
      name: 'Too late',
      graph: graphOf(
        [
          entry('Reminded', 'hook'),
          {
            id: 'hook',
            type: 'wend/webhook',
            config: { method: 'POST', url: `${sink.url}/busy`, headers: [], body: 'x' },
            to: { queued: 'wait' },
          },
          wait(3_600, 'end'),
          { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
        ],
        { exitCriteria: [{ id: 'bought', event: 'Reminded Bought' }] },
      ),
    });
    await track(chain, { userId: 'exits', event: 'Reminded' });
    const message = await until(
      async () => (await messagesOf(journeyId)).find((each) => each.attempts === 1 && each.status === 'queued'),
      'the message to be put off',
    );
    expect(Date.parse(message.nextAttemptAt)).toBeGreaterThan(Date.now() + 4_000);
    await track(chain, { userId: 'exits', event: 'Reminded Bought' });
    expect((await ended(journeyId))[0]).toMatchObject({ status: 'exited' });
    await skipPause(message.id);
    await until(async () => (await messageOf(message.id)).status === 'suppressed', 'the message to be taken back');
    expect(await messageOf(message.id)).toMatchObject({ reason: 'aborted', attempts: 1 });
    expect(sink.calls.filter(({ key }) => key === message.id)).toHaveLength(1);
  });

  it('ends a run while its custom node is being called; what that comes to counts for nothing, and no message follows', async () => {
    const journeyId = await publish(chain, {
      name: 'Called',
      graph: graphOf(
        [
          entry('Called', 'points'),
          {
            id: 'points',
            type: 'acme/loyalty-points',
            config: { points: 5, reason: 'x', endpoint: `${sink.url}/held` },
            to: { credited: 'sms' },
          },
          sms('sms'),
        ],
        { exitCriteria: [{ id: 'bought', event: 'Called Bought' }] },
      ),
    });
    await identify(chain, { userId: 'called', traits: { phone: '+31612345678' } });
    await track(chain, { userId: 'called', event: 'Called' });
    await until(() => held.length === 1, 'the call');
    await track(chain, { userId: 'called', event: 'Called Bought' });
    const [run] = await ended(journeyId);
    expect(sink.of('/held')).toMatchObject([{ answered: false }]);
    held[0]!.end('{"balance":100}');
    await until(() => sink.of('/held')[0]!.answered, 'the late answer');
    // What comes after it in the same lane has passed.
    await track(chain, { userId: 'called', event: 'Called Again' });
    await queueEmpty();
    const detail = await runOf(chain, run.id);
    expect(detail).toMatchObject({ status: 'exited', messages: [] });
    expect(pathOf(detail)).toEqual(['entry:next']);
    expect(detail.visits.map((each: any) => each.node)).toEqual(['entry', 'points']);
  });
});

describe('a receiver of webhooks', () => {
  it.each(['hang', 'busy', 'broken', 'cut', 'late'])(
    'that fails (%s) gets the same message again under the same key, and the run goes on meanwhile',
    { timeout: 90_000 },
    async (fault) => {
      const journeyId = await publish(chain, {
        name: `Receiver ${fault}`,
        graph: graphOf([
          entry(`Receiver ${fault}`, 'hook'),
          {
            id: 'hook',
            type: 'wend/webhook',
            config: { method: 'POST', url: `${sink.url}/${fault}`, headers: [], body: '{{ now }}' },
            to: { queued: 'end' },
          },
          { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
        ]),
      });
      await track(chain, { userId: 'receiver', event: `Receiver ${fault}` });
      expect((await ended(journeyId))[0]).toMatchObject({ endReason: 'done' });
      const first = await until(
        async () => (await messagesOf(journeyId)).find((each) => each.attempts === 1 && each.status === 'queued'),
        'the first attempt to fail',
        80_000,
      );
      expect(first.error).toMatch(
        { hang: /in time/, busy: /429/, broken: /500.*bro.ken/, cut: /closed the connection/, late: /in time/ }[fault]!,
      );
      if (fault === 'busy') expect(Date.parse(first.nextAttemptAt)).toBeGreaterThan(Date.now() + 5_000);
      await skipPause(first.id);
      await until(async () => (await messageOf(first.id)).status === 'delivered', 'the second attempt');
      const calls = sink.calls.filter(({ key }) => key === first.id);
      expect(calls).toHaveLength(2);
      expect(calls[0]!.body).toBe(calls[1]!.body);
      expect((await messageOf(first.id)).events.map((each: any) => each.status)).toEqual([
        'retry',
        'sent',
        'delivered',
      ]);
    },
  );
});

describe('a webhook whose response is asked for', () => {
  const journey = (name: string, to: Record<string, string>) =>
    publish(chain, {
      name,
      graph: graphOf([
        entry(name, 'hook'),
        {
          id: 'hook',
          type: 'wend/webhook',
          config: {
            method: 'POST',
            url: `${sink.url}/{{ event.path | default: 'answered' }}`,
            headers: [],
            body: '{"name": "{{ profile.name }}"}',
            response: true,
          },
          to,
        },
        {
          id: 'tier',
          type: 'wend/branch',
          config: {
            branches: [
              {
                id: 'gold',
                label: 'Gold',
                rule: { op: 'compare', left: { source: 'run', path: 'hook.body.tier' }, is: 'equals', value: 'gold' },
              },
            ],
          },
          to: { gold: 'next' },
        },
        {
          id: 'next',
          type: 'wend/webhook',
          config: {
            method: 'POST',
            url: `${sink.url}/next`,
            headers: [],
            body: '{"status": {{ run.hook.status }}, "points": {{ run.hook.body.points }}}',
          },
          to: { queued: 'end' },
        },
        { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
        { id: 'sorry', type: 'wend/exit', config: { reason: 'no answer' } },
      ]),
    });

  it('holds the run until it is answered; later steps branch on the answer and write it', async () => {
    faults['answered'] = (response) => void setTimeout(() => response.end('{"tier":"gold","points":7}'), 300);
    await identify(chain, { userId: 'quote', traits: { name: 'Ann "Q"\nLine' } });
    const journeyId = await journey('Answered', { queued: 'tier', failed: 'sorry' });
    await track(chain, { userId: 'quote', event: 'Answered' });
    expect((await ended(journeyId))[0]).toMatchObject({ endReason: 'done' });
    const next = await until(async () => sink.calls.find(({ path }) => path === '/next'), 'the next call');
    expect(JSON.parse(next.body)).toEqual({ status: 200, points: 7 });
    // A quote or a line break in a name never breaks JSON.
    expect(JSON.parse(sink.calls.find(({ path }) => path === '/answered')!.body)).toEqual({ name: 'Ann "Q"\nLine' });
    const run = await runOf(chain, (await runsOf(chain, journeyId))[0].id);
    expect(pathOf(run)).toEqual(['entry:next', 'hook:queued', 'tier:gold', 'next:queued']);
  });

  it('takes the way out of its own when it is refused, and gives the status on', async () => {
    faults['refused'] = (response) => void response.writeHead(422).end('not you');
    const journeyId = await journey('Refused', { queued: 'tier', failed: 'sorry' });
    await track(chain, { userId: 'quote', event: 'Refused', properties: { path: 'refused' } });
    expect((await ended(journeyId))[0]).toMatchObject({ endReason: 'no answer' });
  });
});

describe('a mail server', () => {
  const mail = async (name: string, email: string) => {
    const journeyId = await publish(chain, {
      name,
      graph: graphOf([
        entry(name, 'mail'),
        { id: 'mail', type: 'wend/email', config: { subject: name, body: `<p>${'long '.repeat(35_000)}</p>` }, to: {} },
      ]),
    });
    await identify(chain, { userId: email, traits: { email } });
    await track(chain, { userId: email, event: name });
    return journeyId;
  };
  const use = (port: number) =>
    connect(chain.owner, 'smtp', {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'Shop <shop@example.com>',
    });
  const attempted = (journeyId: string) =>
    until(
      async () =>
        (await messagesOf(journeyId)).find(
          (each) => (each.attempts > 0 || each.error !== null) && each.status !== 'sending',
        ),
      'an attempt',
    );

  it('that breaks off in the middle of a mail has not taken it: it is tried again, or shown as unknown, never counted as sent', async () => {
    await use(smtpPort());
    const message = await attempted(await mail('Cut', 'cut@example.com'));
    expect(['queued', 'unknown']).toContain(message.status);
    expect(message.error).toMatch(/\w/);
    expect(mails).not.toContain('cut@example.com');
  });

  it('that is away or asks to come later gets the mail later, once', async () => {
    await use(smtpPort());
    const journeyId = await mail('Grey', 'grey@example.com');
    const later = await attempted(journeyId);
    expect(later).toMatchObject({ status: 'queued', error: expect.stringContaining('451') as string });
    await skipPause(later.id);
    await until(async () => (await messageOf(later.id)).status === 'sent', 'the mail');
    expect(mails.filter((to) => to === 'grey@example.com')).toHaveLength(1);
    await closeSmtp();
    const refused = await attempted(await mail('Refused', 'refused@example.com'));
    expect(refused).toMatchObject({ status: 'queued', error: expect.stringMatching(/connection/i) as string });
  });
});

describe('runs', () => {
  it('of a program of an unknown format, and of one that cannot be folded, fail visibly; others go on', async () => {
    // Programs are stored by their content: nodes of other names make another one.
    const graph = (event: string) => graphOf([entry(event, event.toLowerCase()), sms(event.toLowerCase())]);
    const future = await publish(chain, { name: 'Future', graph: graph('Future') });
    const broken = await publish(chain, { name: 'Broken', graph: graph('Broken') });
    const fine = await publish(chain, { name: 'Fine', graph: graph('Fine') });
    const change = (journeyId: string, sql: string) =>
      query(
        `update programs
          set program = ${sql}
          from journey_versions v
          where v.workspace_id = $1
            and v.journey_id = $2
            and programs.workspace_id = $1
            and programs.hash = v.program_hash`,
        [chain.workspace.id, journeyId],
      );
    await change(future, `jsonb_set(program, '{format}', '99')`);
    await change(broken, `jsonb_set(program, '{instructions,1}', '{"node": "broken", "enter": true, "op": "branch"}')`);
    for (const event of ['Future', 'Broken', 'Fine']) await track(chain, { userId: 'formats', event });
    expect((await ended(future))[0]).toMatchObject({
      status: 'failed',
      endReason: expect.stringContaining('format 99') as string,
    });
    expect((await ended(fine))[0]).toMatchObject({ status: 'completed' });
    expect((await ended(broken))[0]).toMatchObject({
      status: 'failed',
      endReason: expect.stringMatching(/\w/) as string,
    });
  });

  it('of people without an address go on by "not reachable", and say why', async () => {
    const journeyId = await publish(chain, {
      name: 'Nobody home',
      graph: graphOf([
        entry('Nobody Home', 'mail'),
        { id: 'mail', type: 'wend/email', config: { subject: 'x', body: '<p>x</p>' }, to: { notReachable: 'push' } },
        { id: 'push', type: 'wend/push', config: { title: 'x', body: 'x' }, to: { notReachable: 'sms' } },
        sms('sms', { notReachable: 'end' }),
        { id: 'end', type: 'wend/exit', config: { reason: 'nobody' } },
      ]),
    });
    await identify(chain, { userId: 'nobody', traits: { email: 'not an address', phone: '' } });
    await track(chain, { userId: 'nobody', event: 'Nobody Home' });
    const [run] = await ended(journeyId);
    const detail = await runOf(chain, run.id);
    expect(pathOf(detail)).toEqual(['entry:next', 'mail:notReachable', 'push:notReachable', 'sms:notReachable']);
    expect(detail.visits.find((each: any) => each.node === 'mail').trace).toMatchObject({
      kind: 'reachable',
      channel: 'email',
      reachable: false,
    });
    expect(detail.messages).toEqual([]);
  });
});
