import { boolArray, textArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Identity, IdentityPlan, KnownIdentity } from './identity-plan.js';
import { IdentityConflict } from './locked-profile.js';
import type { LockedProfile } from './locked-profile.js';

/**
 * Whom to look up: an identity, or a profile by its id; whether its traits are needed; and who it was when last looked
 * up.
 */
export type Wanted = { who: Identity | { profileId: string }; traits: boolean; remembered?: FoundPerson | undefined };

/** A profile as an identity led to it. */
export type FoundPerson = { profileId: string; externalId: string | null; lastSeenAt: number | null };

type PersonRow = { n: number; merged: boolean } & (LockedProfile | { id: null });

/**
 * Finds the profiles that identities name now, and locks them in the order of their ids, so that transactions that
 * touch several never wait in a circle, and so that events of one person get their positions in the order of their
 * commits. Who is remembered is locked without a look into the identities, which is safe: an identity leads to another
 * profile only once its own is merged. Throws `IdentityConflict` when one was merged away meanwhile, or a profile
 * addressed by its id is gone. `found` is what can be remembered once the transaction is committed.
 */
export async function lockPeople(
  scope: Scope,
  { sql, wanted }: { sql: Sql; wanted: Wanted[] },
): Promise<{ known: KnownIdentity[]; locked: Map<string, LockedProfile>; found: (Identity & FoundPerson)[] }> {
  const known: KnownIdentity[] = [];
  const locked = new Map<string, LockedProfile>();
  const found: (Identity & FoundPerson)[] = [];
  if (wanted.length === 0) return { known, locked, found };
  for (const { who, remembered } of wanted) {
    if (!remembered || !('kind' in who)) continue;
    const { profileId, externalId, lastSeenAt } = remembered;
    known.push({ kind: who.kind, value: who.value, profileId, externalId });
    locked.set(profileId, { id: profileId, externalId, lastSeenAt, traits: null, times: null });
  }
  for (const row of await lockRows(scope, { sql, wanted })) {
    const { who, remembered } = wanted[row.n - 1]!;
    if (row.merged || (row.id === null && (remembered || !('kind' in who)))) throw new IdentityConflict('profiles');
    if (row.id === null) continue;
    const { id: profileId, externalId, lastSeenAt } = row;
    if ('kind' in who) {
      known.push({ kind: who.kind, value: who.value, profileId, externalId });
      found.push({ kind: who.kind, value: who.value, profileId, externalId, lastSeenAt });
    }
    if (row.traits !== null || !locked.has(profileId)) locked.set(profileId, row);
  }
  return { known, locked, found };
}

/**
 * One row for each that is wanted, except for those that are still as they are remembered and whose traits are not
 * needed.
 */
function lockRows(scope: Scope, { sql, wanted }: { sql: Sql; wanted: Wanted[] }): Promise<PersonRow[]> {
  return sql.query<PersonRow>(
    // Laterals that cannot be joined otherwise: one look into the primary key for each, in order. A plan that is kept
    // from the time when the tables were small would read all profiles of the workspace.
    `select w.n::int4 as n, p.*
       from (
         select wanted.n, wanted.with_traits, wanted.remembered, wanted.external_id,
           coalesce(wanted.profile_id, i.profile_id) as profile_id
               from unnest(
                 $2::text[], $3::text[], $4::uuid[], $5::boolean[], $6::boolean[], $7::text[]
               ) with ordinality as wanted (kind, value, profile_id, with_traits, remembered, external_id, n)
               left join lateral (
                 select profile_id
                 from identities
                 where wanted.profile_id is null
                   and workspace_id = $1
                   and kind = wanted.kind
                   and value = wanted.value offset 0
               ) i on true
              order by 5) w
       left join lateral (
         select id, external_id as "externalId", merged_into is not null as merged,
           date_part('epoch', last_seen_at) * 1000 as "lastSeenAt",
                case when w.with_traits then traits end as traits, case when w.with_traits then trait_times end as times
           from profiles where workspace_id = $1 and id = w.profile_id for no key update
       ) p on true
      where not w.remembered
        or w.with_traits
        or p.id is null
        or p.merged
        or p."externalId" is distinct from w.external_id`,
    [
      scope.workspaceId,
      textArray(wanted.map(({ who, remembered }) => ('kind' in who && !remembered ? who.kind : null))),
      textArray(wanted.map(({ who, remembered }) => ('kind' in who && !remembered ? who.value : null))),
      uuidArray(wanted.map(({ who, remembered }) => remembered?.profileId ?? ('kind' in who ? null : who.profileId))),
      boolArray(wanted.map(({ traits }) => traits)),
      boolArray(wanted.map(({ remembered }) => remembered !== undefined)),
      textArray(wanted.map(({ remembered }) => remembered?.externalId ?? null)),
    ],
  );
}

