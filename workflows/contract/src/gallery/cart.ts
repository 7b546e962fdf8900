import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit, push, sameExit, wait } from './steps.js';

const cart = { properties: { cart_id: 'c-1', product_name: 'Desk lamp' } };

export const cartAbandonment: GalleryJourney = {
  slug: 'cart-abandonment',
  title: 'Abandoned cart',
  audience: 'shoppers who leave something in the cart',
  description: 'Reminds by email an hour after the cart, and by push a day later. Ordering that cart ends it at once.',
  events: ['Cart Updated', 'Order Completed'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'whenLeft', key: 'cart_id' },
      exitCriteria: [sameExit('ordered', { event: 'Order Completed', property: 'cart_id' })],
      goals: [{ id: 'recovered', name: 'Cart recovered', event: 'Order Completed', withinSeconds: 259_200 }],
    },
    steps: [
      entry('cart', { name: 'Cart updated', event: 'Cart Updated', to: 'hour' }),
      wait('hour', { name: 'An hour', amount: 1, unit: 'hours', to: 'mail' }),
      email('mail', {
        name: 'Reminder email',
        subject: 'You left something behind',
        paragraphs: ['{{ entry.product_name | default: "Your cart" }} is still waiting for you.'],
        link: { label: 'Back to your cart', url: 'https://example.com/cart' },
        to: 'day',
      }),
      wait('day', { name: 'A day', amount: 1, unit: 'days', to: 'nudge' }),
      push('nudge', {
        name: 'Reminder push',
        title: 'Still thinking about it?',
        body: '{{ entry.product_name | default: "Your cart" }} is still there.',
        link: 'https://example.com/cart',
        to: 'end',
      }),
      exit('end', 'Reminded'),
    ],
  }),
  cases: [
    {
      name: 'never orders',
      person: { traits: { email: 'sam@example.com' }, devices: ['fcm'] },
      entry: cart,
      expect: {
        messages: [
          { step: 'mail', after: '1 hour' },
          { step: 'nudge', after: '1 day 1 hour' },
        ],
        ends: 'Reminded',
      },
    },
    {
      name: 'orders after the email',
      person: { traits: { email: 'sam@example.com' }, devices: ['fcm'] },
      entry: cart,
      events: [{ after: '2 hours', name: 'Order Completed', properties: { cart_id: 'c-1' } }],
      expect: { path: ['cart', 'hour', 'mail', 'day'], messages: ['mail'], outcome: 'exited', ends: 'ordered' },
    },
    {
      name: 'orders another cart',
      person: { traits: { email: 'sam@example.com' } },
      entry: cart,
      events: [{ after: '30 minutes', name: 'Order Completed', properties: { cart_id: 'c-2' } }],
      expect: { messages: ['mail'], outcome: 'completed' },
    },
  ],
};
