import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, exit, push, wait } from './steps.js';

const person = { traits: { email: 'ben@example.com', plan_ends_at: '2026-03-16' }, devices: ['fcm'] };

export const planExpiry: GalleryJourney = {
  slug: 'plan-expiry',
  title: 'Plan about to end',
  audience: 'subscribers whose plan runs out',
  description: 'Tells people 14, 7 and 1 day before their plan ends. Renewing ends it at once.',
  events: ['Plan Renewed'],
  traits: ['plan_ends_at'],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'whenLeft' },
      exitCriteria: [{ id: 'renewed', event: 'Plan Renewed' }],
      goals: [{ id: 'renewal', name: 'Renewed', event: 'Plan Renewed', withinSeconds: 1_814_400 }],
    },
    steps: [
      {
        id: 'ends',
        type: 'entry-date',
        name: '14 days before it ends',
        config: { trait: 'plan_ends_at', side: 'before', days: 14, time: '09:00', repeats: 'once' },
        to: { next: 'day-14' },
      },
      email('day-14', {
        name: '14 days left',
        subject: 'Your plan ends in two weeks',
        paragraphs: ['Renew now and nothing changes: same price, same place.'],
        link: { label: 'Renew', url: 'https://example.com/renew' },
        to: 'to-7',
      }),
      wait('to-7', { name: '7 days', amount: 7, unit: 'days', to: 'day-7' }),
      email('day-7', {
        name: '7 days left',
        subject: 'One week left on your plan',
        paragraphs: ['This is what you would miss.'],
        link: { label: 'Renew', url: 'https://example.com/renew' },
        to: 'to-1',
      }),
      wait('to-1', { name: '6 days', amount: 6, unit: 'days', to: 'day-1' }),
      push('day-1', {
        name: 'Last day',
        title: 'Your plan ends tomorrow',
        body: 'Renewing takes a minute.',
        link: 'https://example.com/renew',
        to: 'ended',
      }),
      exit('ended', 'Not renewed'),
    ],
  }),
  cases: [
    {
      name: 'lets it run out',
      person,
      expect: {
        messages: [
          { step: 'day-14', after: '0' },
          { step: 'day-7', after: '7 days' },
          { step: 'day-1', channel: 'push', after: '13 days' },
        ],
        ends: 'Not renewed',
        goals: [],
      },
    },
    {
      name: 'renews after the first email',
      person,
      events: [{ after: '2 days', name: 'Plan Renewed' }],
      expect: { messages: ['day-14'], outcome: 'exited', ends: 'renewed', goals: ['Renewed'] },
    },
  ],
};
