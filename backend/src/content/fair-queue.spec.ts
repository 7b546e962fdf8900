import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const take = (queue: FairQueue<string>, slow = false) => {
  const all: string[] = [];
  for (let job = queue.shift(slow); job !== undefined; job = queue.shift(slow)) all.push(job);
  return all;
};

it('takes one of each tenant in turn, in the order in which they came', () => {
  const queue = new FairQueue<string>();
  for (const job of ['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'c2']) queue.push(job[0]!, job);
  expect(take(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
});

it('keeps tenants whose jobs take long apart, until enough were quick again', () => {
  const queue = new FairQueue<string>();
  queue.note('heavy', 500);
  queue.note('light', 2);
  for (const name of ['heavy', 'light', 'new']) queue.push(name, name);
  expect(take(queue)).toEqual(['light', 'new']);
  expect(take(queue, true)).toEqual(['heavy']);
  // One quick job in between does not open the way for the next slow one.
  queue.note('heavy', 1);
  queue.push('heavy', 'again');
  expect(queue.has(false)).toBe(false);
  for (let job = 0; job < 12; job += 1) queue.note('heavy', 1);
  expect(take(queue)).toEqual(['again']);
});

it('gives more of a tenant in its turn by how quick its jobs are, one alone where that is not known', () => {
  const queue = new FairQueue<string>();
  for (const name of ['a', 'b']) for (let job = 0; job < 10; job += 1) queue.push(name, `${name}${job}`);
  const limits = { withinMs: 8, most: 5 };
  expect([queue.shift(false), queue.more('a', limits)]).toEqual(['a0', []]);
  queue.note('a', 2);
  queue.note('b', 0.5);
  expect([queue.shift(false), queue.more('b', limits)]).toEqual(['b0', ['b1', 'b2', 'b3', 'b4', 'b5']]);
  expect([queue.shift(false), queue.more('a', limits)]).toEqual(['a1', ['a2', 'a3', 'a4', 'a5']]);
  // Whoever has none left has no turn.
  expect([queue.shift(false), queue.more('b', limits), queue.shift(false), queue.shift(false)]).toEqual([
    'b6',
    ['b7', 'b8', 'b9'],
    'a6',
    'a7',
  ]);
});

it('gives all back that wait, when it ends', () => {
  const queue = new FairQueue<string>();
  for (const job of ['a1', 'a2', 'b1']) queue.push(job[0]!, job);
  expect(queue.clear()).toEqual(['a1', 'a2', 'b1']);
  expect([queue.has(false), queue.has(true)]).toEqual([false, false]);
});
