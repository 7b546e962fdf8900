import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit, push, waitFor } from './steps.js';

const from = (channel: string) => ({
  traits: { email: 'ana@example.com', acquisition_channel: channel },
  devices: ['fcm'],
});
const came = (...channels: string[]) => ({
  op: 'compare',
  left: { source: 'trait', path: 'acquisition_channel' },
  is: 'oneOf',
  value: channels,
});

export const onboarding: GalleryJourney = {
  slug: 'onboarding-by-channel',
  title: 'Onboarding by where people came from',
  audience: 'new users from ads, referrals and search',
  description:
    'Each gets the first email that fits what they were promised, and a push where nothing is set up in three days.',
  events: ['Signed Up', 'Project Created'],
  traits: ['acquisition_channel'],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'never' } },
    steps: [
      entry('signed-up', { name: 'Signed up', event: 'Signed Up', to: 'from' }),
      {
        id: 'from',
        type: 'branch',
        name: 'Where from?',
        config: {
          branches: [
            { id: 'ads', label: 'Ads', rule: came('google_ads', 'meta_ads', 'ads') },
            { id: 'referral', label: 'Referral', rule: came('referral') },
          ],
        },
        to: { ads: 'offer', referral: 'friend', else: 'tour' },
      },
      email('offer', {
        name: 'The offer they clicked',
        subject: 'Your first month is on us',
        paragraphs: ['The offer from the ad is in your account already. Set up a first project to use it.'],
        link: { label: 'Set it up', url: 'https://example.com/projects/new' },
        to: 'created',
      }),
      email('friend', {
        name: 'From a friend',
        subject: 'Your friend saved you a place',
        paragraphs: ['Set up a first project, and both of you get a month for free.'],
        link: { label: 'Set it up', url: 'https://example.com/projects/new' },
        to: 'created',
      }),
      email('tour', {
        name: 'A short tour',
        subject: 'Three minutes to a first project',
        paragraphs: ['Here is the shortest way from nothing to something that works.'],
        link: { label: 'Take the tour', url: 'https://example.com/tour' },
        to: 'created',
      }),
      waitFor('created', {
        name: 'A first project?',
        label: 'Created',
        trigger: { kind: 'event', event: 'Project Created' },
        amount: 3,
        unit: 'days',
        to: 'active',
        timeout: 'nudge',
      }),
      push('nudge', {
        name: 'Nudge',
        title: 'Your first project is a tap away',
        body: 'Pick a template and change what doesn’t fit.',
        link: 'https://example.com/templates',
        to: 'nudged',
      }),
      exit('active', 'Set up'),
      exit('nudged', 'Nudged'),
    ],
  }),
  cases: [
    {
      name: 'comes by an ad and starts',
      person: from('meta_ads'),
      events: [{ after: '1 day', name: 'Project Created' }],
      expect: { path: ['signed-up', 'from', 'offer', 'created', 'active'], ends: 'Set up' },
    },
    {
      name: 'comes by a friend and doesn’t start',
      person: from('referral'),
      expect: { messages: ['From a friend', { step: 'Nudge', after: '3 days' }], ends: 'Nudged' },
    },
    { name: 'just comes', person: from('organic'), expect: { messages: ['A short tour', 'Nudge'] } },
  ],
};
