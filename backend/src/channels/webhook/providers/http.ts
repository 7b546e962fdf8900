import { defineProvider } from '@wend/node-sdk';
import type { WebhookContent } from '../webhook.channel.js';
import { caller } from './call.js';

/** Calls an address. Nothing is to be set up: the step has all that there is to know. */
export const http = defineProvider<WebhookContent>({
  channel: 'webhook',
  name: 'webhook',
  title: 'HTTP',
  description: 'Calls the address that each step names.',
  idempotent: true,
  open: caller,
});
