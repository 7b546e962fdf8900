import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit } from './steps.js';

const person = { traits: { first_name: 'Eva', email: 'eva@example.com' } };
const slot = { properties: { request_id: 'r-1', slot_at: '2026-03-06T14:00:00Z' } };

export const consultation: GalleryJourney = {
  slug: 'consultation-slot',
  title: 'Consultation with approval',
  audience: 'teams who confirm appointments by hand',
  description:
    'Your team accepts or declines a requested slot within a day. The person hears either way, and is reminded the day before.',
  events: ['Consultation Requested'],
  traits: ['first_name'],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'always', key: 'request_id' } },
    steps: [
      entry('requested', { name: 'Consultation requested', event: 'Consultation Requested', to: 'ask' }),
      {
        id: 'ask',
        type: 'approval',
        name: 'Does the slot work?',
        config: {
          question:
            'Take {{ profile.first_name | default: "this customer" }} at {{ entry.slot_at | default: "the requested time" }}?',
          choices: [
            { id: 'accept', label: 'Accept' },
            { id: 'decline', label: 'Decline' },
          ],
          people: [],
          timeout: { amount: 1, unit: 'days' },
        },
        to: { accept: 'confirm', decline: 'sorry', timeout: 'sorry' },
      },
      email('confirm', {
        name: 'Confirmed',
        subject: 'Your consultation is confirmed',
        paragraphs: ['We look forward to {{ entry.slot_at | date: "%d.%m. %H:%M" }}.'],
        link: { label: 'Change or cancel', url: 'https://example.com/consultations' },
        messageClass: 'transactional',
        to: 'day-before',
      }),
      {
        id: 'day-before',
        type: 'wait-date',
        name: 'The day before',
        config: {
          date: { kind: 'entry', property: 'slot_at' },
          shift: { kind: 'before', offset: { amount: 1, unit: 'calendarDays' } },
          repeats: 'once',
        },
        to: { next: 'remind', past: 'confirmed', unreadable: 'confirmed' },
      },
      email('remind', {
        name: 'Reminder',
        subject: 'Your consultation is tomorrow',
        paragraphs: ['{{ entry.slot_at | date: "%H:%M" }}. Bring your questions.'],
        link: { label: 'Change or cancel', url: 'https://example.com/consultations' },
        messageClass: 'transactional',
        to: 'confirmed',
      }),
      email('sorry', {
        name: 'Another time?',
        subject: 'Shall we find another time?',
        paragraphs: ['That slot didn’t work out. Please choose another one.'],
        link: { label: 'Choose a time', url: 'https://example.com/consultations/new' },
        messageClass: 'transactional',
        to: 'declined',
      }),
      exit('confirmed', 'Confirmed'),
      exit('declined', 'Not confirmed'),
    ],
  }),
  cases: [
    {
      name: 'is accepted',
      person,
      entry: slot,
      events: [{ after: '2 hours', answer: 'accept', of: 'ask' }],
      expect: {
        messages: [
          { step: 'Confirmed', after: '2 hours' },
          { step: 'Reminder', after: '3 days 5 hours' },
        ],
        ends: 'Confirmed',
      },
    },
    {
      name: 'is declined',
      person,
      entry: slot,
      events: [{ after: '2 hours', answer: 'decline', of: 'ask' }],
      expect: { messages: ['Another time?'], ends: 'Not confirmed' },
    },
    {
      name: 'nobody answers within a day',
      person,
      entry: slot,
      expect: { messages: [{ step: 'Another time?', after: '1 day' }], ends: 'Not confirmed' },
    },
  ],
};
