/** A third party's channel, as its package would bring it: node, channel and provider in one file. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  FeedbackRefused,
  defineChannel,
  defineNode,
  defineProvider,
  feedbackJson,
  httpRefusal,
  liquidField,
  lowerSend,
  messagePorts,
  readEach,
} from '@wend/node-sdk';
import { z } from 'zod';

const page = defineNode({
  type: 'acme/page',
  version: 1,
  title: 'Page',
  description: 'Calls the person’s pager.',
  category: 'message',
  icon: 'radio',
  channel: 'pager',
  config: z.object({ text: liquidField({ title: 'Text', maximum: 200 }) }),
  ports: messagePorts,
  summary: '“{text}”',
  lower: lowerSend('pager'),
});

const pager = defineChannel({
  definition: {
    name: 'pager',
    label: 'Pager',
    words: 'pager',
    plural: 'pages',
    icon: 'radio',
    address: { noun: 'pager number', trait: 'pager_number' },
    states: ['delivered', 'clicked'],
    content: [
      { name: 'line', label: 'Line', searched: true },
      { name: 'stop', label: 'Way out' },
    ],
    title: '{line:20}',
    receiver: { opens: false, clicks: 'anywhere' },
  },
  templates: ({ text }) => ({ text: { source: String(text ?? ''), escape: 'line' } }),
  compose: ({ values, links, settings }) => {
    const line = `${settings.prefix ?? ''}${values.text ?? ''}`;
    return {
      content: { line, stop: links.unsubscribe },
      problems: line.includes('!') ? [{ path: 'text', message: 'must not shout' }] : [],
    };
  },
});

/** What the service signs its receipts with. */
export function pagerSignature(token, body) {
  return createHmac('sha256', token).update(body).digest('hex');
}

const service = defineProvider({
  channel: 'pager',
  name: 'pager-service',
  title: 'Pager service',
  description: 'The service that your pages go out through.',
  idempotent: true,
  settings: z.object({
    url: z.url().meta({ title: 'Address' }),
    prefix: z.string().default('').meta({ title: 'Prefix' }),
    token: z.string().optional().meta({ title: 'Token', secret: true }),
  }),
  keptWith: ['url'],
  nameOf: ({ url }) => new URL(url).host,
  open: ({ http }) => ({
    async send({ content, recipient, idempotencyKey, connection, signal, handingOver }) {
      await handingOver();
      const answer = await http({
        method: 'POST',
        url: connection.settings.url,
        headers: { authorization: `Bearer ${connection.secrets.token}`, 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ to: recipient, line: content.line }),
        signal,
      });
      if (answer.status !== 200) throw httpRefusal(answer);
      return { status: 'sent', providerId: answer.body };
    },
    async test({ settings, secrets }) {
      const answer = await http({
        method: 'GET',
        url: settings.url,
        headers: { authorization: `Bearer ${secrets.token}` },
      });
      if (answer.status !== 200) throw httpRefusal(answer);
      return 'The token works.';
    },
    feedback(request, { secrets }) {
      const given = Buffer.from(request.headers['x-pager-signature'] ?? '');
      const expected = Buffer.from(pagerSignature(secrets.token, request.body));
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new FeedbackRefused('The signature is not the pager service’s.');
      return readEach(feedbackJson(request), ({ page: providerId, is: kind, number: recipient }) => [
        { kind, providerId, recipient, id: `${providerId}:${kind}` },
      ]);
    },
  }),
});

export const nodes = [page];
export const channels = [pager];
export const providers = [service];
