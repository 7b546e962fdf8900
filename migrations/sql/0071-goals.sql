-- Goals of journeys: events within a time after people came in, also after their run has ended. Counted after events are stored.

-- The goals of each version, as it was published or tried out: `event` is what they wait for.
create table journey_goals (
  workspace_id uuid not null,
  version_id uuid not null,
  goal text not null,
  event text not null,
  within_seconds int not null,
  definition jsonb not null,
  primary key (workspace_id, version_id, goal)
);
create index journey_goals_event on journey_goals (workspace_id, event);

-- Workspaces whose journeys have goals. `position`: up to where the events are counted.
create table goal_workspaces (
  workspace_id uuid primary key,
  position bigint not null default 0
);

-- Runs to be looked at with all that their people have done: they began, or their person was joined with another one, when events
-- that count may have been counted already.
create table goal_runs (
  workspace_id uuid not null,
  id bigint not null generated always as identity,
  enrollment_id uuid not null,
  primary key (workspace_id, id)
);

-- What reached a goal. `at`: when it happened. Touches: the first and the last message of the run before it, { messageId, node, visit, at }.
create table goal_hits (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  goal text not null,
  event_id uuid not null,
  at timestamptz not null,
  value numeric,
  currency text not null default '',
  first_touch jsonb,
  last_touch jsonb,
  primary key (workspace_id, enrollment_id, goal, event_id)
);

-- Figures of all time: `runs` that reached it, each once; `hits`, and what these were worth by currency. Test runs are in none.
create table goal_totals (
  workspace_id uuid not null,
  version_id uuid not null,
  goal text not null,
  control boolean not null,
  currency text not null,
  runs bigint not null,
  hits bigint not null,
  value numeric not null,
  primary key (workspace_id, version_id, goal, control, currency)
);

-- Of these hits, how many had a message of each step as their first and as their last one before. Step '': no message before it.
create table goal_touches (
  workspace_id uuid not null,
  version_id uuid not null,
  goal text not null,
  node text not null,
  first_hits bigint not null,
  last_hits bigint not null,
  primary key (workspace_id, version_id, goal, node)
);

create function keep_goals() returns trigger language plpgsql as $$
begin
  insert into journey_goals (workspace_id, version_id, goal, event, within_seconds, definition)
    select distinct on (g ->> 'id') new.workspace_id, new.id, g ->> 'id', g ->> 'event', (g ->> 'withinSeconds')::int, g
    from jsonb_array_elements(new.graph #> '{settings,goals}') g
    where jsonb_typeof(g -> 'withinSeconds') = 'number' and jsonb_typeof(g -> 'id') = 'string' and jsonb_typeof(g -> 'event') = 'string';
  -- What happened before its runs begin is no goal of theirs.
  insert into goal_workspaces (workspace_id, position) values (new.workspace_id, (select counted from catalogue_progress))
    on conflict do nothing;
  return null;
end $$;
create trigger goals_in_versions after insert on journey_versions for each row
  when (jsonb_typeof(new.graph #> '{settings,goals}') = 'array') execute function keep_goals();

create function note_goal_run() returns trigger language plpgsql as $$
begin
  if exists (select 1 from journey_goals g where g.workspace_id = new.workspace_id and g.version_id = new.version_id) then
    insert into goal_runs (workspace_id, enrollment_id) values (new.workspace_id, new.id);
  end if;
  return null;
end $$;
create trigger goals_of_runs after insert on enrollments for each row execute function note_goal_run();
