const pending = `status in ('queued', 'sending') and not parked`;

/**
 * Walks the lanes (workspace, channel, lane) that have anything, from one on, and takes from each what there is room
 * for; then of each workspace its oldest, and of all first everybody's first. A lane of very many messages costs what a
 * small one does: each look is a few rows of `messages_due`. One row comes back even when nothing was claimed: how far
 * the walk came.
 *
 * Lanes that are wide count apart: by their own room, and $19 in all of them.
 *
 * $1 to $3 the lane before the first, $4 lanes at most, $5 to $8 lanes with their room, $9 room of other lanes, $10,
 * $11 workspaces with their room, $12 room of others, $13 at most, $14 owner, $15 ids it has, $16 owners that are dead,
 * $17 lease in ms, $18 which of the lanes are wide, $19 at most of those
 */
export const claimMessages = `
with recursive lane as (
  (select m.workspace_id, m.channel, m.lane, 1 as place from messages m
    where ${pending} and (m.workspace_id, m.channel, m.lane) > ($1::uuid, $2::text, $3::smallint)
    order by m.workspace_id, m.channel, m.lane limit 1)
  union all
  select following.*, lane.place + 1 from lane cross join lateral (
    select m.workspace_id, m.channel, m.lane from messages m
    where ${pending} and (m.workspace_id, m.channel, m.lane) > (lane.workspace_id, lane.channel, lane.lane)
    order by m.workspace_id, m.channel, m.lane limit 1) following
  where lane.place < $4
), gone as materialized (
  select o.name from delivery_owners o where o.name = any($16::text[]) and pg_try_advisory_xact_lock_shared(7361, o.id)
), open as materialized (
  select lane.workspace_id, lane.channel, lane.lane, lane.place, coalesce(l.wide, false) as wide,
    case when l.wide then l.room else least(coalesce(l.room, $9::int), coalesce(w.room, $12::int)) end as room,
    case when l.wide then l.room else coalesce(w.room, $12::int) end as group_room
  from lane
  left join unnest(
    $5::uuid[], $6::text[], $7::smallint[], $8::int[], $18::boolean[]
  ) as l (workspace_id, channel, lane, room, wide) on (l.workspace_id, l.channel, l.lane) = (lane.workspace_id, lane.channel,
    lane.lane)
  left join unnest($10::uuid[], $11::int[]) as w (workspace_id, room) on w.workspace_id = lane.workspace_id
), found as materialized (
  select open.workspace_id, open.wide, open.group_room, case when open.wide then open.place end as group_of, due.id,
    due.status, due.next_attempt_at, due.lease_until
  from open cross join lateral (
    select m.id, m.status, m.next_attempt_at, m.lease_until from messages m
    where ${pending}
      and m.workspace_id = open.workspace_id
      and m.channel = open.channel
      and m.lane = open.lane
      and m.next_attempt_at <= now()
      and (
        m.lease_until is null
          or (m.lease_owner = $14 and m.id <> all($15::uuid[]))
          or (m.lease_owner <> $14 and (m.lease_until < now() or m.lease_owner in (select name from gone)))
      )
    order by m.next_attempt_at limit open.room for update skip locked) due
), turn as (
  select *, row_number() over (partition by workspace_id, group_of order by next_attempt_at) as n from found
), ranked as (
  select *, row_number() over (partition by wide order by n, next_attempt_at) as rank from turn where n <= group_room
), chosen as (
  select workspace_id, id, status, lease_until from ranked where rank <= case when wide then $19::int else $13::int end
  -- Says no more, but how few these are: else all messages would be read to find them.
  limit $13::int + $19::int
), taken as (
  update messages m set lease_owner = $14, lease_until = now() + $17 * interval '1 millisecond'
  from chosen where m.workspace_id = chosen.workspace_id and m.id = chosen.id
  returning m.workspace_id, m.id, m.channel, m.lane, chosen.status as previous, m.attempts, m.provider,
    extract(epoch from now() - chosen.lease_until)::float8 as lapsed_seconds
)
select t.*, walk.last, walk.walked
from (
  select (select json_build_array(workspace_id, channel, lane) from lane order by place desc limit 1) as last,
    (select count(*)::int from lane) as walked
) walk
left join taken t on true`;

/**
 * $1 workspace, $2 journey, $3 owner, $4 what it has of them. The control row is read FOR SHARE: a resume comes before
 * this, and is seen, or after it, and finds what was put aside. Some at once: whoever resumes the journey waits for this,
 * and all of a million would take longer than a statement may.
 */
export const parkPaused = `
with control as materialized (
  select 1 from journey_control c where c.workspace_id = $1 and c.journey_id = $2 and c.state = 'paused' for share
), own as materialized (
  select m.workspace_id, m.id
  from messages m
  where m.workspace_id = $1
    and m.journey_id = $2
    and m.id = any($4::uuid[])
    and m.lease_owner = $3
    and m.status = 'queued'
    and not m.parked
    and m.origin <> 'test'
    and exists (select 1 from control)
  for update
), others as materialized (
  select m.workspace_id, m.id
  from messages m
  where m.workspace_id = $1
    and m.journey_id = $2
    and m.status = 'queued'
    and not m.parked
    and m.origin <> 'test'
    and m.next_attempt_at <= now()
    and m.lease_owner is null
    and exists (select 1 from control)
  limit 5000
  for update skip locked
), aside as (
  update messages m set parked = true, lease_owner = null, lease_until = null
  from (select * from own union all select * from others) paused
  where m.workspace_id = paused.workspace_id and m.id = paused.id
)
select exists (select 1 from control) as paused`;

/** Journeys with messages put aside are walked over, not their messages. */
export const unparkMessages = `
with recursive journey as (
  (select workspace_id, journey_id from messages where parked order by workspace_id, journey_id limit 1)
  union all
  select following.* from journey cross join lateral (
    select m.workspace_id, m.journey_id
    from messages m
    where m.parked and (m.workspace_id, m.journey_id) > (journey.workspace_id, journey.journey_id)
    order by m.workspace_id, m.journey_id
    limit 1) following
), open as materialized (
  select *
  from journey j
  where not exists (
    select 1
    from journey_control c
    where c.workspace_id = j.workspace_id and c.journey_id = j.journey_id and c.state = 'paused'
  )
), free as (
  select m.workspace_id, m.id from open cross join lateral (
    select workspace_id, id
    from messages
    where parked and workspace_id = open.workspace_id and journey_id = open.journey_id
    limit 5000
    for update skip locked) m
  limit 5000
), out as (
  update messages m set parked = false from free where m.workspace_id = free.workspace_id and m.id = free.id returning 1
)
select count(*)::int as count from out`;
