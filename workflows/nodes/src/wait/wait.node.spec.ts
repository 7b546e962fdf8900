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
