import { uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Takes what people opened, clicked and visited out of what everybody did. Their rows are there still; the caller holds
 * these people, so that nothing of them is counted meanwhile. Whether people's own hours say more than everybody's stays
 * as it was found: it is of nobody any more.
 */
export async function forgetHabits(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query(
    `with gone as (
       select channel, sum(opens) as opens, sum(clicks) as clicks, sum(visits) as visits, sum(sent) as sent
       from best_time_people
       where workspace_id = $1 and profile_id = any($2::uuid[])
       group by channel
     ), held as materialized (
       select e.channel
       from best_time_everybody e
       where e.workspace_id = $1 and e.channel in (select channel from gone)
       order by e.channel
       for update
     )
     update best_time_everybody e
     set opens = e.opens - g.opens, clicks = e.clicks - g.clicks, visits = e.visits - g.visits, sent = e.sent - g.sent,
       hours = (
         select array_agg(greatest(0, u.weight - coalesce(t.weight, 0)) order by u.n)
         from unnest(e.hours) with ordinality as u (weight, n)
         left join (
           select x.n, sum(x.weight) as weight
           from best_time_people p
           cross join lateral unnest(p.hours) with ordinality as x (weight, n)
           where p.workspace_id = $1 and p.profile_id = any($2::uuid[]) and p.channel = e.channel
           group by x.n
         ) t on t.n = u.n
       )
     from gone g
     join held h on h.channel = g.channel
     where e.workspace_id = $1 and e.channel = g.channel`,
    [scope.workspaceId, uuidArray(ids)],
  );
}
