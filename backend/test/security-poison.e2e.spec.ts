import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, publishDraft } from './api.js';
import { publish, runOf, runsOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

/** Something inside the private network: whoever connects is counted. */
const inside = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let connections = 0;
let port = 0;
let chain: Chain;
let key: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '::', resolve));
  port = (inside.address() as AddressInfo).port;
  chain = await startChain({
    WEND_NODE_PACKAGES: new URL('./fault-nodes.mjs', import.meta.url).href,
    WEND_OUTBOUND_ALLOW: '',
  });
  key = (await chain.workspace.key('ingest')).key;
});
afterAll(async () => {
  await chain?.close();
  inside.close();
});

const post = (path: string, body: string | object | Buffer) =>
  fetch(`${chain.api.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
const track = async (event: string, userId: string, properties: object = {}) =>
  expect((await post('track', { userId, event, properties })).status).toBe(200);
const messagesOf = async (journeyId: string): Promise<any[]> =>
  (await chain.owner.get(`/api/messages?journeyId=${journeyId}&limit=200`)).body.items;
const emptyQueue = () =>
  until(
    async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
    'the queue to be empty',
  );
const ended = (journeyId: string, count: number, limitMs?: number) =>
  until(
    async () => {
      const runs = await runsOf(chain, journeyId);
      return runs.length === count && runs.every((run) => run.endedAt) && runs;
    },
    'the runs to end',
    limitMs,
  );

describe('addresses inside the private network', () => {
  it('are refused to webhooks with a clear reason, and nobody connects', async () => {
    const journeyId = await publish(chain, {
      name: 'Inside',
      graph: graphOf(
        [
          entry('Inside', 'hook'),
          {
            id: 'hook',
            type: 'wend/webhook',
            config: { method: 'POST', url: '{{ entry.url }}', headers: [], body: 'secret' },
          },
        ],
        { reentry: { rule: 'always' } },
      ),
    });
    const hosts = [
      '127.0.0.1',
      'localhost',
      'localhost.',
      '127.1',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '2130706433',
      '0.0.0.0',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '①②⑦.⓪.⓪.①',
    ];
    const urls = [
      ...hosts.map((host) => `http://${host}:${port}/`),
      `http://example.com@127.0.0.1:${port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
      'http://10.0.0.1/',
      'http://127.0.0.1/',
      'http://127.0.0.1:8080/',
    ];
    const unusable = ['file:///etc/passwd', `gopher://127.0.0.1:${port}/`, '//127.0.0.1/', ''];
    for (const url of [...urls, ...unusable]) await track('Inside', 'inside', { url });
    const messages = await until(async () => {
      const all = await messagesOf(journeyId);
      return all.length === urls.length + unusable.length && all.every((message) => message.status === 'failed') && all;
    }, 'the webhooks to fail');
    expect(
      messages
        .filter((message) => message.reason === 'rejected')
        .map((message) => message.error)
        .filter((error) => !/private address|not allowed/.test(error) && !/user name|address/i.test(error)),
    ).toEqual([]);
    expect(messages.filter((message) => message.reason === 'invalid')).toHaveLength(unusable.length);
    expect(messages.every((message) => message.error)).toBe(true);
    await ended(journeyId, messages.length);
    expect(connections).toBe(0);
  });

  it('are refused to mail servers: the message waits for somebody to put the connection right, and says so', async () => {
    const journeyId = await publish(chain, {
      name: 'Mail inside',
      graph: graphOf([
        entry('Mail Inside', 'mail'),
        { id: 'mail', type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' }, to: {} },
      ]),
    });
    const saved = await connect(chain.owner, 'smtp', {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'a@example.com',
    });
    await post('identify', { userId: 'mail', traits: { email: 'mail@example.com' } });
    await track('Mail Inside', 'mail');
    const message = await until(async () => (await messagesOf(journeyId)).find((each) => each.error), 'the refusal');
    expect(message).toMatchObject({
      status: 'queued',
      error: expect.stringContaining('WEND_OUTBOUND_ALLOW') as string,
    });
    expect(connections).toBe(0);
    await chain.owner.send('DELETE', `/api/connections/${saved.body.id}`);
    await chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
  });

  it('are refused to custom nodes at once: asking again changes nothing', async () => {
    const journeyId = await publish(chain, {
      name: 'Node inside',
      graph: graphOf([
        entry('Node Inside', 'node'),
        { id: 'node', type: 'test/careless', config: { what: `http://127.0.0.1:${port}/` }, to: {} },
      ]),
    });
    await track('Node Inside', 'node');
    const [run] = await ended(journeyId, 1);
    expect(run).toMatchObject({
      status: 'failed',
      endReason: expect.stringContaining('WEND_OUTBOUND_ALLOW') as string,
    });
    expect(connections).toBe(0);
  });
});

