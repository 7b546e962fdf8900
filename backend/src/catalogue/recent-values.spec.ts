import { expect, it } from 'vitest';
import { recentValues } from './recent-values.js';

it('recent values of a property are not shown when one of them is secret', () => {
  expect(recentValues([{ note: 'my card 4111111111111111' }, { note: 'hi' }], 'note')).toEqual({
    values: [],
    secret: true,
  });
  expect(recentValues([{ n: 4111111111111111 }], 'n')).toEqual({ values: [], secret: true });
  expect(recentValues([{ n: { a: 'hi' } }], 'n')).toEqual({ values: ['{"a":"hi"}'], secret: false });
});
