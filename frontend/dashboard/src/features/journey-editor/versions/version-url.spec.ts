import { expect, it } from 'vitest';
import { inOrder, parseVersionUrl, versionSearch } from './version-url';

it('keeps what is shown in the address, beside what else is there', () => {
  for (const view of [
    { shown: null, against: null },
    { shown: 3, against: null },
    { shown: 3, against: 'draft' },
    { shown: 'draft', against: 2 },
  ] as const) {
    const search = versionSearch('?theme=dark&version=9&against=1', view);
    expect(parseVersionUrl(new URLSearchParams(search))).toEqual(view);
    expect(search).toContain('theme=dark');
  }
});

it('compares nothing with itself, and takes no nonsense', () => {
  expect(parseVersionUrl(new URLSearchParams('version=3&against=3'))).toEqual({ shown: 3, against: null });
  expect(parseVersionUrl(new URLSearchParams('version=x&against=-1'))).toEqual({ shown: null, against: null });
  expect(parseVersionUrl(new URLSearchParams('against=draft'))).toEqual({ shown: null, against: null });
});

it('tells the earlier of two first', () => {
  expect(inOrder(3, 'draft')).toEqual([3, 'draft']);
  expect(inOrder('draft', 3)).toEqual([3, 'draft']);
  expect(inOrder(5, 3)).toEqual([3, 5]);
});
