/** What a rule keeps back; the partial indexes on `messages` say the same. */
export const isHeld = `held_by is not null and status = 'queued'`;

/** In one statement: what waits behind it for the rows is a send. */
const releasedAtOnce = 500;
/** So many more than there are tokens for are looked at, for those that take none. */
const endedAtOnce = 50;
const workspacesAtOnce = 20;
const expiredAtOnce = 1_000;
/** Between two looks at most so many seconds' worth of messages gather. */
const burstSeconds = 2;

/** What is of no use any more goes on to whoever writes that down. */
export const freeExpired = `
with late as materialized (
  select workspace_id, id
  from messages
  where ${isHeld} and expires_at <= now()
  order by expires_at
  limit ${expiredAtOnce}
  for update skip locked
), freed as (
  update messages m set held_by = null, held_until = null, next_attempt_at = now()
  from late where m.workspace_id = late.workspace_id and m.id = late.id
  returning 1
)
select count(*)::int as count from freed`;

/**
 * What is let go is looked up by its keys: PostgreSQL cannot know how few they are, and would read all messages to join
 * them.
 */
export const releaseSettings = ['enable_hashjoin = off', 'enable_mergejoin = off'];

/**
 * For who reads the backlog part by part, in its order. PostgreSQL takes few of all messages to be held, and would
 * gather and sort all of them for each part.
 */
export const walkSettings = ['enable_bitmapscan = off'];

/**
 * Walks the workspaces that have a backlog, not their messages. Who has a pace takes as many as there are tokens for,
 * under a lock on its bucket; whoever cannot have the lock leaves it to the one who has. A message that comes before
 * another leaves a microsecond before it, so that senders take them in that order too. What ends when it is let go, since
 * its run or its journey has ended, takes no token. `more`: buckets were made just now, which the next call sees.
 */
export const releaseBacklog = `
with recursive workspace as (
  (select workspace_id as id from messages where ${isHeld} order by workspace_id limit 1)
  union all
  select (
    select m.workspace_id
    from messages m
    where ${isHeld} and m.workspace_id > workspace.id
    order by m.workspace_id
    limit 1
  )
  from workspace
  where workspace.id is not null
), due as materialized (
  select w.id, (r.settings ->> 'perMinute')::float8 / 60 as per_second
  from workspace w
  left join delivery_rules r on r.workspace_id = w.id and r.kind = 'quiet'
  where exists (
    select 1
    from generate_series(1, 5) p
    cross join lateral (
      select 1
      from messages m
      where ${isHeld} and m.workspace_id = w.id and m.held_priority = p and m.held_until <= now()
      limit 1
    ) first
  )
), made as (
  insert into backlogs (workspace_id)
  select id from due where not exists (select 1 from backlogs b where b.workspace_id = due.id)
  on conflict do nothing
  returning 1
), open as materialized (
  select b.workspace_id, clock_timestamp() as at, d.per_second,
    -- Null without a pace: all there are.
    case
      when d.per_second is not null then least(
        greatest(1, d.per_second * ${burstSeconds}),
        b.tokens + date_part('epoch', clock_timestamp() - b.filled_at) * d.per_second
      )
    end as tokens
  from backlogs b
  join due d on d.id = b.workspace_id
  where d.per_second is null
    or b.tokens + date_part('epoch', clock_timestamp() - b.filled_at) * d.per_second >= 1
  order by b.filled_at
  limit ${workspacesAtOnce}
  for update of b skip locked
), next as materialized (
  select open.workspace_id, open.at, open.tokens, m.id, m.turn,
    coalesce(e.status in ('exited', 'cancelled'), false) or coalesce(m.origin <> 'test' and c.state = 'stopped', false)
      as ended
  from open
  cross join lateral (
    select x.*, row_number() over () as turn
    from (
      select y.*
      from generate_series(1, 5) p
      cross join lateral (
        select m.id, m.enrollment_id, m.journey_id, m.origin
        from messages m
        where ${isHeld} and m.workspace_id = open.workspace_id and m.held_priority = p and m.held_until <= now()
        order by m.held_until, m.queued_at, m.id
        limit least(${releasedAtOnce}, coalesce(floor(open.tokens) + ${endedAtOnce}, ${releasedAtOnce}))
        for update skip locked
      ) y
      -- In the order in which they come: of the less important ones no more are read than there is room for.
      limit least(${releasedAtOnce}, coalesce(floor(open.tokens) + ${endedAtOnce}, ${releasedAtOnce}))
    ) x
  ) m
  left join enrollments e on e.workspace_id = open.workspace_id and e.id = m.enrollment_id
  left join journey_control c on c.workspace_id = open.workspace_id and c.journey_id = m.journey_id
), taken as materialized (
  select *, count(*) filter (where not ended) over (partition by workspace_id order by turn) as tokens_used from next
), freed as (
  update messages m
  set held_by = null, held_until = null, next_attempt_at = taken.at + taken.turn * interval '1 microsecond'
  from taken
  where m.workspace_id = taken.workspace_id
    and m.id = taken.id
    and (taken.ended or taken.tokens is null or taken.tokens_used <= floor(taken.tokens))
  returning m.workspace_id, taken.ended
), spent as (
  update backlogs b
  set tokens = greatest(0, coalesce(open.tokens, 1) - case when open.per_second is null then 0 else f.count end),
    filled_at = open.at
  from open
  cross join lateral (select count(*) from freed where freed.workspace_id = open.workspace_id and not freed.ended) f
  where b.workspace_id = open.workspace_id
)
select (select count(*)::int from freed) as count, exists (select 1 from made) as more`;
