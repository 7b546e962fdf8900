import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { aboutLine, eventTitle, propertiesLine } from './properties-line';

const t = textsOf('profiles.propertiesLine');
const reasons = textsOf('messages.reasons');
const id = '11111111-2222-4333-8444-555555555555';

it('says names where an event of a message has ids', () => {
  const properties = { messageId: id, journeyId: id, nodeId: 'node-7', channel: 'email', url: 'https://shop.example/' };
  expect(
    aboutLine(reasons, { about: { node: 'Welcome mail', journey: 'Welcome series', channel: 'email' }, properties }),
  ).toBe('Welcome mail · Welcome series · email · https://shop.example/');
  expect(
    aboutLine(reasons, {
      about: { node: 'Welcome mail', journey: 'Welcome series', channel: 'email' },
      properties: { ...properties, url: null, reason: 'unsubscribed' },
    }),
  ).toBe('Welcome mail · Welcome series · email · The person unsubscribed from this channel.');
  expect(aboutLine(reasons, { about: null, properties })).toBeNull();
});

it('shows the first properties in one line', () => {
  expect(propertiesLine(t, { plan: 'free', items: [1, 2], address: {}, note: null, more: 1 })).toBe(
    'plan: free · items: 2 items · address: {…} · note: none · …',
  );
});

it('calls a message that was kept back not sent, as it is called elsewhere', () => {
  const about = { node: 'Welcome', journey: 'Welcome series', channel: 'sms' as const };
  expect(eventTitle(t, { name: 'Message Failed', about, properties: { reason: 'no-provider' } })).toBe(
    'Message not sent',
  );
  expect(eventTitle(t, { name: 'Message Failed', about, properties: { reason: 'rejected' } })).toBe('Message Failed');
  expect(eventTitle(t, { name: 'Message Failed', about: null, properties: { reason: 'no-provider' } })).toBe(
    'Message Failed',
  );
});
