import type { JsonObject } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { moveRows } from '../upkeep/index.js';
import { joinVisits } from './join-visits.repository.js';
import { joinTraits } from './traits.js';

type Row = { id: string; traits: JsonObject; trait_times: Record<string, number> };

/**
 * Joins profiles, pair by pair: everything that `from` did, was sent, waits for and is known by belongs to `into`
 * afterwards; for each trait the value set last stays, and nobody is sent more than before by accident. `from` remains
 * as an empty pointer. All rows must be locked by the caller's transaction (`lockPeople`). Those that go away are
 * locked against `holdProfile` as well, all at once and in the order of their ids: whoever gives one of them something
 * new comes before the merge, or finds the pointer.
 */
export async function mergeProfiles(
  scope: Scope,
  { sql, merges }: { sql: Sql; merges: { from: string; into: string }[] },
): Promise<void> {
  if (merges.length === 0) return;
  await sql.query('select 1 from profiles where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    scope.workspaceId,
    merges.map(({ from }) => from),
  ]);
  for (const merge of merges) await joinTwo(scope, { sql, ...merge });
}

/**
 * The profile that a stored id leads to now; it is not merged away before the transaction ends. Null when there is
 * none. Whatever is written for a person who was looked up before goes through this: else it would stay behind with a
 * pointer. Ingestion does not wait for it.
 */
export async function holdProfile(
  scope: Scope,
  { sql, profileId }: { sql: Sql; profileId: string },
): Promise<string | null> {
  for (let id = profileId; ;) {
    const [row] = await sql.query<{ merged_into: string | null }>(
      'select merged_into from profiles where workspace_id = $1 and id = $2 for key share',
      [scope.workspaceId, id],
    );
    if (!row) return null;
    if (row.merged_into === null) return id;
    id = row.merged_into;
  }
}

async function joinTwo(scope: Scope, { sql, from, into }: { sql: Sql; from: string; into: string }): Promise<void> {
  const values = [scope.workspaceId, from, into];
  await joinRows(scope, { sql, from, into });
  await moveRows(scope, { sql, from, into });
  await joinConsents(scope, { sql, from, into });
  await sql.query(
    `with moved as (delete from best_time_people where workspace_id = $1 and profile_id = $2 returning *)
     insert into best_time_people as kept (
       workspace_id, profile_id, channel, hours, opens, clicks, visits, sent, visited_at
     )
     select workspace_id, $3, channel, hours, opens, clicks, visits, sent, visited_at from moved order by channel
     on conflict (workspace_id, profile_id, channel) do update
       set hours = add_hours(kept.hours, excluded.hours), opens = kept.opens + excluded.opens,
         clicks = kept.clicks + excluded.clicks, visits = kept.visits + excluded.visits,
         sent = kept.sent + excluded.sent, visited_at = greatest(kept.visited_at, excluded.visited_at)`,
    values,
  );
  await joinMemberships(scope, { sql, from, into });
  await joinVisits(scope, { sql, from, into });
  await sql.query(
    'delete from segment_due where workspace_id = $1 and profile_id = $2 and $3::uuid is not null',
    values,
  );
  // A lane is of a person.
  await sql.query(
    `update profile_changes set profile_id = $3, lane = change_lane($3), position = nextval('change_position')
     where workspace_id = $1 and profile_id = $2`,
    values,
  );
  // What either has done may reach goals of the other one's runs.
  await sql.query(
    `insert into goal_runs (workspace_id, enrollment_id)
     select e.workspace_id, e.id from enrollments e
     where e.workspace_id = $1 and e.profile_id = $3 and $2::uuid is not null
       and exists (select 1 from journey_goals g where g.workspace_id = $1 and g.version_id = e.version_id)
     order by e.id`,
    values,
  );
  // Earlier merges point at the profile that is left, never at a pointer.
  await sql.query(
    'update profiles set merged_into = $3 where workspace_id = $1 and (id = $2 or merged_into = $2)',
    values,
  );
}

/** Doors that only the person themselves goes through. */
const ownWords = `('link', 'preferences', 'confirmation', 'reply')`;
/** The less is sent by it, the higher. */
const strictness = (of: string) =>
  `(case ${of}.state when 'subscribed' then 0 when 'pending' then 1 else 2 end + case when ${of}.everything then 1 else 0 end)`;

/**
 * Where both said something of the same, what was said later stays if the person said it themselves, or if less is sent
 * by it; else what less is sent by: an import of one of them does not bring back whom the other took off. Where they
 * differ the history ends with what stays. A pause lasts as long as the longer one.
 */
