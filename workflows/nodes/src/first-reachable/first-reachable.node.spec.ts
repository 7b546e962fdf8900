import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { firstReachable } from './first-reachable.node.js';

const channels = [
  { id: 'a', label: 'Push', channel: 'push' as const },
  { id: 'b', label: 'SMS', channel: 'sms' as const },
];
const ways = (about: object = {}) => [
  {
    op: 'reach',
    ways: [
      { channel: 'push', ...about, target: { port: 'a', pc: 0 } },
      { channel: 'sms', ...about, target: { port: 'b', pc: 0 } },
    ],
    otherwise: { port: 'none', pc: 0 },
  },
];

it('asks in order, and as a message of this kind and topic would be asked', () => {
  expect(lowerNode(firstReachable, { channels }).instructions).toEqual(ways());
  expect(lowerNode(firstReachable, { channels, topic: 'offers' }).instructions).toEqual(
    ways({ about: { topic: 'offers' } }),
  );
  const transactional = { channels, topic: 'offers', messageClass: 'transactional' as const };
  expect(lowerNode(firstReachable, transactional).instructions).toEqual(ways({ about: { transactional: true } }));
});

it('refuses a channel that is there twice, and one that reaches nobody', () => {
  const twice = [...channels, { id: 'c', label: 'Push again', channel: 'push' as const }];
  expect(firstReachable.parse({ channels: twice })).toEqual({
    ok: false,
    problems: [{ path: 'channels', message: 'A channel is in the list twice. Remove one of them.' }],
  });
  expect(firstReachable.parse({ channels: [{ id: 'a', label: 'Hook', channel: 'webhook' }] })).toMatchObject({
    ok: false,
    problems: [{ path: 'channels[0].channel' }],
  });
});
