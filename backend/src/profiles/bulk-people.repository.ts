import { textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { writeIdentities } from './identity.repository.js';
import { IdentityConflict } from './locked-profile.js';
import type { LockedProfile } from './locked-profile.js';
import { lockProfiles } from './profile.repository.js';
import type { TraitState } from './traits.js';

/** A person as many are looked up at once. */
export type KnownPerson = Required<Omit<LockedProfile, 'lastSeenAt' | 'traits' | 'times'>> & TraitState;

/** The profiles that external ids name now. Ids that name nobody are absent. */
export async function findByExternalIds(
  scope: Scope,
  { sql, externalIds }: { sql: Sql; externalIds: string[] },
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map();
  const rows = await sql.query<{ value: string; profile_id: string }>(
    // A look into the primary key for each: a plan from the time when the table was small would read all of it.
    `select w.value, i.profile_id
     from unnest($2::text[]) as w (value)
     cross join lateral (
       select profile_id from identities where workspace_id = $1 and kind = 'user' and value = w.value offset 0
     ) i`,
    [scope.workspaceId, textArray(externalIds)],
  );
  return new Map(rows.map(({ value, profile_id }) => [value, profile_id]));
}

/**
 * Everybody who has one of these addresses, by the address; at most ten of each. `ignoreCase`: however they are
 * written.
 */
export async function findByEmails(
  scope: Scope,
  { sql, emails, ignoreCase }: { sql: Sql; emails: string[]; ignoreCase: boolean },
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (emails.length === 0) return found;
  const rows = await sql.query<{ email: string; id: string }>(
    `select w.email, p.id
     from unnest($2::text[]) as w (email)
     cross join lateral (
       select id from profiles
       where workspace_id = $1 and email_key = lower(left(w.email, 320)) and merged_into is null and not test
         and ($3 or traits ->> 'email' = w.email)
       order by id limit 10
     ) p`,
    [scope.workspaceId, textArray(emails), ignoreCase],
  );
  for (const { email, id } of rows) found.set(email, [...(found.get(email) ?? []), id]);
  return found;
}

/**
 * What is known of people. With `lock` they are held until the transaction ends, in the order of their ids; then
 * `IdentityConflict` is thrown when one was merged away meanwhile.
 */
export async function statesOf(
  scope: Scope,
  { sql, ids, lock }: { sql: Sql; ids: string[]; lock: boolean },
): Promise<Map<string, KnownPerson>> {
  if (ids.length === 0) return new Map();
  const rows = lock
    ? await lockProfiles(scope, { sql, ids, withTraits: ids })
    : await sql.query<LockedProfile>(
        `select id, external_id as "externalId", traits, trait_times as times, null as "lastSeenAt"
         from profiles where workspace_id = $1 and id = any($2::uuid[])`,
        [scope.workspaceId, uuidArray(ids)],
      );
  return new Map(
    rows.map(({ id, externalId, traits, times }) => [id, { id, externalId, traits: traits ?? {}, times: times ?? {} }]),
  );
}

export type NewPerson = { id: string; externalId: string | null } & TraitState;

/** Writes new people with their names and traits. Throws `IdentityConflict` when somebody else was first. */
export async function createPeople(
  scope: Scope,
  { sql, people, at }: { sql: Sql; people: NewPerson[]; at: number },
): Promise<void> {
  if (people.length === 0) return;
  const sorted = people.toSorted((a, b) => compare(a.externalId ?? '', b.externalId ?? '') || compare(a.id, b.id));
  const written = await sql.query(
    `insert into profiles (workspace_id, id, external_id, traits, trait_times, created_at)
     select $1, id, external_id, traits::jsonb, times::jsonb, created_at
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
       as t (id, external_id, traits, times, created_at)
     on conflict do nothing returning 1`,
    [
      scope.workspaceId,
      uuidArray(sorted.map(({ id }) => id)),
      textArray(sorted.map(({ externalId }) => externalId)),
      textArray(sorted.map(({ traits }) => JSON.stringify(traits))),
      textArray(sorted.map(({ times }) => JSON.stringify(times))),
      timeArray(sorted.map(() => at)),
    ],
  );
  if (written.length < sorted.length) throw new IdentityConflict('profiles');
  const links = sorted.flatMap(({ id, externalId }) =>
    externalId === null ? [] : [{ kind: 'user' as const, value: externalId, profileId: id }],
  );
  await writeIdentities(scope, { sql, plan: { creates: [], links }, demo: false, createdAt: () => new Date(at) });
}

/** Writes what is known of people who are held. Nobody has been seen by that. */
export async function writeTraits(
  scope: Scope,
  { sql, changes }: { sql: Sql; changes: ({ id: string } & TraitState)[] },
): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `update profiles p
     set traits = change.traits::jsonb, trait_times = change.times::jsonb, updated_at = now()
     from unnest($2::uuid[], $3::text[], $4::text[]) as change (id, traits, times)
     where p.workspace_id = $1 and p.id = change.id`,
    [
      scope.workspaceId,
      uuidArray(changes.map(({ id }) => id)),
      textArray(changes.map(({ traits }) => JSON.stringify(traits))),
      textArray(changes.map(({ times }) => JSON.stringify(times))),
    ],
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
