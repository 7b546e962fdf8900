/** Connections in use that are down, for however long. */
export const downSql = `
select s.workspace_id as "workspaceId", null as "journeyId", c.id as "connectionId", c.name,
  jsonb_build_object('minutes', extract(epoch from now() - s.since) / 60,
    'okMinutes', extract(epoch from now() - s.last_ok_at) / 60,
    'lastError', (
      select e.message
      from connection_errors e
      where e.workspace_id = s.workspace_id and e.connection_id = s.connection_id
      order by e.id desc
      limit 1
    )
  ) as figures
from connection_states s
join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
where s.state = 'down' and c.enabled`;
