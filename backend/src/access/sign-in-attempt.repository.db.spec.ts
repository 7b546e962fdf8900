import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { SignInAttemptRepository } from './sign-in-attempt.repository.js';

let test: Awaited<ReturnType<typeof testDatabase>>;
let attempts: SignInAttemptRepository;
beforeAll(async () => {
  test = await testDatabase();
  attempts = new SignInAttemptRepository(test.database);
});
afterAll(() => test?.drop());

const count = async (key: string) =>
  (await test.database.query('select from sign_in_attempts where key = $1', [key])).length;

it('lets no more through than the limit, however many come at once', async () => {
  const taken = await Promise.all(Array.from({ length: 30 }, () => attempts.take([{ key: 'burst', limit: 5 }])));
  expect(taken.filter((each) => 'attempts' in each).length).toBeLessThanOrEqual(5);
});

it('counts nothing when refused, so that trying again does not lengthen the wait', async () => {
  for (let index = 0; index < 3; index += 1) await attempts.take([{ key: 'full', limit: 3 }]);
  for (let index = 0; index < 5; index += 1)
    expect(
      await attempts.take([
        { key: 'other', limit: 9 },
        { key: 'full', limit: 3 },
      ]),
    ).toHaveProperty('retryAfterSeconds');
  expect([await count('full'), await count('other')]).toEqual([3, 0]);
});

it('frees a place when the oldest attempt leaves the window', async () => {
  for (let index = 0; index < 3; index += 1) await attempts.take([{ key: 'window', limit: 3 }]);
  await test.database.query(
    `update sign_in_attempts
      set at = at - interval '14 minutes'
      where ctid = (select ctid from sign_in_attempts where key = 'window' order by at limit 1)`,
  );
  const refused = await attempts.take([{ key: 'window', limit: 3 }]);
  expect(refused).toEqual({ retryAfterSeconds: expect.any(Number) });
  expect((refused as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(50);
  expect((refused as { retryAfterSeconds: number }).retryAfterSeconds).toBeLessThanOrEqual(60);
  await test.database.query("update sign_in_attempts set at = at - interval '1 minute' where key = 'window'");
  expect(await attempts.take([{ key: 'window', limit: 3 }])).toHaveProperty('attempts');
});

it('gives back exactly the attempt that succeeded', async () => {
  const first = await attempts.take([{ key: 'give', limit: 9 }]);
  await attempts.take([{ key: 'give', limit: 9 }]);
  if ('attempts' in first) await attempts.giveBack(first.attempts);
  expect(await count('give')).toBe(1);
});
