-- Best time and best channel: at which hours people open, click and visit, and how often they react to a channel. Counted after events
-- are stored, in workspaces that use it.

-- Who uses it. `position`: up to where the events are counted, from those on that were received after `learned_from`.
create table best_time_workspaces (
  workspace_id uuid primary key,
  learned_from timestamptz not null default now() - interval '90 days',
  position bigint not null default 0
);

-- What a person did, by channel; visits have none (''). `hours`: 24 weights by the hour of their clock, each as if of 2026
-- (backend/src/best-time/habits.ts). `sent`: messages that went out and did not bounce.
create table best_time_people (
  workspace_id uuid not null,
  profile_id uuid not null,
  channel text not null,
  hours float8[] not null,
  opens bigint not null,
  clicks bigint not null,
  visits bigint not null,
  sent bigint not null,
  -- The last hour (UTC) with a visit: another one in it, or from before, is the same visit.
  visited_at timestamptz,
  primary key (workspace_id, profile_id, channel)
) with (fillfactor = 80);

-- The same of all people together.
create table best_time_everybody (
  workspace_id uuid not null,
  channel text not null,
  hours float8[] not null,
  opens bigint not null,
  clicks bigint not null,
  visits bigint not null,
  sent bigint not null,
  primary key (workspace_id, channel)
);

create function add_hours(a float8[], b float8[]) returns float8[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by n), '{}') from unnest(a, b) with ordinality as t (x, y, n)
$$;

-- A journey that is published (or tried out) with the step or the condition switches it on, and so does a segment: before anybody is asked about.
create function use_best_time() returns trigger language plpgsql as $$
begin
  insert into best_time_workspaces (workspace_id) values (new.workspace_id) on conflict do nothing;
  return null;
end $$;
create trigger best_time_in_versions after insert on journey_versions for each row
  when (new.graph::text like any (array['%"wend/wait-best-time"%', '%"bestChannel"%'])) execute function use_best_time();
create trigger best_time_in_segments after insert or update of rule on segments for each row
  when (new.rule::text like '%"bestChannel"%') execute function use_best_time();