async function joinConsents(
  scope: Scope,
  { sql, from, into }: { sql: Sql; from: string; into: string },
): Promise<void> {
  const values = [scope.workspaceId, from, into];
  // The one who stays may be saying something at this moment: first there is a row for all of it, and each is held.
  await sql.query(
    `insert into consents (workspace_id, profile_id, channel, topic, state, at, source, everything)
     select workspace_id, $3, channel, topic, state, at, source, everything
     from consents
     where workspace_id = $1 and profile_id = $2
     order by channel, topic
     on conflict do nothing`,
    values,
  );
  await sql.query(
    `select 1 from consents where workspace_id = $1 and profile_id = $3
       and (channel, topic) in (select channel, topic from consents where workspace_id = $1 and profile_id = $2)
     order by channel, topic
     for update`,
    values,
  );
  await sql.query(
    `with gone as (
       delete from consents where workspace_id = $1 and profile_id = $2 returning *
     ), judged as (
       select g.*, k.state as other,
         ${strictness('g')} > ${strictness('k')} and not (k.at > g.at and k.source in ${ownWords})
         or ${strictness('g')} < ${strictness('k')} and g.at > k.at and g.source in ${ownWords} as stays
       from gone g
       join consents k on k.workspace_id = g.workspace_id and k.profile_id = $3 and k.channel = g.channel
         and k.topic = g.topic
     ), written as (
       update consents k
       set state = j.state, at = j.at, source = j.source, everything = j.everything
       from judged j
       where k.workspace_id = $1 and k.profile_id = $3 and k.channel = j.channel and k.topic = j.topic and j.stays
     )
     insert into consent_changes (workspace_id, profile_id, channel, topic, state, was, source)
     select workspace_id, $3, channel, topic, case when stays then state else other end,
       case when stays then other else state end, 'merge'
     from judged
     where other <> state
     order by channel, topic`,
    values,
  );
  await sql.query(
    `update profiles p
     set paused_until = greatest(p.paused_until, f.paused_until)
     from profiles f
     where p.workspace_id = $1 and p.id = $3 and f.workspace_id = $1 and f.id = $2 and f.paused_until is not null`,
    values,
  );
}

type Collision = {
  segment_id: string;
  generation: number;
  since: Date;
  member: boolean;
  /** Whether the row was there, and what it says. */
  collided: boolean;
  was: boolean;
};

/**
 * In every segment that either was in, until they are looked at anew: that follows from the merge (`profiles_merged`).
 * Sizes count one less for rows that truly met: the one who stays may be evaluated at this moment, so rows are held
 * before they are compared.
 */
async function joinMemberships(
  scope: Scope,
  { sql, from, into }: { sql: Sql; from: string; into: string },
): Promise<void> {
  const rows = await sql.query<Collision>(
    `with moved as (
       delete from segment_memberships where workspace_id = $1 and profile_id = $2
       returning workspace_id, segment_id, generation, since, member
     ), placed as (
       insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since, member)
       select workspace_id, segment_id, generation, $3, since, member from moved
       order by segment_id, generation
       on conflict (workspace_id, segment_id, generation, profile_id)
       do update set member = segment_memberships.member
       returning segment_id, generation, member as was, xmax <> 0 as collided
     )
     select segment_id, generation, m.since, m.member, p.was, p.collided
     from moved m join placed p using (segment_id, generation)`,
    [scope.workspaceId, from, into],
  );
  const met = rows.filter(({ collided }) => collided);
  if (met.length === 0) return;
  const places = [met.map((row) => row.segment_id), met.map(({ generation }) => generation)];
  // A build that takes the place of the members before is waited for, or waits: it counts them all.
  await sql.query('select 1 from segments where workspace_id = $1 and id = any($2::uuid[]) order by id for share', [
    scope.workspaceId,
    places[0],
  ]);
  await sql.query(
    `update segment_memberships m
     set member = m.member or t.member,
       since = case when m.member = t.member then least(m.since, t.since)
         when t.member then t.since else m.since end
     from unnest($3::uuid[], $4::int[], $5::timestamptz[], $6::boolean[]) as t (segment_id, generation, since, member)
     where m.workspace_id = $1 and m.profile_id = $2 and m.segment_id = t.segment_id and m.generation = t.generation`,
    [scope.workspaceId, into, ...places, met.map(({ since }) => since), met.map(({ member }) => member)],
  );
  await sql.query(
    `insert into segment_deltas (workspace_id, segment_id, at, entered, gone, size)
     select s.workspace_id, s.id, now(), 0, 0, -1
     from unnest($2::uuid[], $3::int[], $4::boolean[]) as t (segment_id, generation, both_in)
     join segments s on s.workspace_id = $1 and s.id = t.segment_id and s.generation = t.generation
     where t.both_in`,
    [scope.workspaceId, ...places, met.map(({ member, was }) => member && was)],
  );
}

async function joinRows(scope: Scope, { sql, from, into }: { sql: Sql; from: string; into: string }): Promise<void> {
  const rows = await sql.query<Row>(
    'select id, traits, trait_times from profiles where workspace_id = $1 and id = any($2::uuid[])',
    [scope.workspaceId, [from, into]],
  );
  const source = rows.find(({ id }) => id === from);
  const target = rows.find(({ id }) => id === into);
  if (!source || !target) throw new Error('A profile to merge does not exist.');
  const joined = joinTraits(
    { traits: target.traits, times: target.trait_times },
    { traits: source.traits, times: source.trait_times },
  );
  await sql.query(
    `update profiles p
       set traits = $4, trait_times = $5, updated_at = now(), created_at = least(p.created_at, other.created_at),
         -- Whom Wend knew first keeps the role in the holdout.
         holdout_seed = case
           when other.created_at < p.created_at then coalesce(other.holdout_seed, other.id)
           else p.holdout_seed
         end,
         last_seen_at = greatest(p.last_seen_at, other.last_seen_at)
       from profiles other
      where p.workspace_id = $1 and p.id = $3 and other.workspace_id = $1 and other.id = $2`,
    [scope.workspaceId, from, into, JSON.stringify(joined.traits), JSON.stringify(joined.times)],
  );
  await sql.query(
    `update profiles
      set external_id = null, traits = '{}', trait_times = '{}', updated_at = now()
      where workspace_id = $1 and id = $2`,
    [scope.workspaceId, from],
  );
}
