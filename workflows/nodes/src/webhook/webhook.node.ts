import { messageEvents } from '@wend/contract';
import { defineNode, liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { headersField } from '../headers.js';
import { deliveryFields, folded, webAddressHint, webAddressPattern } from '../message.js';

/** Longer than attempts go on. */
const longestAnswerSeconds = 26 * 3_600;

/** Calls a web address of another system. It needs nobody's address, so it has one way out. */
export const webhook = defineNode({
  type: 'wend/webhook',
  version: 1,
  title: 'Webhook',
  description: 'Sends data to another system over HTTP.',
  category: 'message',
  icon: 'webhook',
  channel: 'webhook',
  config: z.object({
    method: z
      .enum(['POST', 'PUT', 'PATCH', 'GET', 'DELETE'])
      .default('POST')
      .meta({ title: 'Method', widget: 'select' }),
    url: z.string().trim().min(1).max(2_000).regex(webAddressPattern, webAddressHint).meta({
      title: 'Address',
      widget: 'liquid',
      language: 'text',
      placeholder: 'https://api.example.com/hooks/wend',
      invalid: webAddressHint,
    }),
    headers: headersField(),
    body: liquidField({
      title: 'Body',
      description: 'Usually JSON. Not sent with GET.',
      rows: 8,
      maximum: 100_000,
      required: false,
      placeholder: '{ "person": {{ profile.external_id | json }} }',
    }).default(''),
    response: z.boolean().default(false).meta({
      title: 'Wait for the response',
      description: 'People go on once the call is answered. Later steps can use the status and the body it came with.',
      widget: 'switch',
    }),
    messageClass: folded(deliveryFields.messageClass),
    topic: folded(deliveryFields.topic),
  }),
  ports: [
    { id: 'queued', label: 'Sent' },
    { id: 'failed', label: 'No answer', follows: 'queued', when: 'response' },
  ],
  output: z.object({
    status: z.number().nullable().meta({ title: 'HTTP status' }),
    body: z.unknown().meta({ title: 'Body, as JSON where it is JSON' }),
  }),
  outputWhen: 'response',
  summary: '{method} {url}',
  defaults: { method: 'POST', url: '', headers: [{ name: 'Content-Type', value: 'application/json' }], body: '' },
  lower({ response }, { nodeId, to }) {
    if (!response) return [{ op: 'send', channel: 'webhook', queued: to('queued') }];
    const arm = { messageOf: nodeId, keep: 'response' };
    return [
      { op: 'send', channel: 'webhook', queued: { port: 'queued', pc: -1 }, stay: true },
      {
        op: 'waitFor',
        arms: [
          { ...arm, event: messageEvents.delivered, target: to('queued') },
          { ...arm, event: messageEvents.failed, target: to('failed') },
        ],
        timeout: { seconds: longestAnswerSeconds, target: to('failed') },
      },
    ];
  },
});
