import { expect, it } from 'vitest';
import { keepPlace } from './keep-place';

const list = (text: string) => [...text].map((id) => ({ id }));
const kept = (before: string, items: string) => {
  const { shown, fresh } = keepPlace({ before: list(before), items: list(items) });
  return [shown.map(({ id }) => id).join(''), fresh];
};

it.each([
  ['', 'cba', 'cba', 0],
  ['cba', 'edcba', 'cba', 2],
  ['cba', 'cb', 'cb', 0],
  // The first does not fit the filter any more.
  ['cba', 'dba', 'ba', 1],
  // More came than a page holds.
  ['cba', 'zyx', 'cba', 3],
  ['cba', '', '', 0],
])('after %j comes %j: it shows %j, and %j are new', (before, items, shown, fresh) => {
  expect(kept(before, items)).toEqual([shown, fresh]);
});
