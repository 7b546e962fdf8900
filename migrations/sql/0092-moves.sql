-- People who wait in versions of a journey are moved to another version of it: `nodes` says, by the step that they wait
-- at, whether they follow it there or go to another step. One move of a journey at a time.
create table run_moves (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  version_id uuid not null,
  from_versions uuid[] not null,
  nodes jsonb not null,
  state text not null check (state in ('moving', 'moved', 'stopped', 'taking-back', 'taken-back')),
  created_by text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  worked_at timestamptz not null default '-infinity',
  primary key (workspace_id, id)
);
create unique index run_moves_open on run_moves (workspace_id, journey_id) where state in ('moving', 'taking-back');
create index run_moves_due on run_moves (worked_at) where state in ('moving', 'taking-back');
create index run_moves_list on run_moves (workspace_id, journey_id, created_at desc, id);

-- Each run that a move has told to go on elsewhere. `stand`: what it would be taken back with, as of its step `step`.
create table moved_runs (
  workspace_id uuid not null,
  move_id uuid not null,
  enrollment_id uuid not null,
  version_id uuid not null,
  node text not null,
  state text not null check (state in ('asked', 'moved', 'stayed', 'asked-back', 'back', 'went-on')),
  stand jsonb,
  step int,
  told_at timestamptz not null default now(),
  tries int not null default 1,
  settled_at timestamptz,
  primary key (workspace_id, move_id, enrollment_id)
);
create index moved_runs_state on moved_runs (workspace_id, move_id, state, told_at);
create index moved_runs_enrollment on moved_runs (workspace_id, enrollment_id);
