import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit } from './steps.js';

const person = { traits: { email: 'rui@example.com' } };
const comment = { who: 'Anna', text: 'Looks great' };

export const weeklyDigest: GalleryJourney = {
  slug: 'weekly-digest',
  title: 'Weekly digest',
  audience: 'people whose posts get comments and likes',
  description: 'Collects a week of activity and sends it as one email, instead of one for each thing.',
  events: ['Activity Received'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: { reentry: { rule: 'always' } },
    steps: [
      entry('activity', { name: 'Activity received', event: 'Activity Received', to: 'week' }),
      {
        id: 'week',
        type: 'digest',
        name: 'Collect for a week',
        config: { duration: { amount: 7, unit: 'calendarDays' }, at: 'time', time: '09:00' },
        to: { next: 'mail' },
      },
      email('mail', {
        name: 'Your week',
        subject: 'Your week: {{ run.week.count }} new',
        paragraphs: [
          '{% for event in run.week.events limit: 10 %}{{ event.properties.who | default: "Somebody" }}: {{ event.properties.text | default: event.name }}<br>{% endfor %}',
        ],
        link: { label: 'See all', url: 'https://example.com/activity' },
        to: 'end',
      }),
      exit('end', 'Told'),
    ],
  }),
  cases: [
    {
      name: 'three things in a week become one email',
      person,
      entry: { properties: comment },
      events: [
        { after: '1 day', name: 'Activity Received', properties: comment },
        { after: '2 days', name: 'Activity Received', properties: comment },
      ],
      expect: {
        path: ['activity', 'week', { step: 'mail', after: '7 days' }, 'end'],
        messages: [{ step: 'mail', channel: 'email', after: '7 days' }],
        ends: 'Told',
      },
    },
    {
      name: 'one thing',
      person,
      entry: { properties: comment },
      expect: { messages: ['mail'], ends: 'Told' },
    },
  ],
};
