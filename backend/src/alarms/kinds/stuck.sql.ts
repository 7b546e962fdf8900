/** Of each workspace so many overdue runs are looked at, the latest first. */
const mostRuns = 5_000;
const mostEvents = 1_000;

/**
 * Live runs of live journeys whose time has been over for $1 minutes, or that have not begun for so long; and events of
 * the last $1 minutes that the router gave up on, for the workspace. What a pause holds is not overdue before the resume.
 */
export const stuckSql = `
with overdue as materialized (
  select w.id as workspace_id, e.journey_id, t.until as since
  from workspaces w
  cross join lateral (
    select enrollment_id, until
    from timers
    where workspace_id = w.id and until < now() - $1 * interval '1 minute'
    order by until desc
    limit ${mostRuns}
  ) t
  cross join lateral (
    select journey_id, held, ended_at, origin
    from enrollments
    where workspace_id = w.id and id = t.enrollment_id
    offset 0
  ) e
  where not e.held and e.ended_at is null and e.origin = 'live'
  union all
  (
    select workspace_id, journey_id, created_at
    from enrollments
    where status = 'starting' and not held and origin = 'live' and cancel_reason is null
    order by sweep_after
    limit ${mostRuns}
  )
), d as (
  select o.workspace_id, o.journey_id, count(*)::int as runs, min(greatest(o.since, c.changed_at)) as since
  from overdue o
  join journey_control c on c.workspace_id = o.workspace_id and c.journey_id = o.journey_id
  where c.state = 'live' and greatest(o.since, c.changed_at) < now() - $1 * interval '1 minute'
  group by 1, 2
)
select d.workspace_id as "workspaceId", d.journey_id as "journeyId", null as "connectionId", j.name,
  jsonb_build_object('count', d.runs, 'minutes', extract(epoch from now() - d.since) / 60) as figures
from d
join journeys j on j.workspace_id = d.workspace_id and j.id = d.journey_id
union all
select w.id, null, null, w.name,
  jsonb_build_object('count', letters.count, 'minutes', extract(epoch from now() - letters.since) / 60,
    'lastError', letters.error)
from workspaces w
cross join lateral (
  select count(*)::int as count, min(at) as since, (array_agg(error order by at desc))[1] as error
  from (select at, error from dead_letters where workspace_id = w.id order by id desc limit ${mostEvents}) latest
  where at > now() - $1 * interval '1 minute'
) letters
where letters.count > 0`;
