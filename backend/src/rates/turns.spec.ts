import { expect, it } from 'vitest';
import type { Lease, LeaseOptions } from './rate-buckets.repository.js';
import type { Bucket } from './rate-limits.repository.js';
import { Turns } from './turns.js';
import type { Urgency } from './turns.js';

const scope = { workspaceId: 'w' };
const slowest: Bucket = { kind: 'channel', name: 'email', perSecond: 10 };
const buckets = [slowest];
const take = (turns: Turns, urgency: Urgency = 'bulk', patienceMs = 5_000) =>
  turns.take(scope, { buckets, urgency, patienceMs });

it('asks once for all who are there, and says to the others when to come', async () => {
  const asked: LeaseOptions[] = [];
  const turns = new Turns(async (_, options): Promise<Lease> => {
    asked.push(options);
    return { at: [0, 0], nextMs: 4_900, gapMs: 100, slowest };
  });
  const all = await Promise.all(Array.from({ length: 5 }, () => take(turns, 'bulk', 1_000)));
  expect(asked.map(({ count }) => count)).toEqual([5]);
  expect(all.map((turn) => (turn.kind === 'go' ? 'go' : turn.ms))).toEqual(['go', 'go', 4_800, 4_800, 4_800]);
  expect(all.at(-1)).toMatchObject({ by: slowest });
});

it('gives a token that was not used to the next one, for a moment and once', async () => {
  let now = 0;
  let asked = 0;
  const turns = new Turns(
    async (): Promise<Lease> => {
      asked += 1;
      return { at: [0], nextMs: 100, gapMs: 100, slowest };
    },
    () => now,
  );
  const turn = await take(turns);
  if (turn.kind !== 'go') throw new Error('It had to wait.');
  turn.giveBack();
  turn.giveBack();
  await take(turns);
  expect(asked).toBe(1);
  const second = await take(turns);
  expect(asked).toBe(2);
  if (second.kind === 'go') second.giveBack();
  now = 201;
  await take(turns);
  expect(asked).toBe(3);
});

it('fails all who wait when the database is away, and asks again for the next', async () => {
  let away = true;
  const turns = new Turns(async (): Promise<Lease> => {
    if (away) throw new Error('away');
    return { at: [0], nextMs: 0, gapMs: 0, slowest };
  });
  const results = await Promise.allSettled([take(turns), take(turns)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  away = false;
  expect((await take(turns)).kind).toBe('go');
});
