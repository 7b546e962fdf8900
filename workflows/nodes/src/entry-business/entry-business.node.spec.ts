import type { Rule } from '@wend/contract';
import { expect, it } from 'vitest';
import { entryBusiness } from './entry-business.node.js';

const near: Rule = {
  op: 'compare',
  left: { source: 'distance', path: 'location', entryLatitude: 'lat', entryLongitude: 'lng' },
  is: 'atMost',
  value: 3_000,
};
const likes: Rule = {
  op: 'compare',
  left: { source: 'trait', path: 'likes' },
  is: 'contains',
  value: { entry: 'category' },
};

function wayInOf(config: object) {
  const parsed = entryBusiness.parse({ event: 'Sales Low', ...config } as Parameters<typeof entryBusiness.parse>[0]);
  return parsed.ok ? entryBusiness.entry?.(parsed.config) : parsed.problems;
}

it('lets in everybody for whom the rule holds, or the nearest of them', () => {
  const audience: Rule = { op: 'all', rules: [near, likes] };
  expect(wayInOf({ audience })).toEqual({ kind: 'business', event: 'Sales Low', audience });
  expect(wayInOf({ audience, most: 500, pick: 'nearest' })).toMatchObject({ most: 500, pick: 'nearest' });
});

it('lets in nobody without a rule, and takes the nearest only of those whose distance it asks', () => {
  expect(wayInOf({ audience: { op: 'all', rules: [] } })).toMatchObject([{ path: 'audience' }]);
  expect(wayInOf({ audience: likes, most: 500, pick: 'nearest' })).toMatchObject([{ path: 'pick' }]);
  const fixed: Rule = { ...near, left: { source: 'distance', path: 'location', latitude: 1, longitude: 2 } } as Rule;
  expect(wayInOf({ audience: fixed, most: 500, pick: 'nearest' })).toMatchObject([{ path: 'pick' }]);
});
