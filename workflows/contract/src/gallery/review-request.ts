import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, exit, push, waitFor } from './steps.js';

const person = { traits: { email: 'kim@example.com' }, devices: ['fcm'] };

export const reviewRequest: GalleryJourney = {
  slug: 'review-request',
  title: 'Review after 100 active days',
  audience: 'people who have used your app on 100 days',
  description:
    'When somebody enters your segment of people with 100 active days: a push at a good time of day, and one email a week later.',
  events: ['Review Written'],
  traits: [],
  fill: [
    {
      node: 'active',
      path: 'segment',
      what: 'The segment of people with 100 active days: “days with App Opened, at least 100”',
    },
  ],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'never' },
      goals: [{ id: 'review', name: 'Review written', event: 'Review Written', withinSeconds: 1_209_600 }],
    },
    steps: [
      {
        id: 'active',
        type: 'entry-segment',
        name: '100 active days',
        config: { segment: '', on: 'entered', present: false },
        to: { next: 'evening' },
      },
      {
        id: 'evening',
        type: 'wait-window',
        name: 'In the evening',
        config: { windows: [{ days: [], from: '18:00', to: '20:30' }] },
        to: { next: 'push' },
      },
      push('push', {
        name: 'Ask by push',
        title: 'You’ve been with us for 100 days',
        body: 'Would you tell others how it has been?',
        link: 'https://example.com/review',
        to: 'wrote',
      }),
      waitFor('wrote', {
        name: 'Written within a week?',
        label: 'Written',
        trigger: { kind: 'event', event: 'Review Written' },
        amount: 7,
        unit: 'days',
        to: 'thanks',
        timeout: 'mail',
      }),
      email('mail', {
        name: 'Ask by email',
        subject: '100 days: how has it been?',
        paragraphs: ['A few sentences of yours help others more than anything that we could write.'],
        link: { label: 'Write a review', url: 'https://example.com/review' },
        to: 'asked',
      }),
      exit('thanks', 'Wrote a review'),
      exit('asked', 'Asked twice'),
    ],
  }),
  cases: [
    {
      name: 'writes one after the push',
      person,
      events: [{ after: '10 hours', name: 'Review Written' }],
      expect: { messages: [{ step: 'push', after: '9 hours' }], ends: 'Wrote a review', goals: ['review'] },
    },
    {
      name: 'doesn’t write one',
      person,
      expect: { messages: ['push', { step: 'mail', after: '7 days 9 hours' }], ends: 'Asked twice' },
    },
  ],
};
