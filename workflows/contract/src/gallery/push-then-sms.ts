import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { entry, exit, push, sms, waitFor } from './steps.js';

const person = { traits: { phone: '+420601000000' }, devices: ['fcm'] };
const about = { properties: { order_id: 'o-7' } };

export const pushThenSms: GalleryJourney = {
  slug: 'push-then-sms',
  title: 'Push, then SMS',
  audience: 'people who have to hear about a delivery',
  description: 'A push first, because it costs nothing; an SMS where it isn’t opened within two hours or can’t arrive.',
  events: ['Delivery Scheduled'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'whenLeft', key: 'order_id' } },
    steps: [
      entry('scheduled', { name: 'Delivery scheduled', event: 'Delivery Scheduled', to: 'push' }),
      push('push', {
        name: 'Push',
        title: 'Your parcel comes {{ entry.day | default: "soon" }}',
        body: 'Tap to choose another day.',
        link: 'https://example.com/orders/{{ entry.order_id | url_encode }}',
        messageClass: 'transactional',
        to: 'opened',
        otherwise: 'sms',
      }),
      waitFor('opened', {
        name: 'Opened in two hours?',
        label: 'Opened',
        trigger: { kind: 'message', node: 'push', state: 'opened' },
        amount: 2,
        unit: 'hours',
        to: 'told',
        timeout: 'sms',
      }),
      sms('sms', {
        name: 'SMS',
        text: 'Your parcel {{ entry.order_id }} comes {{ entry.day | default: "soon" }}. Change the day: https://example.com/o/{{ entry.order_id | url_encode }}',
        messageClass: 'transactional',
        to: 'texted',
        otherwise: 'silent',
      }),
      exit('told', 'Opened the push'),
      exit('texted', 'Told by SMS'),
      exit('silent', 'Not reachable'),
    ],
  }),
  cases: [
    {
      name: 'opens the push',
      person,
      entry: about,
      events: [{ after: '20 minutes', name: 'opened', ofMessage: 'Push' }],
      expect: { messages: ['Push'], ends: 'Opened the push' },
    },
    {
      name: 'doesn’t look',
      person,
      entry: about,
      expect: { messages: ['Push', { step: 'SMS', channel: 'sms', after: '2 hours' }], ends: 'Told by SMS' },
    },
    {
      name: 'has no app',
      person: { traits: person.traits },
      entry: about,
      expect: { messages: [{ step: 'SMS', after: '0' }], ends: 'Told by SMS' },
    },
    { name: 'can’t be reached', entry: about, expect: { messages: [], ends: 'Not reachable' } },
  ],
};
