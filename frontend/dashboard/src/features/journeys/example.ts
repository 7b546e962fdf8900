import type { Graph } from '@wend/contract';

/** A first journey to look at and change: welcome, wait for what matters, remind once. */
export const exampleJourney: { name: string; graph: Graph } = {
  name: 'Welcome series',
  graph: {
    nodes: {
      entry: {
        id: 'entry',
        type: 'wend/entry-event',
        version: 1,
        name: 'Signed up',
        config: { event: 'Signed Up' },
        position: { x: 240, y: 0 },
      },
      welcome: {
        id: 'welcome',
        type: 'wend/email',
        version: 1,
        name: 'Welcome email',
        config: {
          subject: 'Welcome, {{ profile.first_name | default: "you" }}',
          preheader: 'Three things to try first',
          body: '<h1>Good to have you</h1>\n<p>Hello {{ profile.first_name | default: "there" }}, your account is ready.</p>\n<p><a href="https://example.com/start">Place your first order</a></p>',
        },
        position: { x: 240, y: 140 },
      },
      wait: {
        id: 'wait',
        type: 'wend/wait-for-events',
        version: 1,
        name: 'Wait for an order',
        config: {
          events: [{ id: 'ordered', label: 'Order Completed', trigger: { kind: 'event', event: 'Order Completed' } }],
          timeout: { amount: 1, unit: 'days' },
          lookBack: false,
        },
        position: { x: 240, y: 280 },
      },
      nudge: {
        id: 'nudge',
        type: 'wend/push',
        version: 1,
        name: 'Nudge by push',
        config: {
          title: 'Still looking around?',
          body: 'Your first order ships for free.',
          link: 'https://example.com/shop',
        },
        position: { x: 0, y: 440 },
      },
      done: {
        id: 'done',
        type: 'wend/exit',
        version: 1,
        name: 'Exit: ordered',
        config: { reason: 'ordered' },
        position: { x: 480, y: 440 },
      },
    },
    edges: [
      { id: 'e1', from: 'entry', port: 'next', to: 'welcome' },
      { id: 'e2', from: 'welcome', port: 'queued', to: 'wait' },
      { id: 'e3', from: 'wait', port: 'timeout', to: 'nudge' },
      { id: 'e4', from: 'wait', port: 'ordered', to: 'done' },
    ],
    settings: { reentry: { rule: 'never' }, exitCriteria: [] },
  },
};
