import { fillTemplate } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { waitDate } from './wait-date.node.js';

const renewal = { kind: 'trait', trait: 'renewal' };
const timeOf = (config: JsonObject) => {
  const [fact] = lowerNode(waitDate, config).facts;
  return fact?.kind === 'when' ? fact.time : null;
};

it.each<[JsonObject, JsonObject]>([
  [{ kind: 'on' }, { shift: { amount: 0, unit: 'days' } }],
  [
    { kind: 'before', offset: { amount: 3, unit: 'calendarDays' }, at: 'time', time: '10:30' },
    { shift: { amount: -3, unit: 'days' }, time: '10:30' },
  ],
  [{ kind: 'after', offset: { amount: 1, unit: 'calendarMonths' } }, { shift: { amount: 1, unit: 'months' } }],
  // A time of day that is not shown counts for nothing.
  [
    { kind: 'before', offset: { amount: 90, unit: 'minutes' }, at: 'time', time: '10:30' },
    { shift: { amount: -90, unit: 'minutes' } },
  ],
])('asks for the date, %j', (shift, asked) => {
  expect(timeOf({ date: renewal, shift })).toEqual({
    kind: 'date',
    of: { source: 'trait', path: 'renewal' },
    ...asked,
    repeats: 'once',
    leapDay: 'february28',
  });
});

it.each([
  [
    { kind: 'entry', property: 'booking.starts_at' },
    { source: 'entry', path: 'booking.starts_at' },
  ],
  [
    { kind: 'run', node: 'fetch', field: 'expires' },
    { source: 'run', path: 'fetch.expires' },
  ],
  [
    { kind: 'run', node: 'fetch', field: '["expires.at"]' },
    { source: 'run', path: 'fetch["expires.at"]' },
  ],
])('reads it from %j', (date, of) => {
  expect(timeOf({ date, shift: { kind: 'on' } })).toMatchObject({ of });
});

it('has ways of their own for dates that are past, and for what is none', () => {
  const to = (port: string) => ({ port, pc: 0 });
  expect(lowerNode(waitDate, { date: renewal, shift: { kind: 'on' } }).instructions).toEqual([
    { op: 'wait', until: { fact: 0 }, target: to('next'), otherwise: [to('past'), to('unreadable')] },
  ]);
});

it.each([
  [{ kind: 'on', at: 'same', time: '09:00' }, 'renewal'],
  [{ kind: 'before', offset: { amount: 1, unit: 'calendarDays' } }, '1 calendar day before renewal'],
  [{ kind: 'after', offset: { amount: 90, unit: 'minutes' } }, '1 h 30 min after renewal'],
])('says on the card: %j', (shift, words) => {
  expect(fillTemplate(waitDate.manifest.summary, { date: renewal, shift })).toBe(words);
});

it.each([
  [{ kind: 'before', offset: { amount: 1, unit: 'weeks' } }, 'shift.offset.unit'],
  [{ kind: 'before', offset: { amount: 25, unit: 'calendarMonths' } }, 'shift.offset'],
  [{ kind: 'before', offset: { amount: 1.5, unit: 'calendarDays' } }, 'shift.offset'],
  [{ kind: 'on', at: 'time', time: '25:00' }, 'shift.time'],
])('does not take %j', (shift, path) => {
  expect(waitDate.parse({ date: renewal, shift })).toMatchObject({ ok: false, problems: [{ path }] });
});
