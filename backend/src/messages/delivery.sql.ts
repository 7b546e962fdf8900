import { latestPause, paceOf, spendPace } from '../journeys/index.js';

const pending = `status in ('queued', 'sending') and not parked`;

/**
 * Walks the lanes (workspace, channel, lane) that have anything, from one on, and takes from each what there is room
 * for; then of each workspace its oldest, and of all first everybody's first. A lane of very many messages costs what a
 * small one does: each look is a few rows of `messages_due`. One row comes back even when nothing was claimed: how far
 * the walk came.
 *
 * Each class of lanes (messages/lanes.ts) has room of its own, and the transactional ones, where they have any, are
 * looked at each time, wherever the walk stands. Lanes that are wide count apart: by their own room, and that of all of their class.
 *
 * $1 to $3 the lane before the first, $4 lanes at most, $5 to $9 lanes with their room and whether they are wide, $10 to
 * $14 classes with the room of other lanes, of other workspaces, of all, and of all wide ones, $15 to $17 workspaces
 * with their room in a class, $18 owner, $19 ids it has, $20 owners that are dead, $21 lease in ms, $22 at most, $23 of
 * each class the room of other channels, $24 to $27 channels of a workspace with their room in a class
 */
export const claimMessages = `
with recursive lane as (
  (select m.workspace_id, m.channel, m.lane, 1 as place from messages m
    where ${pending} and (m.workspace_id, m.channel, m.lane) > ($1::uuid, $2::text, $3::smallint) and $4::int > 0
    order by m.workspace_id, m.channel, m.lane limit 1)
  union all
  select following.*, lane.place + 1 from lane cross join lateral (
    select m.workspace_id, m.channel, m.lane from messages m
    where ${pending} and (m.workspace_id, m.channel, m.lane) > (lane.workspace_id, lane.channel, lane.lane)
    order by m.workspace_id, m.channel, m.lane limit 1) following
  where lane.place < $4::int
), urgent as (
  (select m.workspace_id, m.channel, m.lane, 1 as place from messages m
    where ${pending} and m.lane >= 8192 and 2 = any($10::int[])
    order by m.workspace_id, m.channel, m.lane limit 1)
  union all
  select following.*, urgent.place + 1 from urgent cross join lateral (
    select m.workspace_id, m.channel, m.lane from messages m
    where ${pending}
      and m.lane >= 8192
      and (m.workspace_id, m.channel, m.lane) > (urgent.workspace_id, urgent.channel, urgent.lane)
    order by m.workspace_id, m.channel, m.lane limit 1) following
  where urgent.place < 500
), gone as materialized (
  select o.name from delivery_owners o where o.name = any($20::text[]) and pg_try_advisory_xact_lock_shared(7361, o.id)
), class as materialized (
  select *
  from unnest(
    $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $23::int[]
  ) as c (class, lane, workspace, total, wide, channel)
), open as materialized (
  select each.workspace_id, each.channel, each.lane, c.class, coalesce(l.wide, false) as wide,
    case when l.wide then l.room else least(coalesce(l.room, c.lane), coalesce(w.room, c.workspace)) end as room,
    case when l.wide then l.room else coalesce(w.room, c.workspace) end as group_room,
    case when l.wide then l.room else coalesce(k.room, c.channel) end as channel_room,
    case when l.wide then each.channel || each.lane end as group_of,
    case when l.wide then c.wide else c.total end as class_room
  from (select workspace_id, channel, lane from lane union select workspace_id, channel, lane from urgent) each
  join class c on c.class = each.lane / 4096
  left join unnest(
    $5::uuid[], $6::text[], $7::smallint[], $8::int[], $9::boolean[]
  ) as l (workspace_id, channel, lane, room, wide) on (l.workspace_id, l.channel, l.lane) = (each.workspace_id, each.channel,
    each.lane)
  left join unnest($15::uuid[], $16::int[], $17::int[]) as w (workspace_id, class, room)
    on w.workspace_id = each.workspace_id and w.class = c.class
  left join unnest($24::uuid[], $25::int[], $26::text[], $27::int[]) as k (workspace_id, class, channel, room)
    on k.workspace_id = each.workspace_id and k.class = c.class and k.channel = each.channel
), found as materialized (
  select open.workspace_id, open.channel, open.class, open.wide, open.group_room, open.channel_room, open.group_of,
    open.class_room, due.id, due.status, due.next_attempt_at, due.lease_until
  from open cross join lateral (
    select m.id, m.status, m.next_attempt_at, m.lease_until from messages m
    where ${pending}
      and m.workspace_id = open.workspace_id
      and m.channel = open.channel
      and m.lane = open.lane
      and m.next_attempt_at <= now()
      and (
        m.lease_until is null
          or (m.lease_owner = $18 and m.id <> all($19::uuid[]))
          or (m.lease_owner <> $18 and (m.lease_until < now() or m.lease_owner in (select name from gone)))
      )
    order by m.next_attempt_at limit open.room for update skip locked) due
), of_channel as (
  select *, row_number() over (partition by workspace_id, class, group_of, channel order by next_attempt_at) as nth from found
), turn as (
  select *, row_number() over (partition by workspace_id, class, group_of order by next_attempt_at) as n
  from of_channel
  where nth <= channel_room
), ranked as (
  select *, row_number() over (partition by class, wide order by n, next_attempt_at) as rank
  from turn
  where n <= group_room
), chosen as (
  select workspace_id, id, status, lease_until from ranked where rank <= class_room
  -- Says no more, but how few these are: else all messages would be read to find them.
  limit $22
), taken as (
  update messages m set lease_owner = $18, lease_until = now() + $21 * interval '1 millisecond'
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
  update messages m set parked = true, lease_owner = null, lease_until = null,
    held_in = coalesce(m.held_in, ${latestPause('m')})
  from (select * from own union all select * from others) paused
  where m.workspace_id = paused.workspace_id and m.id = paused.id
)
select exists (select 1 from control) as paused`;

