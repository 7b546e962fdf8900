import type { ChannelDefinition } from './definition.js';
import { deviceKinds } from './device-kinds.js';
import { push } from './push.js';

/** A push to a browser: it says what a push to a phone does. */
export const webpush: ChannelDefinition = {
  ...push,
  name: 'webpush',
  label: 'Web push',
  words: 'web push',
  icon: 'globe',
  content: [...push.content.filter(({ name }) => name !== 'actions'), { name: 'actions', label: 'Buttons' }],
  address: { noun: 'browser with notifications allowed', devices: [deviceKinds.browser, 'sandbox'] },
};
