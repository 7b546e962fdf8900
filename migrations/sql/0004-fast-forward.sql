-- Time that is let pass in a test run or for a person of the demo: one row per run, the last one. Whoever works on it moves `lease_until` on;
-- when that has passed while the state is still 'running', its process is gone.
create table fast_forwards (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  id uuid not null,
  -- As it was asked for: 'next', 'end', { seconds } or { until } (run time, ms since 1970).
  target jsonb not null,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  -- Run times: when it began, and where it goes to (null: to the end, or not known yet).
  from_time timestamptz not null,
  until_time timestamptz,
  waits int not null default 0,
  -- Why it went no further once it was done.
  reached text check (reached in ('target', 'end', 'event')),
  cancel_asked boolean not null default false,
  error_code text,
  error text,
  lease_until timestamptz not null,
  -- The run's offset when no time had been skipped yet. With what the server has skipped since, it gives the offset that is true, whatever a
  -- process that died in between has written.
  base_offset_ms bigint,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (workspace_id, enrollment_id),
  foreign key (workspace_id, enrollment_id) references enrollments on delete cascade
);
