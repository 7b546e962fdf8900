import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { days, email, entry, exit, push } from './steps.js';

export const welcome: GalleryJourney = {
  slug: 'welcome',
  title: 'Welcome by day',
  audience: 'people who just signed up',
  description: 'A welcome at once, a tip on the second day and a nudge on the third. It ends with the first order.',
  events: ['Signed Up', 'Order Completed'],
  traits: ['first_name'],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'never' },
      exitCriteria: [{ id: 'ordered', event: 'Order Completed' }],
      goals: [{ id: 'first-order', name: 'First order', event: 'Order Completed', withinSeconds: 1_209_600 }],
    },
    steps: [
      entry('signed-up', { name: 'Signed up', event: 'Signed Up', to: 'day-1' }),
      email('day-1', {
        name: 'Day 1: welcome',
        subject: 'Welcome, {{ profile.first_name | default: "good to have you" }}',
        paragraphs: ['Your account is ready. Here is what most people do first.'],
        link: { label: 'Get started', url: 'https://example.com/start' },
        to: 'to-day-2',
      }),
      days('to-day-2', { name: 'Next day at 10:00', amount: 1, time: '10:00', to: 'day-2' }),
      email('day-2', {
        name: 'Day 2: a tip',
        subject: 'One thing worth knowing',
        paragraphs: ['Save what you like, and find it again on every device.'],
        link: { label: 'See how', url: 'https://example.com/tips' },
        to: 'to-day-3',
      }),
      days('to-day-3', { name: 'Next day at 18:00', amount: 1, time: '18:00', to: 'day-3' }),
      push('day-3', {
        name: 'Day 3: a nudge',
        title: 'Ready when you are',
        body: 'Your first order ships for free this week.',
        link: 'https://example.com/shop',
        to: 'done',
      }),
      exit('done', 'Welcomed'),
    ],
  }),
  cases: [
    {
      name: 'gets all three',
      person: { traits: { first_name: 'Mina', email: 'mina@example.com' }, devices: ['fcm'] },
      expect: {
        messages: [
          { step: 'Day 1: welcome', channel: 'email', after: '0' },
          { step: 'Day 2: a tip', after: '1 day 1 hour' },
          { step: 'Day 3: a nudge', channel: 'push', after: '2 days 9 hours' },
        ],
        outcome: 'completed',
        ends: 'Welcomed',
        goals: [],
      },
    },
    {
      name: 'orders on the first day',
      person: { traits: { email: 'mina@example.com' } },
      events: [{ after: '3 hours', name: 'Order Completed' }],
      expect: { messages: ['day-1'], outcome: 'exited', ends: 'ordered', goals: ['First order'] },
    },
    {
      name: 'lives in Seoul, where it is evening already',
      person: { traits: { email: 'jin@example.com' }, timeZone: 'Asia/Seoul' },
      expect: {
        messages: ['day-1', { step: 'day-2', after: '16 hours' }],
        ends: 'Welcomed',
      },
    },
  ],
};
