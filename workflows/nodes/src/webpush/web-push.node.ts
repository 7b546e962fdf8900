import { defineNode, lowerSend, messagePorts } from '@wend/node-sdk';
import { deliveryFields } from '../message.js';
import { webPushConfig } from './web-push-config.js';

/** Sends a notification to the person's browsers. */
export const webPush = defineNode({
  type: 'wend/web-push',
  version: 1,
  title: 'Web push',
  description: 'Sends a notification to browsers where the person allowed it.',
  category: 'message',
  icon: 'globe',
  channel: 'webpush',
  config: webPushConfig.extend(deliveryFields),
  ports: messagePorts,
  summary: '“{title}”',
  defaults: { title: '', body: '' },
  lower: lowerSend('webpush'),
});
