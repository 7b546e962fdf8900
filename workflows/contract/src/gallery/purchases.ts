import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { days, email, entry, exit } from './steps.js';

const ordered = (count: number) => ({
  op: 'compare',
  left: { source: 'eventCount', event: 'Order Completed' },
  is: 'equals',
  value: count,
});
const traits = { first_name: 'Ida', email: 'ida@example.com' };
const earlier = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ago: `${(index + 1) * 20} days`, name: 'Order Completed' }));

export const purchaseNurturing: GalleryJourney = {
  slug: 'purchase-count',
  title: 'Nurturing by number of orders',
  audience: 'customers between the first order and the habit',
  description:
    'The day after an order: a start for the first, a reason to come back for the second, thanks for regulars.',
  events: ['Order Completed'],
  traits: ['first_name'],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'whenLeft' } },
    steps: [
      entry('ordered', { name: 'Order completed', event: 'Order Completed', to: 'day' }),
      days('day', { name: 'Next day at 11:00', amount: 1, time: '11:00', to: 'which' }),
      {
        id: 'which',
        type: 'branch',
        name: 'Which order was it?',
        config: {
          branches: [
            { id: 'first', label: 'The first', rule: ordered(1) },
            { id: 'second', label: 'The second', rule: ordered(2) },
          ],
        },
        to: { first: 'first', second: 'second', else: 'regular' },
      },
      email('first', {
        name: 'After the first',
        subject: 'Thank you, {{ profile.first_name | default: "and welcome" }}',
        paragraphs: ['Here is how to get the most out of your first order.'],
        link: { label: 'Read how', url: 'https://example.com/guide' },
        to: 'end',
      }),
      email('second', {
        name: 'After the second',
        subject: 'Good to see you again',
        paragraphs: ['With your third order you become a regular: free delivery from then on.'],
        link: { label: 'See what goes with it', url: 'https://example.com/for-you' },
        to: 'end',
      }),
      email('regular', {
        name: 'For regulars',
        subject: 'Thank you for coming back',
        paragraphs: ['Delivery is free for you, and you see new things a day before everybody else.'],
        link: { label: 'See what’s new', url: 'https://example.com/new' },
        to: 'end',
      }),
      exit('end', 'Thanked'),
    ],
  }),
  cases: [
    {
      name: 'the first order',
      person: { traits },
      expect: { messages: [{ step: 'After the first', after: '1 day 2 hours' }] },
    },
    { name: 'the second order', person: { traits, events: earlier(1) }, expect: { messages: ['After the second'] } },
    { name: 'the fifth order', person: { traits, events: earlier(4) }, expect: { messages: ['For regulars'] } },
    {
      name: 'two orders on one day',
      person: { traits },
      events: [{ after: '1 hour', name: 'Order Completed' }],
      expect: { messages: ['After the second'] },
    },
  ],
};
