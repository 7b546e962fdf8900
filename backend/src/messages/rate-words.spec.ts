import { expect, it } from 'vitest';
import { rateRuling } from './rate-words.js';

it.each([
  [{ kind: 'workspace', name: '', perSecond: 10 }, 10, 'All messages of the workspace go out at most 10 a second.'],
  [{ kind: 'channel', name: 'email', perSecond: 0.5 }, 0.5, 'All emails go out at most 30 a minute.'],
  [
    { kind: 'journey', name: 'j', perSecond: 1 / 120 },
    1 / 120,
    'The messages of this journey go out at most 30 an hour.',
  ],
  [{ kind: 'connection', name: 'c', perSecond: 5 }, 5, 'The connection “Relay” takes at most 5 a second.'],
  [
    { kind: 'connection', name: 'c', perSecond: 2.5 },
    5,
    'The connection “Relay” takes at most 2.5 a second, since its provider asked for fewer.',
  ],
  [
    { kind: 'connection', name: 'c', perSecond: 10 },
    null,
    'The connection “Relay” takes at most 10 a second, since its provider asked for fewer.',
  ],
  [
    { kind: 'connection', name: 'c', perSecond: null },
    null,
    'The connection “Relay” takes no messages for now, since its provider asked for fewer.',
  ],
] as const)('%o, set to %s', (bucket, setTo, words) => {
  expect(rateRuling({ bucket, setTo, connection: 'Relay' })).toMatchObject({
    rule: 'rates',
    says: `${words} This message waits for its turn.`,
  });
});
