import type { MessageDetail } from '@wend/contract';
import { expect, it } from 'vitest';
import { explain } from './explain.js';
import type { DecisionFacts } from './explanation.repository.js';

const facts: DecisionFacts = {
  stopped_by: null,
  place: null,
  message_class: null,
  topic: null,
  parked: false,
  away: false,
  leased: false,
  expires_at: null,
  decided_at: new Date('2026-11-30T12:00:00Z'),
  connection: null,
  control: false,
};

const queued = {
  status: 'queued',
  reason: null,
  attempts: 0,
  error: 'The server refused the connection.',
  heldBack: null,
  queuedAt: '2026-11-30T11:00:00.000Z',
  events: [],
  ruling: null,
  profile: { timeZone: null },
};

it('says of a message that waits for its server, or for tomorrow, what it waits for', () => {
  const away = explain({ message: queued as unknown as MessageDetail, facts: { ...facts, away: true }, counted: [] });
  expect(away.sentence).toContain(
    'The server refused the connection. It goes out once its server takes messages again.',
  );
  expect(away.checks.find(({ check }) => check === 'provider')?.result).toBe('held');
  const slowed = {
    ...queued,
    heldBack: { by: 'rates', until: null },
    ruling: { rule: 'rates', says: 'One a second.' },
  };
  const both = explain({ message: slowed as unknown as MessageDetail, facts: { ...facts, away: true }, counted: [] });
  expect(both.sentence).toContain('The server refused the connection.');
  const error = 'Waits until tomorrow: Relay has reached its daily limit.';
  const limited = explain({ message: { ...queued, error } as unknown as MessageDetail, facts, counted: [] });
  expect(limited.sentence).toContain(error);
  expect(limited.checks.find(({ check }) => check === 'rates')?.result).toBe('held');
});

it('says of a message that was taken out of the backlog who did it, and what kept it there', () => {
  const message = {
    ...queued,
    status: 'suppressed',
    reason: 'aborted',
    error: null,
    events: [{ status: 'suppressed', detail: 'Canceled by mina@example.com while it waited', attempt: null }],
    ruling: {
      rule: 'quiet',
      says: 'Quiet hours: no messages are sent 21:00–08:00 (Asia/Seoul).',
      counted: null,
      most: null,
      allowedAt: '2026-11-30T23:00:00.000Z',
    },
  } as unknown as MessageDetail;
  const { sentence, checks } = explain({ message, facts, counted: [] });
  expect(sentence).toContain('Canceled by mina@example.com while it waited. Quiet hours: no messages are sent');
  const of = (check: string) => checks.find((each) => each.check === check);
  expect(of('consent')?.result).toBe('passed');
  expect(of('quiet')).toMatchObject({ result: 'stopped', allowedAt: '2026-11-30T23:00:00.000Z' });
  expect(of('caps')?.result).toBe('notReached');
});
