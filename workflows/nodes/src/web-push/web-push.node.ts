import { defineNode } from '@wend/node-sdk';
import { lowerSend, messagePorts } from '../message.js';
import { pushConfig } from '../push/push-config.js';

/** Sends a notification to the person's browsers. */
export const webPush = defineNode({
  type: 'wend/web-push',
  version: 1,
  title: 'Web push',
  description: 'Sends a notification to the browsers where the person allowed it.',
  category: 'message',
  icon: 'globe',
  channel: 'webpush',
  config: pushConfig,
  ports: messagePorts,
  summary: '“{title}”',
  defaults: { title: '', body: '' },
  lower: lowerSend('webpush'),
});
