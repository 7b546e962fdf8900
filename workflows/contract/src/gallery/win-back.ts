import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, exit, sms, waitFor } from './steps.js';

const person = { traits: { email: 'lea@example.com', phone: '+33612345678' } };

export const winBack: GalleryJourney = {
  slug: 'win-back',
  title: 'Win back',
  audience: 'customers who have gone quiet',
  description:
    'When somebody enters your segment of quiet customers: an email, and after a week without an order a voucher by SMS.',
  events: ['Order Completed'],
  traits: ['first_name'],
  fill: [
    {
      node: 'quiet',
      path: 'segment',
      what: 'The segment of customers who have gone quiet, such as no order in 60 days',
    },
  ],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'after', afterSeconds: 7_776_000 },
      goals: [{ id: 'back', name: 'Came back', event: 'Order Completed', withinSeconds: 2_592_000 }],
    },
    steps: [
      {
        id: 'quiet',
        type: 'entry-segment',
        name: 'Gone quiet',
        config: { segment: '', on: 'entered', present: false },
        to: { next: 'mail' },
      },
      email('mail', {
        name: 'We miss you',
        subject: '{{ profile.first_name | default: "Hello" }}, here is what’s new',
        paragraphs: ['A lot has changed since your last visit. Have a look.'],
        link: { label: 'See what’s new', url: 'https://example.com/new' },
        to: 'ordered',
      }),
      waitFor('ordered', {
        name: 'Back within a week?',
        label: 'Ordered',
        trigger: { kind: 'event', event: 'Order Completed' },
        amount: 7,
        unit: 'days',
        to: 'back',
        timeout: 'voucher',
      }),
      sms('voucher', {
        name: 'Voucher by SMS',
        text: 'We’d love to have you back: 10% off your next order with BACK10. https://example.com/back Stop: {{ unsubscribe_url }}',
        to: 'offered',
      }),
      exit('back', 'Came back'),
      exit('offered', 'Voucher sent'),
    ],
  }),
  cases: [
    {
      name: 'comes back by itself',
      person,
      events: [{ after: '2 days', name: 'Order Completed' }],
      expect: { messages: ['mail'], ends: 'Came back', goals: ['Came back'] },
    },
    {
      name: 'needs a voucher',
      person,
      expect: { messages: ['mail', { step: 'voucher', after: '7 days' }], ends: 'Voucher sent', goals: [] },
    },
    {
      name: 'takes no texts',
      person: { ...person, consents: { sms: 'unsubscribed' } },
      expect: { messages: ['mail'], ends: 'Voucher sent' },
    },
  ],
};
