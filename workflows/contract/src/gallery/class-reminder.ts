import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { entry, exit, push, sameExit, sms, waitFor } from './steps.js';

const person = { traits: { phone: '+4915112345678' }, devices: ['fcm'] };
const booked = {
  at: '2026-03-02T09:00:00Z',
  properties: { booking_id: 'b-1', class_name: 'Yoga', starts_at: '2026-03-03T17:00:00Z' },
};

export const classReminder: GalleryJourney = {
  slug: 'class-reminder',
  title: 'Class reminder',
  audience: 'people who booked a class or an appointment',
  description: 'A push one hour before the class, and an SMS where it isn’t opened in 20 minutes. Cancelling ends it.',
  events: ['Class Booked', 'Class Cancelled'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'always', key: 'booking_id' },
      exitCriteria: [sameExit('cancelled', { event: 'Class Cancelled', property: 'booking_id' })],
    },
    steps: [
      entry('booked', { name: 'Class booked', event: 'Class Booked', to: 'hour-before' }),
      {
        id: 'hour-before',
        type: 'wait-date',
        name: '1 hour before it starts',
        config: {
          date: { kind: 'entry', property: 'starts_at' },
          shift: { kind: 'before', offset: { amount: 1, unit: 'hours' } },
          repeats: 'once',
        },
        to: { next: 'push', past: 'late', unreadable: 'late' },
      },
      push('push', {
        name: 'Reminder push',
        title: '{{ entry.class_name | default: "Your class" }} starts in an hour',
        body: 'See you there. Tap if you can’t make it.',
        link: 'https://example.com/bookings/{{ entry.booking_id | url_encode }}',
        messageClass: 'transactional',
        to: 'opened',
        otherwise: 'sms',
      }),
      waitFor('opened', {
        name: 'Opened in 20 minutes?',
        label: 'Opened',
        trigger: { kind: 'message', node: 'push', state: 'opened' },
        amount: 20,
        unit: 'minutes',
        to: 'reminded',
        timeout: 'sms',
      }),
      sms('sms', {
        name: 'Reminder SMS',
        text: '{{ entry.class_name | default: "Your class" }} starts soon. Can’t make it? https://example.com/b/{{ entry.booking_id | url_encode }}',
        messageClass: 'transactional',
        to: 'reminded',
      }),
      exit('reminded', 'Reminded'),
      exit('late', 'Booked at the last minute'),
    ],
  }),
  cases: [
    {
      name: 'opens the push',
      person,
      entry: booked,
      events: [{ after: '1 day 7 hours 5 minutes', name: 'opened', ofMessage: 'push' }],
      expect: { messages: [{ step: 'push', channel: 'push', after: '1 day 7 hours' }], ends: 'Reminded' },
    },
    {
      name: 'doesn’t look',
      person,
      entry: booked,
      expect: { messages: ['push', { step: 'sms', channel: 'sms', after: '1 day 7 hours 20 minutes' }] },
    },
    {
      name: 'cancels',
      person,
      entry: booked,
      events: [{ after: '3 hours', name: 'Class Cancelled', properties: { booking_id: 'b-1' } }],
      expect: { messages: [], outcome: 'exited', ends: 'cancelled' },
    },
    {
      name: 'books half an hour before',
      person,
      entry: { ...booked, at: '2026-03-03T16:30:00Z' },
      expect: { messages: [], ends: 'Booked at the last minute' },
    },
  ],
};
