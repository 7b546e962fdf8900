import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { waitUntil } from './wait-until.node.js';

it('asks for the next such time where the person lives', () => {
  const { instructions, facts } = lowerNode(waitUntil, { time: '18:30', weekdays: [5, 1] });
  expect(facts).toEqual([{ kind: 'nextLocalTime', time: '18:30', weekdays: [1, 5] }]);
  expect(instructions).toEqual([{ op: 'wait', until: { fact: 0 }, target: { port: 'next', pc: 0 } }]);
});

it.each(['9:00', '24:00', '12:60', 'noon', ''])('does not take “%s” for a time', (time) => {
  expect(waitUntil.parse({ time })).toEqual({
    ok: false,
    problems: [{ path: 'time', message: 'Enter a time as HH:MM, from 00:00 to 23:59.' }],
  });
});

it('takes each weekday once', () => {
  expect(waitUntil.parse({ time: '09:00', weekdays: [1, 1] })).toMatchObject({
    ok: false,
    problems: [{ path: 'weekdays' }],
  });
  expect(waitUntil.parse({ time: '09:00', weekdays: [8] })).toMatchObject({
    ok: false,
    problems: [{ path: 'weekdays[0]' }],
  });
  expect(waitUntil.parse({ time: '09:00' })).toEqual({ ok: true, config: { time: '09:00', weekdays: [] } });
});
