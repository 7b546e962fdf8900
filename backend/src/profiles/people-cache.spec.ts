import { expect, it } from 'vitest';
import { PeopleCache } from './people-cache.js';

const [one, two] = [{ workspaceId: 'one' }, { workspaceId: 'two' }];
const mina = { kind: 'user', value: 'mina' } as const;
const found = (value: string, lastSeenAt: number) => ({
  kind: 'user' as const,
  value,
  profileId: `profile of ${value}`,
  externalId: value,
  lastSeenAt,
});

it('remembers whom an identity led to for as long as the person counts as just seen, in its own workspace', () => {
  const cache = new PeopleCache(1_000);
  cache.remember(one, [found('mina', 5_000)]);
  expect(cache.get(one, mina, 6_000)).toMatchObject({ profileId: 'profile of mina' });
  expect(cache.get(one, mina, 6_001)).toBeUndefined();
  expect(cache.get(two, mina, 6_000)).toBeUndefined();
  expect(cache.get(one, { kind: 'anonymous', value: 'mina' }, 6_000)).toBeUndefined();
});

it('forgets a workspace when a guess was wrong, and no other; what is found after that counts', () => {
  const cache = new PeopleCache(1_000);
  for (const scope of [one, two]) cache.remember(scope, [found('mina', 5_000)]);
  cache.forget(one);
  expect(cache.get(one, mina, 5_000)).toBeUndefined();
  expect(cache.get(two, mina, 5_000)).toBeDefined();
  cache.remember(one, [found('mina', 5_000)]);
  expect(cache.get(one, mina, 5_000)).toBeDefined();
});

it('remembers 50,000, and those that were needed last', () => {
  const cache = new PeopleCache(1_000);
  cache.remember(one, [found('mina', 0)]);
  for (let part = 0; part < 5; part += 1) {
    cache.remember(
      one,
      Array.from({ length: 10_000 }, (_, index) => found(`${part}-${index}`, 0)),
    );
    expect(cache.get(one, mina, 0)).toBeDefined();
  }
  expect(cache.get(one, { kind: 'user', value: '0-0' }, 0)).toBeUndefined();
  expect(cache.get(one, { kind: 'user', value: '4-9999' }, 0)).toBeDefined();
});
