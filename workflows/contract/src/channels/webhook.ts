import type { ChannelDefinition } from './definition.js';

export const webhook: ChannelDefinition = {
  name: 'webhook',
  label: 'Webhook',
  words: 'webhook',
  plural: 'webhooks',
  icon: 'webhook',
  address: null,
  states: ['delivered'],
  content: [
    { name: 'method', label: 'Method' },
    { name: 'url', label: 'Address', searched: true },
    { name: 'body', label: 'Body' },
  ],
  title: '{method} {url.host}',
  receiver: { opens: false, clicks: 'never' },
};
