import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, exit, push, sms } from './steps.js';

const offer = { properties: { store: 'Berlin Mitte', offer: '20% off shoes', code: 'MITTE20' } };

export const storeOffer: GalleryJourney = {
  slug: 'store-offer',
  title: 'Store offer by API',
  audience: 'people whom your own system picks for an offer',
  description: 'Your system says who and what by the API. Each hears of it by the first channel that reaches them.',
  events: [],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'always' } },
    steps: [
      {
        id: 'told',
        type: 'entry-api',
        name: 'Told by your system',
        config: {
          fields: [
            { id: 'store', path: 'store' },
            { id: 'offer', path: 'offer' },
            { id: 'code', path: 'code' },
          ],
        },
        to: { next: 'reach' },
      },
      {
        id: 'reach',
        type: 'first-reachable',
        name: 'How to reach them',
        config: {
          channels: [
            { id: 'push', label: 'Push', channel: 'push' },
            { id: 'sms', label: 'SMS', channel: 'sms' },
            { id: 'email', label: 'Email', channel: 'email' },
          ],
        },
        to: { push: 'push', sms: 'sms', email: 'mail', none: 'silent' },
      },
      push('push', {
        name: 'Offer by push',
        title: '{{ entry.offer | default: "An offer for you" }}',
        body: 'At {{ entry.store | default: "your store" }}. Show {{ entry.code | default: "this push" }} at the till.',
        link: 'https://example.com/offers',
        to: 'end',
      }),
      sms('sms', {
        name: 'Offer by SMS',
        text: '{{ entry.offer | default: "An offer for you" }} at {{ entry.store | default: "your store" }}: show {{ entry.code | default: "this text" }}. Stop: {{ unsubscribe_url }}',
        to: 'end',
      }),
      email('mail', {
        name: 'Offer by email',
        subject: '{{ entry.offer | default: "An offer for you" }}',
        paragraphs: ['At {{ entry.store | default: "your store" }}, with {{ entry.code | default: "this email" }}.'],
        link: { label: 'Find the store', url: 'https://example.com/stores' },
        to: 'end',
      }),
      exit('end', 'Offered'),
      exit('silent', 'Not reachable'),
    ],
  }),
  cases: [
    {
      name: 'has the app',
      person: { traits: { email: 'a@example.com' }, devices: ['fcm'] },
      entry: offer,
      expect: { messages: [{ step: 'push', channel: 'push' }], ends: 'Offered' },
    },
    {
      name: 'has a phone number and takes no texts',
      person: { traits: { phone: '+4915112345678', email: 'a@example.com' }, consents: { sms: 'unsubscribed' } },
      entry: offer,
      expect: { messages: [{ step: 'mail', channel: 'email' }] },
    },
    { name: 'can’t be reached', entry: offer, expect: { messages: [], ends: 'Not reachable' } },
  ],
};
