-- What results of custom steps look like: paths and types, never values. Written by runs and trials when something new is
-- seen, read when a journey is edited. `ordinal`: its place in the result.
create table learnt_results (
  workspace_id uuid not null references workspaces on delete cascade,
  journey_id uuid not null,
  node text not null,
  path text not null,
  type text not null,
  ordinal integer not null,
  seen_at timestamptz not null default now(),
  primary key (workspace_id, journey_id, node, path)
);