/**
 * Where profiles addressed by id stand now: merged ones lead to the profile that took them in. Unknown ids are absent.
 */
export async function followMerges(
  scope: Scope,
  { sql, profileIds }: { sql: Sql; profileIds: string[] },
): Promise<Map<string, string>> {
  if (profileIds.length === 0) return new Map();
  const rows = await sql.query<{ id: string; current: string }>(
    'select id, coalesce(merged_into, id) as current from profiles where workspace_id = $1 and id = any($2::uuid[])',
    [scope.workspaceId, profileIds],
  );
  return new Map(rows.map(({ id, current }) => [id, current]));
}

/**
 * Writes new profiles and names. Everything is inserted in sorted order, so that two batches naming the same people in
 * opposite order wait for each other in turn and never in a circle. Throws `IdentityConflict` when somebody else was
 * first.
 */
export async function writeIdentities(
  scope: Scope,
  {
    sql,
    plan,
    demo,
    createdAt,
  }: { sql: Sql; plan: Pick<IdentityPlan, 'creates' | 'links'>; demo: boolean; createdAt: (profileId: string) => Date },
): Promise<void> {
  const creates = [...plan.creates].sort(
    (a, b) => compare(a.externalId ?? '', b.externalId ?? '') || compare(a.id, b.id),
  );
  if (creates.length > 0) {
    const written = await sql.query(
      `insert into profiles (workspace_id, id, external_id, demo, created_at)
       select $1, id, external_id, $2, created_at
       from unnest($3::uuid[], $4::text[], $5::timestamptz[]) as t (id, external_id, created_at)
       on conflict do nothing returning 1`,
      [
        scope.workspaceId,
        demo,
        creates.map(({ id }) => id),
        creates.map(({ externalId }) => externalId),
        creates.map(({ id }) => createdAt(id)),
      ],
    );
    if (written.length < creates.length) throw new IdentityConflict('profiles');
  }
  const links = [...plan.links].sort((a, b) => compare(a.kind, b.kind) || compare(a.value, b.value));
  if (links.length === 0) return;
  const written = await sql.query(
    `insert into identities (workspace_id, kind, value, profile_id)
     select $1, kind, value, profile_id from unnest($2::text[], $3::text[], $4::uuid[]) as t (kind, value, profile_id)
     on conflict do nothing returning 1`,
    [
      scope.workspaceId,
      links.map(({ kind }) => kind),
      links.map(({ value }) => value),
      links.map(({ profileId }) => profileId),
    ],
  );
  if (written.length < links.length) throw new IdentityConflict('identities');
}

/** Anonymous profiles become users. Their rows must be locked and still anonymous. */
export async function claimProfiles(
  scope: Scope,
  { sql, claims }: { sql: Sql; claims: IdentityPlan['claims'] },
): Promise<void> {
  if (claims.length === 0) return;
  await sql.query(
    `update profiles p set external_id = claim.external_id, updated_at = now()
       from unnest($2::uuid[], $3::text[]) as claim (id, external_id)
      where p.workspace_id = $1 and p.id = claim.id`,
    [scope.workspaceId, claims.map(({ profileId }) => profileId), claims.map(({ externalId }) => externalId)],
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
