-- How journeys were stopped: by whom, why, and how many runs were to end then.
create table journey_stops (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  stopped_at timestamptz not null default clock_timestamp(),
  stopped_by text not null,
  reason text,
  runs int not null,
  primary key (workspace_id, id)
);
create index journey_stops_latest on journey_stops (workspace_id, journey_id, stopped_at desc);
