import { expect, it } from 'vitest';
import { newEvent } from './event.js';
import { NameCache } from './name-cache.js';

const scope = (workspaceId: string) => ({ workspaceId });
const event = (name: string, properties = {}, traits?: Record<string, string>) =>
  newEvent(
    { name, userId: 'u', properties, ...(traits && { traits }) },
    { receivedAt: 0, origin: 'live', runOffsetMs: 0 },
  );
const minute = 60_000;

it('has a name written when it or a path of it is new, and again when that was ten minutes ago', () => {
  const cache = new NameCache();
  const bought = event('Bought', { price: 1 });
  const first = cache.unseen(scope('a'), [bought, bought], 0);
  expect(first).toEqual([{ kind: 'event', name: 'Bought', properties: ['price'] }]);
  // Until that is committed nothing is known.
  expect(cache.unseen(scope('a'), [bought], 0)).toEqual(first);
  cache.remember(scope('a'), first, 0);
  expect(cache.unseen(scope('a'), [bought], 10 * minute - 1)).toEqual([]);
  expect(cache.unseen(scope('b'), [bought], 0)).toEqual(first);
  expect(cache.unseen(scope('a'), [event('Bought', { price: 1, size: 2 })], 0)).toEqual([
    { kind: 'event', name: 'Bought', properties: ['size'] },
  ]);
  expect(cache.unseen(scope('a'), [bought], 10 * minute)).toEqual([{ kind: 'event', name: 'Bought', properties: [] }]);
});

it('has no more than 2,000 names of a workspace written, however many clients make up', () => {
  const cache = new NameCache();
  for (let part = 0; part < 3; part += 1) {
    const events = Array.from({ length: 1_000 }, (_, index) => event(`${part}-${index}`));
    const names = cache.unseen(scope('a'), events, 0);
    expect(names).toHaveLength(part < 2 ? 1_000 : 0);
    cache.remember(scope('a'), names, 0);
  }
});

it('keeps the workspaces that were heard of last, in bounds for all of them together', () => {
  const cache = new NameCache();
  const paths = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`path${index}`, 1]));
  // 2,000 names of 50 paths are a fifth of what there is room for.
  const fill = (workspaceId: string) => {
    for (let part = 0; part < 10; part += 1) {
      const events = Array.from({ length: 200 }, (_, index) => event(`${part}-${index}`, paths));
      cache.remember(scope(workspaceId), cache.unseen(scope(workspaceId), events, 0), 0);
    }
  };
  const isKnown = (workspaceId: string) => cache.unseen(scope(workspaceId), [event('0-0', paths)], 0).length === 0;
  for (const workspaceId of ['a', 'b', 'c', 'd']) fill(workspaceId);
  expect(isKnown('a')).toBe(true);
  fill('e');
  expect(['a', 'b', 'c', 'd', 'e'].map(isKnown)).toEqual([true, false, true, true, true]);
});
