import { expect, it } from 'vitest';
import { withoutPeople } from './without-people.js';

it.each([
  ['550 5.1.1 <ann.lee+x@example.com>: no such user', '550 5.1.1 <…@example.com>: no such user'],
  ["The 'To' number +49 (30) 123 45-67 is not valid.", "The 'To' number … is not valid."],
  ['421 4.7.0 Try again later', '421 4.7.0 Try again later'],
  ['HTTP 503 in 12000 ms', 'HTTP 503 in 12000 ms'],
])('names nobody: %s', (lastError, expected) => {
  expect(withoutPeople({ bad: 3, lastError })).toEqual({ bad: 3, lastError: expected });
});

it('leaves other figures', () => {
  expect(withoutPeople({ bad: 3, lastError: null })).toEqual({ bad: 3, lastError: null });
});
