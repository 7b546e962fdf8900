import { slowedTo } from '../../rates/index.js';
import { noConnection, subjectColumns, subjectJoins } from './delivery.sql.js';

const pending = `m.status in ('queued', 'sending') and not m.parked`;
/** Of each lane so many are looked at, the oldest first; what is more is said as “or more”. */
export const mostCounted = 1_000;
const mostLanes = 2_000;

/**
 * Live messages that have been due for more than $1 minutes, by journey and by connection, with how many of its messages
 * came to an end in these minutes, and what one that waits was answered. Quiet hours and nights lie in the future of a
 * message, and paused journeys are left out; what a rule holds is not due (its time is infinity). The walk is that of the
 * claims (messages/delivery.sql.ts): some rows of each lane. `limited`: a rate or a daily limit holds messages of such a
 * channel. $2, $3 kinds of connections with their channels.
 */
export const queueSql = `
with recursive lane as (
  (select m.workspace_id, m.channel, m.lane, 1 as place from messages m where ${pending}
    order by m.workspace_id, m.channel, m.lane limit 1)
  union all
  select following.*, lane.place + 1 from lane cross join lateral (
    select m.workspace_id, m.channel, m.lane from messages m
    where ${pending} and (m.workspace_id, m.channel, m.lane) > (lane.workspace_id, lane.channel, lane.lane)
    order by m.workspace_id, m.channel, m.lane limit 1) following
  where lane.place < ${mostLanes}
), late as materialized (
  select lane.workspace_id, lane.channel, due.journey_id, coalesce(due.connection_id, ${noConnection}) as connection_id,
    greatest(due.since, control.changed_at) as since, due.error
  from lane cross join lateral (
    select m.journey_id, m.connection_id, least(m.next_attempt_at, m.away_since) as since, m.error
    from messages m
    where ${pending}
      and m.workspace_id = lane.workspace_id
      and m.channel = lane.channel
      and m.lane = lane.lane
      and m.next_attempt_at <= now()
      and m.origin = 'live'
    order by m.next_attempt_at limit ${mostCounted}) due
  join journey_control control on control.workspace_id = lane.workspace_id and control.journey_id = due.journey_id
  where control.state = 'live' and greatest(due.since, control.changed_at) < now() - $1 * interval '1 minute'
), d as materialized (
  select workspace_id, journey_id, connection_id, count(*)::int as waiting, min(since) as since,
    array_agg(distinct channel) as channels, (array_agg(error order by since desc) filter (where error is not null))[1] as error
  from late
  group by grouping sets ((workspace_id, journey_id), (workspace_id, connection_id))
)
select ${subjectColumns},
  jsonb_build_object('waiting', d.waiting, 'minutes', extract(epoch from now() - d.since) / 60, 'channels', d.channels,
    'lastError', d.error, 'left', (
      select coalesce(sum(m.tried), 0)
      from delivery_minutes m
      where m.workspace_id = w.id
        and m.minute > now() - ($1 + 1) * interval '1 minute'
        and case
          when d.journey_id is null then m.connection_id = d.connection_id
          else m.journey_id = d.journey_id
        end
    ),
    'limited', exists (
      select 1
      from connections k
      join unnest($2::text[], $3::text[]) as p (kind, channel) on p.kind = k.kind
      left join warm_ups u on u.workspace_id = k.workspace_id and u.connection_id = k.id
      where k.workspace_id = w.id
        and k.enabled
        and p.channel = any(d.channels)
        and (k.rate_per_second is not null or u.connection_id is not null or exists (
          select 1
          from rate_buckets b
          where b.workspace_id = w.id and b.kind = 'connection' and b.name = k.id::text and ${slowedTo('b', 'now()')} is not null
        ))
    ) or exists (
      select 1
      from rate_limits r
      where r.workspace_id = w.id
        and (r.channel is null or r.channel = any(d.channels))
        and (r.journey_id is null or d.journey_id is null or r.journey_id = d.journey_id)
    )
  ) as figures
from d
join workspaces w on w.id = d.workspace_id
${subjectJoins}
where j.id is not null or c.id is not null`;
