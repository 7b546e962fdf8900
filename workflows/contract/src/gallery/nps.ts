import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit, wait } from './steps.js';

const person = { traits: { email: 'tom@example.com' } };
const score = (is: 'atLeast' | 'atMost', value: number) => ({
  op: 'compare',
  left: { source: 'run', path: 'answered.score' },
  is,
  value,
});

export const nps: GalleryJourney = {
  slug: 'nps',
  title: 'NPS survey',
  audience: 'customers who just got their order',
  description:
    'Asks three days after delivery. Promoters are asked for a review, detractors get an answer from a person.',
  events: ['Order Delivered', 'Survey Answered'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'after', afterSeconds: 7_776_000 } },
    steps: [
      entry('delivered', { name: 'Order delivered', event: 'Order Delivered', to: 'three-days' }),
      wait('three-days', { name: '3 days', amount: 3, unit: 'days', to: 'ask' }),
      email('ask', {
        name: 'The question',
        subject: 'How likely are you to recommend us?',
        paragraphs: ['One click from 0 to 10 is all it takes.'],
        link: { label: 'Answer', url: 'https://example.com/survey' },
        to: 'answered',
      }),
      {
        id: 'answered',
        type: 'wait-for-events',
        name: 'An answer?',
        config: {
          events: [{ id: 'came', label: 'Answered', trigger: { kind: 'event', event: 'Survey Answered' } }],
          timeout: { amount: 7, unit: 'days' },
        },
        to: { came: 'which', timeout: 'silent' },
      },
      {
        id: 'which',
        type: 'branch',
        name: 'How many points?',
        config: {
          branches: [
            { id: 'promoter', label: '9 or 10', rule: score('atLeast', 9) },
            { id: 'detractor', label: '0 to 6', rule: score('atMost', 6) },
          ],
        },
        to: { promoter: 'review', detractor: 'sorry', else: 'passive' },
      },
      email('review', {
        name: 'Ask for a review',
        subject: 'Would you tell others?',
        paragraphs: ['Thank you! A short review helps others to find us.'],
        link: { label: 'Write a review', url: 'https://example.com/review' },
        to: 'promoter',
      }),
      email('sorry', {
        name: 'What went wrong?',
        subject: 'We’d like to put this right',
        paragraphs: ['Please reply and tell us what went wrong. A person reads it, and answers.'],
        to: 'detractor',
      }),
      exit('promoter', 'Promoter'),
      exit('passive', 'Passive'),
      exit('detractor', 'Detractor'),
      exit('silent', 'No answer'),
    ],
  }),
  cases: [
    {
      name: 'a promoter',
      person,
      events: [{ after: '4 days', name: 'Survey Answered', properties: { score: 10 } }],
      expect: { messages: [{ step: 'ask', after: '3 days' }, 'review'], ends: 'Promoter' },
    },
    {
      name: 'a detractor',
      person,
      events: [{ after: '4 days', name: 'Survey Answered', properties: { score: 3 } }],
      expect: { messages: ['ask', 'sorry'], ends: 'Detractor' },
    },
    {
      name: 'neither',
      person,
      events: [{ after: '4 days', name: 'Survey Answered', properties: { score: 7 } }],
      expect: { messages: ['ask'], ends: 'Passive' },
    },
    { name: 'says nothing', person, expect: { messages: ['ask'], ends: 'No answer' } },
  ],
};
