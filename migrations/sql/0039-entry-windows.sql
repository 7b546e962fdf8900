-- People may come into a journey when they did one thing and not another within a time: the first opens a window, and at its end it
-- is decided who comes in.

-- Entries of open journeys that open windows.
create table entry_window_steps (
  workspace_id uuid not null,
  journey_id uuid not null,
  -- The step.
  node text not null,
  -- Of the entry.
  kind text not null,
  -- How often the entry was opened: windows of an earlier time count for nothing.
  opening int not null default 1,
  -- There may be windows of an earlier time.
  sweeping boolean not null default false,
  -- False: the journey was closed, or the entry taken out. Its windows go, some at a time, then this row.
  open boolean not null default true,
  primary key (workspace_id, journey_id, node),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_window_steps_busy on entry_window_steps (workspace_id) where sweeping or not open;

-- Windows that are open. What people did meanwhile is not kept here: it is read from their events when the time has come.
create table entry_windows (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  node text not null,
  opening int not null,
  profile_id uuid not null,
  -- Windows of a person with the same key are one; '': each is one of its own.
  key text not null,
  -- The event that opened it.
  event_id uuid not null,
  received_at timestamptz not null,
  happened_at timestamptz not null,
  position bigint not null,
  due_at timestamptz not null,
  -- Somebody is at it.
  claimed_until timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_windows_due on entry_windows (due_at);
create index entry_windows_profile on entry_windows (workspace_id, profile_id, journey_id, node, key);
create index entry_windows_journey on entry_windows (workspace_id, journey_id, node, opening);
