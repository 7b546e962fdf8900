/** A connection climbs back by so much of what it had before, each so many seconds without being refused. */
const climb = { share: 0.1, seconds: 10 };
/** What nobody used is there for so long; so much more than the limit may go in any one second. */
const savedMs = 100;

/** Messages per second that a bucket, `b`, is slowed down to at a time; null where it is not. */
export function slowedTo(bucket: string, now: string): string {
  const rate = `${bucket}.slowed_to + ${climb.share} * ${bucket}.slowed_from * floor(extract(epoch from ${now} - ${bucket}.slowed_at) / ${climb.seconds})`;
  return `case when ${rate} < ${bucket}.slowed_from then (${rate})::float8 end`;
}

/**
 * Takes tokens of several buckets at once, as many as all of them give within a time: each bucket holds when its next
 * token is due, and gives them away in even steps from there. They are locked in their order, so that no two wait for
 * each other, and the clock is read once they are held.
 *
 * $1 workspace, $2 kinds, $3 names, $4 messages per second, $5 tokens at most, $6 within so many ms
 */
export const leaseTokens = `
with asked as (
  select * from unnest($2::text[], $3::text[], $4::float8[]) as a (kind, name, per_second)
), held as materialized (
  select b.*, a.per_second
  from rate_buckets b
  join asked a on a.kind = b.kind and a.name = b.name
  where b.workspace_id = $1
  order by b.kind, b.name
  for no key update of b
), clock as materialized (
  select clock_timestamp() as now, count(*)::int as held from held
), bucket as materialized (
  select h.kind, h.name,
    extract(epoch from greatest(h.taken_until, c.now - interval '${savedMs} milliseconds') - c.now)::float8 * 1000
      as start_ms,
    coalesce(1000 / least(h.per_second, ${slowedTo('h', 'c.now')}), 0) as gap_ms
  from held h
  cross join clock c
), given as materialized (
  select min(case
    when start_ms > $6::float8 then 0
    when gap_ms = 0 then $5::int
    else least($5::int, floor(($6::float8 - start_ms) / gap_ms) + 1)
  end)::int as tokens
  from bucket
), moved as (
  update rate_buckets b
  set taken_until = clock.now + make_interval(secs => (bucket.start_ms + given.tokens * bucket.gap_ms) / 1000)
  from bucket
  cross join given
  cross join clock
  where b.workspace_id = $1 and b.kind = bucket.kind and b.name = bucket.name and given.tokens > 0
)
select clock.held, given.tokens, bucket.kind, bucket.name, bucket.start_ms, bucket.gap_ms from clock cross join given left join bucket on true`;

/** Tokens are taken so far ahead at most. */
export const mostAheadMs = 5_000;

/**
 * A limit was changed: what is due next is so by the old one, a minute from now where that was one a minute. Whoever has
 * taken tokens keeps them. $1 workspace, $2 kinds, $3 name, or null for all
 */
export const forgetGaps = `
update rate_buckets b
set taken_until = now() + interval '${mostAheadMs} milliseconds'
from (
  select kind, name
  from rate_buckets
  where workspace_id = $1 and kind = any($2::text[]) and name = coalesce($3, name)
    and taken_until > now() + interval '${mostAheadMs} milliseconds'
  order by kind, name
  for no key update
) far
where b.workspace_id = $1 and b.kind = far.kind and b.name = far.name`;

const justSlowed = `coalesce(b.slowed_at > now() - interval '1 second', false)`;

/**
 * A provider has refused a message because they came too fast: half as many from now on, but not half of a half for
 * each of those that were under way together. For how long it wants none counts whenever it says so.
 *
 * $1 workspace, $2 connection, $3 what it may have or had, per second, $4 nothing for so many seconds
 */
export const slowDown = `
insert into rate_buckets as b (workspace_id, kind, name, taken_until, slowed_from, slowed_to, slowed_at)
values ($1, 'connection', $2, now() + make_interval(secs => $4), $3::float8, $3::float8 / 2, now())
on conflict (workspace_id, kind, name) do update set
  taken_until = greatest(b.taken_until, excluded.taken_until),
  slowed_from = case
    when ${justSlowed} or ${slowedTo('b', 'now()')} is not null then b.slowed_from
    else excluded.slowed_from
  end,
  slowed_to = case
    when ${justSlowed} then b.slowed_to
    else greatest(least(coalesce(${slowedTo('b', 'now()')}, excluded.slowed_from), excluded.slowed_from) / 2, 0.1)
  end,
  slowed_at = case when ${justSlowed} then b.slowed_at else now() end
where not ${justSlowed} or excluded.taken_until > b.taken_until`;
