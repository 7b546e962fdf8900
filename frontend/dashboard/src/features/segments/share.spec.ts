import { expect, it } from 'vitest';
import { shareOf } from './share';

it('says nothing is nothing and all is all, and only then', () => {
  expect(
    [
      [0, 0],
      [0, 10],
      [1, 1_000_000],
      [4, 1_000],
      [1, 8],
      [999_999, 1_000_000],
      [10, 10],
    ].map(([part, whole]) => shareOf(part!, whole!)),
  ).toEqual(['0%', '0%', '< 0.1%', '0.4%', '13%', '99.9%', '100%']);
});
