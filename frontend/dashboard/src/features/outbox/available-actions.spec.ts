import { expect, it } from 'vitest';
import { availableActions } from './available-actions';

it.each([
  ['push', 'delivered', {}, ['open', 'click']],
  ['push', 'opened', {}, ['click']],
  ['push', 'clicked', {}, []],
  ['push', 'queued', {}, []],
  ['email', 'sent', {}, ['open']],
  ['sms', 'sent', { text: 'Hi' }, []],
  ['sms', 'sent', { text: 'See http://wend.test/t/c/x' }, ['click']],
  ['webhook', 'sent', {}, []],
] as const)('a sandbox %s that is %s', (channel, status, content, actions) => {
  expect(availableActions({ provider: 'sandbox', channel, status, content })).toEqual(actions);
});

it('never acts for a real receiver', () => {
  expect(availableActions({ provider: 'smtp', channel: 'email', status: 'delivered', content: {} })).toEqual([]);
});
