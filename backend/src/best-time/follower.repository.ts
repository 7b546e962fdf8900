import { messageEvents, ownMessageIds } from '@wend/contract';
import { halfLifeDays, landmark, priorStrength, spreadToNeighbours, weights } from './habits.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** Positions of events are numbers of 64 bits: they stay text. */
export type Range = { after: string; upTo: string };
export type Held = { position: string; learnedFrom: Date };

/** Workspaces that use it and have events to be counted. Without scope: it is the worker's list. */
export async function workspacesBehind(sql: Sql, settled: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'select workspace_id as id from best_time_workspaces where position < $1 order by position, workspace_id',
    [settled],
  );
  return rows.map(({ id }) => id);
}

/** How far its events are counted, held for this transaction; null while another process counts them. */
export async function holdWorkspace({ workspaceId }: Scope, sql: Sql): Promise<Held | null> {
  const [row] = await sql.query<Held>(
    `select position, learned_from as "learnedFrom" from best_time_workspaces
     where workspace_id = $1 for update skip locked`,
    [workspaceId],
  );
  return row ?? null;
}

export async function saveProgress({ workspaceId }: Scope, { sql, upTo }: { sql: Sql; upTo: string }): Promise<void> {
  await sql.query('update best_time_workspaces set position = $2 where workspace_id = $1', [workspaceId, upTo]);
}

/**
 * Events that count: of people and not of machines, which no event tells of; not of test runs or files; opened, clicked,
 * sent and bounced as Wend itself tells, and what a browser or an app saw somebody do. $1 workspace, positions after $2
 * up to $3, received since $4.
 */
const counted = `e.workspace_id = $1 and e.position > $2 and e.position <= $3 and e.received_at >= $4
  and e.origin in ('live', 'demo')
  and e.time between e.received_at - interval '90 days' and e.received_at + interval '1 day'
  and case when starts_with(e.message_id, '${ownMessageIds}')
    then e.name in ('${messageEvents.sent}', '${messageEvents.bounced}', '${messageEvents.opened}', '${messageEvents.clicked}')
      and jsonb_typeof(e.properties -> 'channel') = 'string'
    else e.kind in ('page', 'screen')
      or e.kind = 'track' and e.context ?| array['page', 'screen', 'device', 'app', 'userAgent']
    end`;

type CountOptions = Range & { sql: Sql; learnedFrom: Date };

