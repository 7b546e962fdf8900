const none = '00000000-0000-0000-0000-000000000000';

/** Messages without a connection are counted under this. */
export const noConnection = `'${none}'::uuid`;

/** What every statement of a kind answers with, for rows `d` of a workspace `w`. */
export const subjectColumns = `w.id as "workspaceId", d.journey_id as "journeyId",
  case when d.journey_id is null then c.id end as "connectionId", coalesce(j.name, c.name) as name`;

/** Journeys and connections that are there: those that were deleted meanwhile have no alarms. */
export const subjectJoins = `
  left join journeys j on j.workspace_id = w.id and j.id = d.journey_id
  left join connections c on c.workspace_id = w.id and c.id = d.connection_id`;

/**
 * By journey and by connection what was tried and what failed. $1 how long, $2 only after that time, or null. A minute or
 * hour counts when all of it lies within.
 */
export function sharesSql({ table, unit, of, bad }: { table: string; unit: string; of: string; bad: string }): string {
  return `
select ${subjectColumns},
  jsonb_build_object('total', d.total, 'bad', d.bad, 'channels', d.channels) as figures
from workspaces w
cross join lateral (
  select m.journey_id, m.connection_id, sum(m.${of})::int as total, sum(m.${bad})::int as bad,
    array_agg(distinct m.channel) as channels
  from ${table} m
  where m.workspace_id = w.id
    and m.${unit} > now() - $1 * interval '1 ${unit}'
    and m.${unit} > coalesce($2::timestamptz, '-infinity')
  group by grouping sets ((m.journey_id), (m.connection_id))
  having sum(m.${bad}) > 0
) d
${subjectJoins}
where j.id is not null or c.id is not null`;
}
