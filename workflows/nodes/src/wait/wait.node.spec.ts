import { portsOf } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { wait } from './wait.node.js';

it('waits so many seconds', () => {
  expect(lowerNode(wait, { duration: { amount: 1.5, unit: 'hours' } }).instructions).toEqual([
    { op: 'wait', until: { seconds: 5_400 }, target: { port: 'next', pc: 0 } },
  ]);
});

it.each([
  [{ amount: 3, unit: 'years' }, 'duration.unit'],
  [{ amount: 0, unit: 'days' }, 'duration.amount'],
  [{ amount: 800, unit: 'days' }, 'duration'],
  [{ amount: 0.1, unit: 'seconds' }, 'duration'],
])('does not wait %o', (duration, path) => {
  expect(wait.parse({ duration })).toMatchObject({ ok: false, problems: [{ path }] });
});

it('says what a wait may be', () => {
  expect(wait.parse({ duration: { amount: 800, unit: 'days' } })).toMatchObject({
    problems: [{ message: 'How long must be at most 2 years.' }],
  });
});

it.each([
  [{ amount: 2, unit: 'calendarDays' }, {}, { amount: 2, unit: 'days', leapDay: 'february28' }],
  [
    { amount: 1, unit: 'calendarMonths' },
    { at: 'time', time: '10:00', leapDay: 'march1' },
    { amount: 1, unit: 'months', time: '10:00', leapDay: 'march1' },
  ],
])('goes by the calendar of the person: %j %j', (duration, more, time) => {
  const { instructions, facts } = lowerNode(wait, { duration, ...more });
  expect(facts).toEqual([{ kind: 'when', time: { kind: 'after', ...time } }]);
  expect(instructions).toEqual([{ op: 'wait', until: { fact: 0 }, target: { port: 'next', pc: 0 } }]);
});

it('says calendar days apart from days of 24 hours', () => {
  const label = (duration: { amount: number; unit: string }) => portsOf(wait.manifest, { duration })[0]?.label;
  expect(label({ amount: 2, unit: 'days' })).toBe('After 2 days');
  expect(label({ amount: 2, unit: 'calendarDays' })).toBe('After 2 calendar days');
  expect(label({ amount: 1, unit: 'calendarMonths' })).toBe('After 1 month');
});

it.each([
  [{ amount: 1.5, unit: 'calendarDays' }, 'How long must be a whole number of them.'],
  [{ amount: 25, unit: 'calendarMonths' }, 'How long must be at most 2 years.'],
])('does not wait %j', (duration, message) => {
  expect(wait.parse({ duration })).toMatchObject({ ok: false, problems: [{ path: 'duration', message }] });
});
