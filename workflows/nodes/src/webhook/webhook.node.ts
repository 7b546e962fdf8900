import { defineNode, liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { webAddressHint, webAddressPattern } from '../message.js';

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

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
    method: z.enum(['POST', 'PUT', 'PATCH', 'GET', 'DELETE']).default('POST').meta({ title: 'Method', widget: 'select' }),
    url: z.string().trim().min(1).max(2_000).regex(webAddressPattern, webAddressHint)
      .meta({ title: 'Address', widget: 'liquid', language: 'text', placeholder: 'https://api.example.com/hooks/wend', invalid: webAddressHint }),
    headers: z.array(z.object({
      name: z.string().trim().min(1).max(200).regex(headerName, 'A header name has letters, digits and “-” only.').meta({ title: 'Name', placeholder: 'Authorization', invalid: 'A header name has letters, digits and “-” only.' }),
      value: z.string().max(4_000).regex(/^[^\r\n]*$/, 'A header value must be on one line.').meta({ title: 'Value', widget: 'liquid', language: 'text', invalid: 'A header value must be on one line.' }),
    })).max(30).default([]).meta({ title: 'Headers', widget: 'keyValue', addLabel: 'Add header', itemTitle: 'Header' }),
    body: liquidField({ title: 'Body', description: 'Usually JSON. Not sent with GET.', rows: 8, maximum: 100_000, required: false, placeholder: '{ "person": {{ profile.external_id | json }} }' }).default(''),
  }),
  ports: [{ id: 'queued', label: 'Sent' }],
  summary: '{method} {url}',
  defaults: { method: 'POST', url: '', headers: [{ name: 'Content-Type', value: 'application/json' }], body: '' },
  lower: (_config, { to }) => [{ op: 'send', channel: 'webhook', queued: to('queued') }],
});
