import { randomUUID } from 'node:crypto';
import type { JsonObject, TraitChange } from '@wend/contract';
import type { RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { testFacts } from '../../test/facts.js';
import { commitsOf } from '../../test/router.js';
import { commitOf, insertEnrollment, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
});

const change = (identity: RunIdentity, changes: TraitChange[], step = 0) =>
  commitsOf(database).commit([
    commitOf(identity, { step, commands: [{ type: 'change', node: 'n', visit: step + 1, changes, at: Date.now() }] }),
  ]);
async function person(profileId = seeded.profileId): Promise<{ traits: JsonObject; times: Record<string, number> }> {
  const [row] = await database.query<{ traits: JsonObject; times: Record<string, number> }>(
    'select traits, trait_times as times from profiles where workspace_id = $1 and id = $2',
    [seeded.workspaceId, profileId],
  );
  return row!;
}
const set = (traits: JsonObject) =>
  database.query('update profiles set traits = $3 where workspace_id = $1 and id = $2', [
    seeded.workspaceId,
    seeded.profileId,
    JSON.stringify(traits),
  ]);
const seen = async (identity: RunIdentity, changes?: TraitChange[]) => {
  const answers = await testFacts(database).answer({
    identity,
    at: Date.now(),
    facts: ['points', 'tags', 'plan'].map((path, index) => ({ index, fact: { kind: 'trait', path } })),
    ...(changes && { changes }),
  });
  return [answers[0], answers[1], answers[2]];
};

it('adds up what many runs of one person add at once, each once', async () => {
  await set({ points: 10, tags: ['a'] });
  const runs = await Promise.all(Array.from({ length: 10 }, () => insertEnrollment(database, seeded)));
  const add = (identity: RunIdentity, index: number) =>
    change(identity, [
      { name: 'points', do: 'add', value: 0.1 },
      { name: 'tags', do: 'append', value: `t${index}` },
    ]);
  // Each twice: a worker that was killed after its commit asks again.
  await Promise.all(runs.flatMap(({ identity }, index) => [add(identity, index), add(identity, index)]));
  const { traits, times } = await person();
  expect(traits['points']).toBe(11);
  expect(new Set(traits['tags'] as string[])).toEqual(new Set(['a', ...runs.map((_, index) => `t${index}`)]));
  expect(traits['tags']).toHaveLength(11);
  expect(Object.keys(times).sort()).toEqual(['points', 'tags']);
});

it('changes who took the person in', async () => {
  const { identity } = await insertEnrollment(database, seeded);
  const into = randomUUID();
  await database.query(`insert into profiles (workspace_id, id, traits) values ($1, $2, '{"points": 5}')`, [
    seeded.workspaceId,
    into,
  ]);
  await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from: seeded.profileId, into }] }));
  expect(await seen(identity, [{ name: 'points', do: 'add', value: 2 }])).toEqual([7, null, null]);
  await change(identity, [{ name: 'points', do: 'add', value: 2 }]);
  expect((await person(into)).traits).toEqual({ points: 7 });
});

it('lies over the traits of the person in a test run, and changes nobody', async () => {
  await set({ points: 10, plan: 'pro' });
  const { identity: live } = await insertEnrollment(database, seeded);
  const identity: RunIdentity = { ...live, origin: 'test' };
  await database.query(`update enrollments set origin = 'test' where id = $1`, [identity.enrollmentId]);
  await change(identity, [
    { name: 'points', do: 'add', value: 1 },
    { name: 'plan', do: 'unset' },
  ]);
  await change(identity, [{ name: 'points', do: 'add', value: 1 }], 1);
  expect(await seen(identity)).toEqual([12, null, null]);
  expect(await seen(identity, [{ name: 'tags', do: 'append', value: 'x' }])).toEqual([12, ['x'], null]);
  expect((await person()).traits).toEqual({ points: 10, plan: 'pro' });
});

it('leaves what it cannot change, and the step is written all the same', async () => {
  await set({ points: 'many', tags: 'a' });
  const { identity } = await insertEnrollment(database, seeded);
  const [answer] = await change(identity, [
    { name: 'points', do: 'add', value: 1 },
    { name: 'tags', do: 'append', value: 'b' },
    { name: '한글', do: 'add', value: 1e15 },
    { name: 'since', do: 'set', value: null },
  ]);
  expect(answer).toMatchObject({ outcome: 'applied' });
  expect((await person()).traits).toEqual({ points: 'many', tags: 'a', since: null });
});