/** Whom the events of a range are about. */
export async function peopleIn(
  { workspaceId }: Scope,
  { sql, after, upTo, learnedFrom }: CountOptions,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct e.profile_id as id from events e where ${counted} order by 1`,
    [workspaceId, after, upTo, learnedFrom],
  );
  return rows.map(({ id }) => id);
}

/** Keeps people from being merged away or erased until the transaction ends, in the order of their ids. */
export async function holdPeople({ workspaceId }: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query('select 1 from profiles where workspace_id = $1 and id = any($2::uuid[]) order by id for key share', [
    workspaceId,
    ids,
  ]);
}

const hourly = Array.from({ length: 24 }, (_, hour) => `coalesce(sum(t.weight) filter (where t.hour = ${hour}), 0)`);

/**
 * Hours of rows together, each with a part of its neighbours (`likelihood` of habits.ts), as they weigh now (`fade`);
 * nulls of none.
 */
const spreadOf = (rows: string) => `(
  select array_agg(
    s.hours[n] * ${1 - 2 * spreadToNeighbours} + ${spreadToNeighbours} * (s.hours[(n + 22) % 24 + 1] + s.hours[n % 24 + 1])
    order by n
  )
  from (
    select array_agg(u.weight * fade.now order by u.n) as hours
    from (
      select x.n, sum(x.weight) as weight
      from (${rows}) r cross join lateral unnest(r.hours) with ordinality as x (weight, n)
      group by x.n
    ) u
  ) s
  cross join generate_series(1, 24) n
)`;

/**
 * How much likelier the signs of `found` were by their people's own hours than by everybody's, from what was known before
 * them: the logarithms together, by channel (prequential: Dawid, Statistical Theory, JRSS A 147, 1984).
 */
const scored = `fade as materialized (
       select power(2, (${landmark / 1_000} - extract(epoch from now())) / ${halfLifeDays * 86_400})::float8 as now
     ), prior as materialized (
       select c.channel, array(
         select (p.weight + 1) / (sum(p.weight) over () + 24) from unnest(c.hours) with ordinality as p (weight, n) order by p.n
       ) as shares
       from (
         select t.channel, ${spreadOf(`select e.hours from best_time_everybody e
           where e.workspace_id = $1 and e.channel in ('', t.channel)`)} as hours
         from (select distinct channel from found) t
         cross join fade
       ) c
       where c.hours[1] is not null
     ), judged as materialized (
       select m.channel, sum(s.weight * ln(
           (m.own[s.n] + ${priorStrength} * m.shares[s.n]) / ((${priorStrength} + m.total) * m.shares[s.n])
         )) as gain, sum(s.weight) as scored
       from (
         select o.*, (select sum(weight) from unnest(o.own) as weight) as total
         from (
           select f.channel, f.hours, prior.shares, ${spreadOf(`select k.hours from best_time_people k
             where k.workspace_id = $1 and k.profile_id = f.profile_id and k.channel in ('', f.channel)`)} as own
           from found f
           join prior on prior.channel = f.channel
           cross join fade
         ) o
         where o.own[1] is not null
       ) m
       cross join lateral unnest(m.hours) with ordinality as s (weight, n)
       where m.total > 0
       group by m.channel
     )`;

/**
 * Adds the events of a range to what their people, and everybody, did by the hour where each person lives. A visit is
 * the first sign of somebody in an hour; what is from an hour before the last one that was counted is part of an old
 * visit. Before it is added, each sign of somebody who was known already tells whether their own hours would have said
 * more of it than everybody's.
 */
export async function addRange({ workspaceId }: Scope, { sql, after, upTo, learnedFrom }: CountOptions): Promise<void> {
  await sql.query(
    `with seen as materialized (
       select e.profile_id, e.position, e.name, e.time, starts_with(e.message_id, '${ownMessageIds}') as told,
         case when starts_with(e.message_id, '${ownMessageIds}') then e.properties ->> 'channel' else '' end as channel,
         case when not starts_with(e.message_id, '${ownMessageIds}') then date_trunc('hour', e.time, 'UTC') end as visit
       from events e
       where ${counted}
     ), told as (
       select s.profile_id, s.channel, s.name, s.visit, p.visited_at,
         extract(hour from s.time at time zone p.zone)::int as hour,
         power(2, (extract(epoch from s.time) - ${landmark / 1_000}) / ${halfLifeDays * 86_400})::float8 as age,
         s.visit > coalesce(
           greatest(p.visited_at, max(s.visit) over (
             partition by s.profile_id order by s.position rows between unbounded preceding and 1 preceding
           )), '-infinity'
         ) as is_visit
       from seen s
       -- Each by its key: of events that have only just come the planner knows nothing, and expects none.
       cross join lateral (
         select person_zone(p.traits, (select w.time_zone from workspaces w where w.id = $1)) as zone,
           case when s.visit is not null then (
             select o.visited_at from best_time_people o
             where o.workspace_id = $1 and o.profile_id = p.id and o.channel = ''
           ) end as visited_at
         from profiles p
         where p.workspace_id = $1 and p.id = s.profile_id and not p.test
         offset 0
       ) p
     ), t as (
       select *, age * case
         when name = '${messageEvents.opened}' and channel <> '' then ${weights.open}
         when name = '${messageEvents.clicked}' and channel <> '' then ${weights.click}
         when is_visit then ${weights.visit} else 0 end as weight
       from told
     ), found as materialized (
       select t.profile_id, t.channel, array[${hourly.join(', ')}]::float8[] as hours,
         count(*) filter (where t.channel <> '' and t.name = '${messageEvents.opened}') as opens,
         count(*) filter (where t.channel <> '' and t.name = '${messageEvents.clicked}') as clicks,
         count(*) filter (where t.is_visit) as visits,
         count(*) filter (where t.channel <> '' and t.name = '${messageEvents.sent}')
           - count(*) filter (where t.channel <> '' and t.name = '${messageEvents.bounced}') as sent,
         max(t.visit) as visited_at
       from t
       group by t.profile_id, t.channel
     ), ${scored}, everybody as (
       insert into best_time_everybody as kept (
         workspace_id, channel, hours, opens, clicks, visits, sent, gain, scored
       )
       select $1, t.channel, sums.hours, t.opens, t.clicks, t.visits, t.sent, coalesce(j.gain, 0), coalesce(j.scored, 0)
       from (
         select channel, sum(opens) as opens, sum(clicks) as clicks, sum(visits) as visits, sum(sent) as sent
         from found group by channel
       ) t
       cross join lateral (
         select array_agg(h.weight order by h.n) as hours from (
           select u.n, sum(u.weight) as weight
           from found f cross join lateral unnest(f.hours) with ordinality as u (weight, n)
           where f.channel = t.channel group by u.n
         ) h
       ) sums
       left join judged j on j.channel = t.channel
       order by t.channel
       on conflict (workspace_id, channel) do update
         set hours = add_hours(kept.hours, excluded.hours), opens = kept.opens + excluded.opens,
           clicks = kept.clicks + excluded.clicks, visits = kept.visits + excluded.visits,
           sent = kept.sent + excluded.sent, gain = kept.gain + excluded.gain, scored = kept.scored + excluded.scored
     )
     insert into best_time_people as kept (
       workspace_id, profile_id, channel, hours, opens, clicks, visits, sent, visited_at
     )
     select $1, profile_id, channel, hours, opens, clicks, visits, sent, visited_at
     from found
     order by profile_id, channel
     on conflict (workspace_id, profile_id, channel) do update
       set hours = add_hours(kept.hours, excluded.hours), opens = kept.opens + excluded.opens,
         clicks = kept.clicks + excluded.clicks, visits = kept.visits + excluded.visits,
         sent = kept.sent + excluded.sent, visited_at = greatest(kept.visited_at, excluded.visited_at)`,
    [workspaceId, after, upTo, learnedFrom],
  );
}
