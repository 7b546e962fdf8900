import { expect, it } from 'vitest';
import { columnsFrom } from './columns';

it('takes of kept columns those that are some, each once, and the usual ones where nothing can be read', () => {
  const usual = ['externalId', 'timeZone', 'lastSeen'];
  expect(columnsFrom(null)).toEqual(usual);
  expect(columnsFrom('{')).toEqual(usual);
  expect(columnsFrom('{"a":1}')).toEqual(usual);
  expect(columnsFrom('[]')).toEqual([]);
  expect(columnsFrom('["lastSeen","trait:plan","trait:plan","gone",7]')).toEqual(['lastSeen', 'trait:plan']);
  expect(columnsFrom(JSON.stringify(Array.from({ length: 20 }, (_, n) => `trait:${n}`)))).toHaveLength(8);
});
