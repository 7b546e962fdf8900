import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { waitBestTime } from './wait-best-time.node.js';

it('asks for the best time of the person, for all messages and by everybody’s habits unless said otherwise', () => {
  const { instructions, facts } = lowerNode(waitBestTime, { withinHours: 24 });
  expect(facts).toEqual([{ kind: 'bestTime', withinHours: 24, otherwise: { by: 'everybody' } }]);
  expect(instructions).toEqual([{ op: 'wait', until: { fact: 0 }, target: { port: 'next', pc: 0 } }]);
});

it('asks for that of a channel, with a time of day for people of whom nothing is known', () => {
  expect(lowerNode(waitBestTime, { withinHours: 6, channel: 'email', otherwise: 'time', time: '18:30' }).facts).toEqual(
    [{ kind: 'bestTime', channel: 'email', withinHours: 6, otherwise: { by: 'time', time: '18:30' } }],
  );
});

it.each([
  [{ withinHours: 25 }, 'withinHours'],
  [{ withinHours: 0 }, 'withinHours'],
  [{ withinHours: 1.5 }, 'withinHours'],
  [{ withinHours: 2, channel: 'E-Mail!' }, 'channel'],
  [{ withinHours: 2, time: '9:00' }, 'time'],
])('does not take %o', (config, path) => {
  expect(waitBestTime.parse(config)).toMatchObject({ ok: false, problems: [{ path }] });
});
