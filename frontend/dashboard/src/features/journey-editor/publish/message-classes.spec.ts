import type { Graph, NodeManifest } from '@wend/contract';
import { expect, it } from 'vitest';
import { messageClassesOf } from './message-classes';

it('names the steps that send to people by their class, and who sends at night', () => {
  const node = (name: string, type: string, config = {}) => ({ id: name, name, type, version: 1, config });
  const nodes = Object.fromEntries(
    [
      node('Offer', 'wend/sms', { quietHours: 'none' }),
      node('News', 'wend/sms'),
      node('Receipt', 'wend/sms', { messageClass: 'transactional', quietHours: 'none' }),
      node('Hook', 'wend/webhook'),
      node('Wait', 'wend/wait'),
      node('Gone', 'acme/gone'),
    ].map((each) => [each.id, each]),
  ) as unknown as Graph['nodes'];
  const manifests = {
    'wend/sms@1': { channel: 'sms' },
    'wend/webhook@1': { channel: 'webhook' },
    'wend/wait@1': {},
  } as unknown as Record<string, NodeManifest>;
  expect(messageClassesOf({ nodes }, manifests)).toEqual({
    marketing: ['Offer', 'News'],
    transactional: ['Receipt'],
    atAnyTime: ['Offer'],
  });
});
