import { defineNode, lowerSend, messagePorts } from '@wend/node-sdk';
import { pushConfig } from './push-config.js';

/** Sends a notification to the person's phones. */
export const push = defineNode({
  type: 'wend/push',
  version: 1,
  title: 'Push',
  description: 'Sends a notification to the person’s phone or tablet.',
  category: 'message',
  icon: 'bell',
  channel: 'push',
  config: pushConfig,
  ports: messagePorts,
  summary: '“{title}”',
  defaults: { title: '', body: '' },
  lower: lowerSend('push'),
});