/** Of each journey so many others go to its lane at once, of so many that are due. */
const gathered = { most: 2_000, read: 10_000 };

/**
 * Of journeys whose messages may only go so fast: those that are in hand, and some that are due and whose receiver is
 * not known, go to the lane where they wait together, so that they stand in nobody's way.
 *
 * $1 workspace; of those in hand $2 the message, $3 owner, $4 the lane that it goes to, $5 what has it wait; of the others
 * $6 journey, $7 channel, $8 the lane that they are in, $9 the lane that they go to, $10 what has them wait
 */
export const gatherInLane = `
with own as materialized (
  select m.id, g.lane, g.ruling
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[]) as g (id, owner, lane, ruling)
  join messages m on m.workspace_id = $1 and m.id = g.id and m.lease_owner = g.owner and m.status = 'queued'
  order by m.id
  for update of m
), others as materialized (
  select o.id, l.lane, l.ruling
  from unnest($6::uuid[], $7::text[], $8::bigint[], $9::bigint[], $10::text[])
    as l (journey_id, channel, current, lane, ruling)
  cross join lateral (
    select m.id
    from messages m
    where m.workspace_id = $1
      and m.id in (
        select near.id
        from (
          select x.id, x.journey_id, x.origin, x.lease_owner
          from messages x
          where x.status in ('queued', 'sending')
            and not x.parked
            and x.workspace_id = $1
            and x.channel = l.channel
            and x.lane = l.current
            and x.next_attempt_at <= now()
          order by x.next_attempt_at
          limit ${gathered.read}
        ) near
        where near.journey_id = l.journey_id and near.origin = 'live' and near.lease_owner is null
        limit ${gathered.most}
      )
      and m.status = 'queued'
      and m.lane = l.current
      and m.lease_owner is null
    for update skip locked
  ) o
)
update messages m set lane = waiting.lane, lease_owner = null, lease_until = null, ruling = waiting.ruling::jsonb
from (select * from own union all select * from others) waiting
where m.workspace_id = $1 and m.id = waiting.id`;

/** Journeys with messages put aside are walked over, not their messages. As fast as who resumed one has said. */
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
  select j.workspace_id, j.journey_id, pace.id as pause, least(5000, pace.room) as room
  from journey j
  left join lateral ${paceOf('j')} pace on true
  where (pace.room is null or pace.room > 0) and not exists (
    select 1
    from journey_control c
    where c.workspace_id = j.workspace_id and c.journey_id = j.journey_id and c.state = 'paused'
  )
), free as materialized (
  select m.workspace_id, m.id, open.pause from open cross join lateral (
    select workspace_id, id
    from messages
    where parked and workspace_id = open.workspace_id and journey_id = open.journey_id
      -- Which is the last one to a person is known once none of her runs is held.
      and (held_in is null or not exists (
        select 1
        from journey_pauses p
        join enrollments e on e.workspace_id = p.workspace_id and e.held_in = p.id
        where p.workspace_id = messages.workspace_id
          and p.id = messages.held_in
          and p.overdue = 'latest'
          and e.profile_id = messages.profile_id
          and e.ended_at is null
      ))
    limit open.room
    for update skip locked) m
  limit 5000
), spent as (${spendPace('(select pause as id, count(*)::int as count from free group by pause)')}), out as (
  update messages m set parked = false from free where m.workspace_id = free.workspace_id and m.id = free.id returning 1
)
select count(*)::int as count from out`;
