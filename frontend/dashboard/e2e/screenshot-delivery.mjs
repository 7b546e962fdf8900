/** Delivery, its backlog and alarms, for `screenshot-pages.mjs`. */

/** What keeps messages back and what is wrong, which no demo shows at any hour: as a busy evening has it. */
export const deliveryPages = ({ welcome }) => {
  const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  const journey = { id: welcome.id, name: welcome.name };
  const says = 'Quiet hours: no messages are sent 21:00–08:00 (Europe/Berlin).';
  const held = ['Mina Park', 'Noor Aziz', 'Jonas Weber'].map((name, index) => ({
    id: `00000000-0000-4000-8000-00000000000${index}`,
    channel: 'email',
    profile: { id: welcome.id, name },
    journey,
    nodeName: 'Three things to try',
    rule: 'quiet',
    says,
    priority: 3,
    queuedAt: at(-90 + index),
    since: at(-90 + index),
    until: at(480),
    expiresAt: at(1_350),
  }));
  const counted = { count: held.length, due: 0 };
  return [
    {
      name: 'delivery',
      path: '/delivery',
      answers: {
        '**/api/delivery/overview': {
          at: at(0),
          queues: [
            {
              channel: 'email',
              due: { count: 12_480, more: false },
              sending: 64,
              later: { count: 310, more: false },
              oldestDue: at(-4),
            },
          ],
          held: [{ rule: 'quiet', count: held.length }],
          nextRelease: at(480),
          rates: [
            {
              kind: 'workspace',
              of: '',
              name: '',
              lastMinute: 5_984,
              limit: { messages: 6_000, per: 'minute' },
              slowedTo: null,
              busy: true,
            },
            {
              kind: 'channel',
              of: 'email',
              name: 'email',
              lastMinute: 5_984,
              limit: null,
              slowedTo: null,
              busy: false,
            },
          ],
          acts: [
            { rule: 'quiet', what: 'All channels', lastDay: { held: 3, suppressed: 0 }, lastWeek: { held: 912, suppressed: 4 } }, // prettier-ignore
            { rule: 'caps', what: 'at most 3 messages in 7 days', lastDay: { held: 0, suppressed: 41 }, lastWeek: { held: 0, suppressed: 388 } }, // prettier-ignore
          ],
        },
      },
      ready: ({ page }) => page.getByRole('table', { name: 'Sending rates' }).waitFor(),
    },
    {
      name: 'delivery-backlog',
      path: '/delivery/backlog',
      answers: {
        '**/api/backlog': {
          total: held.length,
          due: 0,
          perMinute: 600,
          nextAt: at(480),
          oldestAt: at(-90),
          channels: [{ ...counted, channel: 'email' }],
          journeys: [{ ...counted, ...journey }],
          rules: [{ ...counted, rule: 'quiet' }],
          cancellations: [],
        },
        '**/api/backlog/messages*': { items: held, next: null },
      },
      ready: ({ page }) => page.getByRole('table', { name: 'Backlog' }).waitFor(),
    },
    {
      name: 'alarms',
      path: '/alarms',
      answers: {
        '**/api/alarms?*': {
          items: [
            {
              id: welcome.id,
              kind: 'failures',
              subject: { about: 'journey', ...journey },
              summary:
                '12% of 1,240 emails failed in the last 15 minutes (limit 5%). Last error: 550 mailbox unavailable.',
              advice: 'Look at the failed messages. If addresses are refused, check who enters the journey.',
              path: `/outbox?journey=${welcome.id}&status=failed,bounced`,
              raisedAt: at(-12),
              seenAt: at(0),
              clearedAt: null,
              muted: null,
              breaker: null,
              tellings: [{ target: '#alarms', targetKind: 'slack', what: 'raised', state: 'told', at: at(-12), error: null }], // prettier-ignore
            },
          ],
          next: null,
        },
      },
      ready: ({ page }) => page.getByRole('list', { name: 'Open' }).waitFor(),
    },
    { name: 'alarms-empty', path: '/alarms', answers: { '**/api/alarms?*': { items: [], next: null } }, ready: ({ page }) => page.getByRole('heading', { level: 2 }).first().waitFor() }, // prettier-ignore
  ];
};
