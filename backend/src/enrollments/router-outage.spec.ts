import { expect, it } from 'vitest';
import { isOutage } from './outage.js';

const failure = (message: string, code?: string | number) => Object.assign(new Error(message), { code });

it.each([
  failure('the database system is starting up', '57P03'),
  failure('sorry, too many clients already', '53300'),
  failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
  failure('terminating connection due to administrator command', '57P01'),
  failure('Client has encountered a connection error and is not queryable'),
  failure('shard status unknown', 14),
])('an outage is not counted against an event: %s', (error) => expect(isOutage(error)).toBe(true));

it.each([
  failure('invalid input syntax for type json', '22P02'),
  failure('blob data size exceeds limit', 3),
  failure('The program of journey 1 is missing.'),
])('what an event brings itself is: %s', (error) => expect(isOutage(error)).toBe(false));

it.each([
  failure('canceling statement due to statement timeout', '57014'),
  failure('invalid input syntax for type json: "Session timeout, ECONNREFUSED"', '22P02'),
])('what an event makes the database refuse is counted, whatever the words: %s', (error) =>
  expect(isOutage(error)).toBe(false),
);

it.each([
  failure('timeout exceeded when trying to connect'),
  failure('Query read timeout'),
  failure('terminating connection due to idle-in-transaction timeout', '25P03'),
  failure('cannot execute UPDATE in a read-only transaction', '25006'),
  failure('could not extend file: No space left on device', '53100'),
  failure('4 DEADLINE_EXCEEDED: the server did not answer', 4),
  failure('deadlock detected', '40P01'),
])('a real outage stays one: %s', (error) => expect(isOutage(error)).toBe(true));
