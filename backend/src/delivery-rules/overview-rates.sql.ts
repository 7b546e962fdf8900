import { slowedTo } from '../rates/index.js';

const thisMinute = `date_trunc('minute', now())`;
const lastMinute = `${thisMinute} - interval '1 minute'`;

/** How fast messages go and may go. $1 workspace */
export const ratesSql = `
with sent as materialized (
  select journey_id, connection_id, channel, sum(sent)::int as count
  from (
    select journey_id, connection_id, channel, sent
    from delivery_minutes
    where workspace_id = $1 and minute = ${lastMinute}
    union all
    select journey_id, connection_id, channel, sent
    from delivery_deltas
    where workspace_id = $1 and at >= ${lastMinute} and at < ${thisMinute}
  ) noted
  group by journey_id, connection_id, channel
), went as (
  select 'workspace' as kind, '' as of, coalesce(sum(count), 0)::int as count from sent
  union all
  select 'channel', channel, sum(count)::int from sent group by channel having sum(count) > 0
  union all
  select 'journey', journey_id::text, sum(count)::int from sent group by journey_id
  union all
  select 'connection', connection_id::text, sum(count)::int from sent group by connection_id having sum(count) > 0
), limits as (
  select case when channel is not null then 'channel' when journey_id is not null then 'journey' else 'workspace' end
      as kind,
    coalesce(channel, journey_id::text, '') as of, messages::float8 as messages, per
  from rate_limits
  where workspace_id = $1
  union all
  select 'connection', id::text, rate_per_second, 'second'
  from connections
  where workspace_id = $1 and enabled and rate_per_second is not null
), buckets as (
  select b.kind, b.name as of, b.taken_until > now() as busy, ${slowedTo('b', 'now()')} as slowed_to
  from rate_buckets b
  where b.workspace_id = $1
), shown as (
  select kind, of from went where kind <> 'journey'
  union
  select kind, of from limits
  union
  select kind, of from buckets where slowed_to is not null
)
select s.kind, s.of, coalesce(j.name, k.name, case s.kind when 'channel' then s.of else '' end) as name,
  coalesce(w.count, 0) as "lastMinute",
  case when l.messages is not null then jsonb_build_object('messages', l.messages, 'per', l.per) end as "limit",
  b.slowed_to as "slowedTo", coalesce(b.busy, false) as busy
from shown s
left join went w using (kind, of)
left join limits l using (kind, of)
left join buckets b using (kind, of)
left join journeys j on j.workspace_id = $1 and s.kind = 'journey' and j.id::text = s.of
left join connections k on k.workspace_id = $1 and s.kind = 'connection' and k.id::text = s.of
where s.kind in ('workspace', 'channel') or j.id is not null or k.id is not null
order by array_position(array['workspace', 'channel', 'connection', 'journey'], s.kind), name, s.of`;