describe('templates', () => {
  const bombs = {
    range: '{% for a in (1..100000000) %}x{% endfor %}',
    nested: '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}',
    doubling: `{% assign s = "0123456789" %}${'{% assign s = s | append: s %}'.repeat(40)}{{ s }}`,
    broken: '{{ profile.first_name | no_such_filter }}',
    file: '{% include "/etc/passwd" %}',
  };
  // What PostgreSQL cannot store must not hold a message back for ever.
  const odd = {
    nul: 'A{{ "%00" | url_decode }}B',
    half: 'A{{ "😀" | slice: 0 }}B',
    reason: '{% abort_message "cut" %}',
  };

  it('that go off fail their own message with a reason; the run goes on, and so do others', async () => {
    const steps = (names: string[], bodies: Record<string, string>): Step[] =>
      names.map((id, index) => ({
        id,
        type: 'wend/email',
        config: { subject: id, body: `<p>${bodies[id]}</p>` },
        to: names[index + 1] ? { queued: names[index + 1]!, notReachable: names[index + 1]! } : {},
      }));
    const names = Object.keys(bombs);
    const bombed = graphOf([entry('Bombs', names[0]!), ...steps(names, bombs)]);
    const created = await chain.owner.send('POST', '/api/journeys', { name: 'Bombs', graph: bombed });
    const refused = await publishDraft(chain.owner, created.body.id);
    expect([
      refused.status,
      refused.body.issues
        .filter((issue: any) => issue.severity === 'error')
        .map((issue: any) => `${issue.code} ${issue.nodeId}`)
        .sort(),
    ]).toEqual([422, ['broken', 'file', 'nested', 'range'].map((node) => `invalid-template ${node}`)]);
    // What publishing catches is not relied on: versions from before the check hold such templates too.
    const harmless = graphOf([
      entry('Bombs', names[0]!),
      ...steps(names, Object.fromEntries(names.map((name) => [name, 'x']))),
    ]);
    await chain.owner.send('PUT', `/api/journeys/${created.body.id}/draft`, {
      graph: harmless,
      revision: created.body.revision,
    });
    const published = await publishDraft(chain.owner, created.body.id);
    await chain.api.database.query('update journey_versions set graph = $2 where journey_id = $1', [
      created.body.id,
      JSON.stringify(bombed),
    ]);
    const calm = await publish(chain, {
      name: 'Calm',
      graph: graphOf([entry('Calm', 'sms'), { id: 'sms', type: 'wend/sms', config: { text: 'Hello' } }]),
    });
    const strange = await publish(chain, {
      name: 'Odd',
      graph: graphOf([entry('Odd', 'nul'), ...steps(Object.keys(odd), odd)]),
    });
    for (const userId of ['bombs', ...Array.from({ length: 10 }, (_, index) => `calm ${index}`)])
      await post('identify', { userId, traits: { email: 'a@example.com', phone: '+31612345678' } });
    if (published.status === 201) await track('Bombs', 'bombs');
    await track('Odd', 'bombs');
    for (let index = 0; index < 10; index += 1) await track('Calm', `calm ${index}`);
    await until(
      async () => (await messagesOf(calm)).filter((message) => message.status === 'delivered').length === 10,
      'the others',
    );
    await until(
      async () =>
        (await messagesOf(strange)).filter((message) => ['delivered', 'suppressed', 'failed'].includes(message.status))
          .length === 3,
      'the odd ones',
    );
    expect(Object.fromEntries((await messagesOf(strange)).map((message) => [message.node, message.status]))).toEqual({
      nul: 'delivered',
      half: 'delivered',
      reason: 'suppressed',
    });
    expect(published.status).toBe(201);
    const failed = await until(
      async () => {
        const all = await messagesOf(created.body.id);
        return all.length === names.length && all.every((message) => message.status === 'failed') && all;
      },
      'the bombs to fail',
      40_000,
    );
    expect(failed.every((message) => message.reason === 'invalid' && message.error)).toBe(true);
    expect((await ended(created.body.id, 1))[0]).toMatchObject({ status: 'completed' });
  });
});

