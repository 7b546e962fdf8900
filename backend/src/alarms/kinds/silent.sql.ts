import { subjectColumns, subjectJoins } from './delivery.sql.js';

/**
 * Journeys and connections by which nothing went out in the last $1 whole hours and since, with what went out in the same
 * hours of the seven days before by the clocks of the workspace, the last one first. Only those that could have: journeys that are live and were so all
 * the time, connections that are in use and of whose channel nothing went out otherwise.
 */
export const silentSql = `
select ${subjectColumns},
  jsonb_build_object('days', d.days, 'channels', d.channels) as figures
from workspaces w
cross join lateral (
  select daily.journey_id, daily.connection_id,
    (select array_agg(distinct channel) from unnest(string_to_array(string_agg(daily.channels, ','), ',')) channel)
      as channels,
    array(
      select coalesce(sum(one.sent), 0)::int
      from generate_series(1, 7) n
      left join unnest(array_agg(daily.day), array_agg(daily.sent)) as one (day, sent) on one.day = n
      group by n order by n
    ) as days
  from (
    select n.day, h.journey_id, h.connection_id, sum(h.sent) as sent, string_agg(distinct h.channel, ',') as channels
    from generate_series(0, 7) as n (day)
    cross join lateral (
      select (date_trunc('hour', now()) at time zone w.time_zone - make_interval(days => n.day)) at time zone w.time_zone as hour
    ) as this
    join delivery_hours h on h.workspace_id = w.id
      and h.hour >= this.hour - make_interval(hours => $1::int)
      and (n.day = 0 or h.hour < this.hour)
    group by n.day, grouping sets ((h.journey_id), (h.connection_id))
  ) daily
  group by daily.journey_id, daily.connection_id
  having coalesce(sum(daily.sent) filter (where daily.day = 0), 0) = 0 and sum(daily.sent) > 0
) d
${subjectJoins}
left join journey_control o on o.workspace_id = w.id and o.journey_id = d.journey_id
where case
  when d.journey_id is not null then j.archived_at is null
    and o.state = 'live'
    and o.changed_at < date_trunc('hour', now()) - $1 * interval '1 hour'
  else c.enabled and not exists (
    select 1
    from delivery_hours other
    where other.workspace_id = w.id
      and other.hour >= date_trunc('hour', now()) - $1 * interval '1 hour'
      and other.channel = any(d.channels)
      and other.sent > 0
  )
end`;
