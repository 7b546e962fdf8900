import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, exit, push, waitFor } from './steps.js';

const person = { traits: { first_name: 'Noa', email: 'noa@example.com', birthday: '1990-03-02' }, devices: ['fcm'] };

export const birthday: GalleryJourney = {
  slug: 'birthday',
  title: 'Birthday',
  audience: 'people whose birthday you know',
  description: 'A present in the morning of the day where they live, and one reminder before it ends two weeks later.',
  events: ['Order Completed'],
  traits: ['birthday', 'first_name'],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'after', afterSeconds: 25_920_000 },
      goals: [{ id: 'used', name: 'Present used', event: 'Order Completed', withinSeconds: 1_209_600 }],
    },
    steps: [
      {
        id: 'birthday',
        type: 'entry-date',
        name: 'Birthday',
        config: { trait: 'birthday', side: 'on', time: '09:00', repeats: 'yearly', leapDay: 'february28' },
        to: { next: 'mail' },
      },
      email('mail', {
        name: 'Happy birthday',
        subject: 'Happy birthday, {{ profile.first_name | default: "to you" }}',
        paragraphs: ['Your present: 15% off one order within two weeks, with BIRTHDAY15.'],
        link: { label: 'Choose something nice', url: 'https://example.com/shop' },
        to: 'used',
      }),
      waitFor('used', {
        name: 'Used within 11 days?',
        label: 'Ordered',
        trigger: { kind: 'event', event: 'Order Completed' },
        amount: 11,
        unit: 'days',
        to: 'enjoyed',
        timeout: 'remind',
      }),
      push('remind', {
        name: 'Three days left',
        title: 'Your present is still here',
        body: '15% off with BIRTHDAY15, for three more days.',
        link: 'https://example.com/shop',
        to: 'reminded',
      }),
      exit('enjoyed', 'Present used'),
      exit('reminded', 'Reminded'),
    ],
  }),
  cases: [
    {
      name: 'uses it',
      person,
      events: [{ after: '5 days', name: 'Order Completed' }],
      expect: { messages: ['mail'], ends: 'Present used', goals: ['used'] },
    },
    {
      name: 'needs a reminder',
      person,
      expect: { messages: ['mail', { step: 'remind', channel: 'push', after: '11 days' }], ends: 'Reminded' },
    },
  ],
};
