-- `held_at`: since when a rule keeps a message back. `held_priority`: its journey's, by which the backlog goes out: 1 before 5.
alter table messages
  add column held_at timestamptz,
  add column held_priority smallint not null default 3;

drop index messages_held;
-- The order in which the backlog of a workspace goes out; and in which it is listed.
create index messages_held on messages (workspace_id, held_priority, held_until, queued_at, id) where held_by is not null and status = 'queued';
create index messages_backlog on messages (workspace_id, held_until, id) where held_by is not null and status = 'queued';
create index messages_held_expiring on messages (expires_at) where held_by is not null and status = 'queued';

-- How many messages the backlog of a workspace may let go: a bucket that all workers share, as it was at `filled_at`.
create table backlogs (
  workspace_id uuid primary key references workspaces on delete cascade,
  tokens double precision not null default 1,
  filled_at timestamptz not null default now()
);

-- Rules of a workspace were changed: what they hold is judged anew, from the first on. `after_until` and `after_id`: how far that is.
create table backlog_rechecks (
  workspace_id uuid primary key references workspaces on delete cascade,
  asked_at timestamptz not null default now(),
  after_until timestamptz not null default '-infinity',
  after_id uuid not null default '00000000-0000-0000-0000-000000000000'
);

-- Messages of the backlog that a member cancels, those of a filter: held since before it was asked. `after_until` and `after_id`: how far that is.
create table backlog_cancellations (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  filter jsonb not null,
  requested_by text not null,
  state text not null default 'running' check (state in ('running', 'done')),
  total int not null,
  done int not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  after_until timestamptz not null default '-infinity',
  after_id uuid not null default '00000000-0000-0000-0000-000000000000',
  primary key (workspace_id, id)
);
create index backlog_cancellations_running on backlog_cancellations (created_at) where state = 'running';