describe('careless custom nodes', () => {
  it.each(['NUL', 'half', 'deep', 'huge', 'port', 'never', 'forever', 'nothing', 'message'])(
    'that come to something unusable (%s) end their run visibly, at once',
    async (what) => {
      const journeyId = await publish(chain, {
        name: `Careless ${what}`,
        graph: graphOf([
          entry(`Careless ${what}`, 'node'),
          { id: 'node', type: 'test/careless', config: { what }, to: {} },
        ]),
      });
      await track(`Careless ${what}`, 'careless');
      const [run] = await ended(journeyId, 1, 15_000);
      if (what === 'half') expect(run.status).toBe('completed');
      else expect(run).toMatchObject({ status: 'failed', endReason: expect.stringMatching(/\w/) as string });
    },
  );
});

describe('poison events', () => {
  const nul = String.fromCharCode(92) + 'u0000';
  const values = [
    `"a${nul}b"`,
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    `"${'x'.repeat(33 * 1024)}"`,
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
    '1e400',
    '-1e400',
    '123456789012345678901234567890',
    '"\\ud83d"',
    '"\\ude00x"',
    '[null]',
    '{}',
    'false',
    '""',
    '"9999-99-99"',
    '"-271821-04-20T00:00:00Z"',
    '"+275760-09-13T00:00:00Z"',
    '"0000-00-00"',
    '{"\\ud83d":1}',
    `{"${'k'.repeat(5_000)}":1}`,
  ];
  const fields = [
    'userId',
    'anonymousId',
    'messageId',
    'event',
    'name',
    'timestamp',
    'sentAt',
    'originalTimestamp',
    'properties',
    'traits',
    'context',
    'groupId',
    'previousId',
    'type',
    'writeKey',
    'integrations',
  ];

  it('are never an error of ours, at any call, in any field, nor hold up the queue', async () => {
    const journeyId = await publish(chain, {
      name: 'After poison',
      graph: graphOf([entry('After Poison', 'sms'), { id: 'sms', type: 'wend/sms', config: { text: 'Hello' } }]),
    });
    const cases = ['track', 'identify', 'page', 'group', 'alias', 'batch'].flatMap((call) =>
      fields.flatMap((field) => values.map((value) => ({ call, field, value }))),
    );
    const answers: { call: string; field: string; value: string; status: number }[] = [];
    const sender = async () => {
      for (let next = cases.pop(); next; next = cases.pop()) answers.push(await send(next));
    };
    const send = async ({ call, field, value }: { call: string; field: string; value: string }) => {
      const rest =
        field === 'userId'
          ? '"event":"Poison"'
          : field === 'event'
            ? '"userId":"poison"'
            : '"userId":"poison","event":"Poison"';
      const event = `{${rest},"previousId":"before","groupId":"g","${field}":${value}}`;
      const { status } = await post(
        call,
        call === 'batch'
          ? `{"batch":[${event.replace('{', '{"type":"track",')},{"type":"track","userId":"good","event":"Good"}]}`
          : event,
      );
      return { call, field, value: value.slice(0, 40), status };
    };
    await Promise.all(Array.from({ length: 24 }, sender));
    expect(answers.filter(({ status }) => status >= 500 || status === 404)).toEqual([]);
    for (const bytes of [
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.concat([
        Buffer.from('{"userId":"u","event":"Bad \xff'),
        Buffer.from([0xff, 0xc0, 0x80]),
        Buffer.from('"}'),
      ]),
      Buffer.from('\u0000'),
      Buffer.alloc(0),
    ])
      expect((await post('track', bytes)).status).toBeLessThan(500);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    await emptyQueue();
    await post('identify', { userId: 'after', traits: { phone: '+31612345678' } });
    await track('After Poison', 'after');
    await until(async () => (await messagesOf(journeyId))[0]?.status === 'delivered', 'the run after the poison');
  });

  it('as traits and entry keys stop neither the router nor the rules that look at them', async () => {
    const where = { op: 'compare', left: { source: 'property', path: 'value' }, is: 'notEquals', value: 'none' };
    const journeyId = await publish(chain, {
      name: 'Odd entries',
      graph: graphOf(
        [
          { id: 'entry', type: 'wend/entry-event', config: { event: 'Odd Entry', where }, to: { next: 'branch' } },
          {
            id: 'branch',
            type: 'wend/branch',
            config: {
              branches: [
                {
                  id: 'big',
                  label: 'Big',
                  rule: { op: 'compare', left: { source: 'trait', path: 'value' }, is: 'greaterThan', value: 5 },
                },
              ],
            },
            to: { big: 'until', else: 'until' },
          },
          {
            id: 'until',
            type: 'wend/wait-for-events',
            config: {
              events: [
                {
                  id: 'same',
                  label: 'Same',
                  trigger: {
                    kind: 'event',
                    event: 'Odd Event',
                    where: {
                      op: 'compare',
                      left: { source: 'property', path: 'value' },
                      is: 'equals',
                      value: { entry: 'value' },
                    },
                  },
                },
              ],
              timeout: { amount: 1, unit: 'seconds' },
              lookBack: false,
            },
            to: {},
          },
        ],
        { reentry: { rule: 'never', key: 'value' } },
      ),
    });
    const oddities = [
      `${'x'.repeat(499)}😀`,
      'x'.repeat(20_000),
      { a: { b: [] } },
      [],
      [[['x']]],
      1e308,
      -0,
      true,
      '',
      ' ',
      'null',
      '\u2028',
      'é'.repeat(600),
      '😀'.repeat(300),
    ];
    for (const [index, value] of oddities.entries()) {
      await post('identify', {
        userId: `odd ${index}`,
        traits: { value, timezone: value, email: value, phone: value, locale: value },
      });
      await track('Odd Entry', `odd ${index}`, { value });
      await track('Odd Event', `odd ${index}`, { value });
    }
    await emptyQueue();
    await ended(journeyId, oddities.length);
    expect((await chain.owner.get('/api/dead-letters')).body.items).toEqual([]);
  });

  it('that break what a journey starts with go to the dead letters after some tries; the lane goes on', async () => {
    const journeyId = await publish(chain, {
      name: 'Broken',
      graph: graphOf([entry('Broken Entry', 'sms'), { id: 'sms', type: 'wend/sms', config: { text: 'Hello' } }]),
    });
    const healthy = await publish(chain, {
      name: 'Healthy',
      graph: graphOf([entry('Healthy Entry', 'sms'), { id: 'sms', type: 'wend/sms', config: { text: 'Hello' } }]),
    });
    await chain.api.database.query(
      `update journey_versions
        set entries = jsonb_set(entries, '{0,where}', '{"op": "all"}')
        where workspace_id = $1 and journey_id = $2`,
      [chain.workspace.id, journeyId],
    );
    await post('identify', { userId: 'lane', traits: { phone: '+31612345678' } });
    await track('Broken Entry', 'lane');
    await track('Healthy Entry', 'lane');
    await until(
      async () => (await messagesOf(healthy))[0]?.status === 'delivered',
      'the healthy journey in the same lane',
    );
    const letters = await until(
      async () => {
        // The pauses between the tries pass.
        await chain.api.database.query('update event_queue set not_before = now() where not_before > now()');
        const { items } = (await chain.owner.get('/api/dead-letters')).body;
        return items.length > 0 && items;
      },
      'the dead letter',
      60_000,
    );
    expect(letters).toMatchObject([{ eventName: 'Broken Entry', error: expect.stringMatching(/\w/) as string }]);
    // Put right and tried again, it starts the run that it should have started.
    await chain.api.database.query(
      `update journey_versions set entries = entries #- '{0,where}' where workspace_id = $1 and journey_id = $2`,
      [chain.workspace.id, journeyId],
    );
    expect((await chain.owner.send('POST', `/api/dead-letters/${letters[0].id}/retry`)).status).toBe(200);
    const [run] = await ended(journeyId, 1);
    expect((await runOf(chain, run.id)).status).toBe('completed');
  });
});
