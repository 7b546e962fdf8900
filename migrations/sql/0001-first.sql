-- The first schema. The workspace comes first in every key and index; nothing is found without it.

create table workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  time_zone text not null default 'UTC',
  demo boolean not null default false,
  created_at timestamptz not null default now()
);

create table members (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspaces on delete cascade,
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'marketer', 'developer', 'analyst')),
  password_hash text not null,
  created_at timestamptz not null default now()
);
create unique index members_email on members (lower(email));
create index members_workspace on members (workspace_id);

-- `id` is the SHA-256 of the cookie's token: a stolen table signs nobody in.
create table sessions (
  id bytea primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  member_id uuid not null references members on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_member on sessions (member_id);

-- Failed sign-ins by account and by address, for throttling.
create table sign_in_attempts (
  key text not null,
  at timestamptz not null default now()
);
create index sign_in_attempts_key on sign_in_attempts (key, at);

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspaces on delete cascade,
  name text not null,
  prefix text not null,
  hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_workspace on api_keys (workspace_id);

create table audit_log (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}',
  at timestamptz not null default now()
);
create index audit_log_workspace on audit_log (workspace_id, id);

-- Profiles ------------------------------------------------------------------------------------------------------------

create table profiles (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  external_id text,
  traits jsonb not null default '{}',
  -- When each top-level trait was last set (event time): late events do not overwrite newer values.
  trait_times jsonb not null default '{}',
  demo boolean not null default false,
  -- Made up for a test run: not in lists.
  test boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_seen_at timestamptz,
  -- Set on a profile that was merged into another.
  merged_into uuid,
  primary key (workspace_id, id)
);
create unique index profiles_external_id on profiles (workspace_id, external_id) where external_id is not null;
create index profiles_recent on profiles (workspace_id, created_at desc, id);

-- Every name of a profile: kind 'user' (external id) or 'anonymous'.
create table identities (
  workspace_id uuid not null,
  kind text not null check (kind in ('user', 'anonymous')),
  value text not null,
  profile_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, kind, value),
  foreign key (workspace_id, profile_id) references profiles on delete cascade
);
create index identities_profile on identities (workspace_id, profile_id);

create table devices (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  profile_id uuid not null,
  kind text not null check (kind in ('fcm', 'webpush', 'sandbox')),
  token text not null,
  permission text not null default 'authorized' check (permission in ('authorized', 'provisional', 'denied')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, kind, token),
  foreign key (workspace_id, profile_id) references profiles on delete cascade
);
create index devices_profile on devices (workspace_id, profile_id);

-- State per channel; without a row a person may be messaged.
create table consents (
  workspace_id uuid not null,
  profile_id uuid not null,
  channel text not null,
  state text not null check (state in ('subscribed', 'unsubscribed')),
  at timestamptz not null default now(),
  primary key (workspace_id, profile_id, channel),
  foreign key (workspace_id, profile_id) references profiles on delete cascade
);

-- Events --------------------------------------------------------------------------------------------------------------

create sequence event_position;

-- `position` is the order of receipt; `transaction` says which snapshots could see the event (commits come out of order).
create table events (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  position bigint not null default nextval('event_position'),
  transaction xid8 not null default pg_current_xact_id(),
  profile_id uuid not null,
  kind text not null default 'track',
  name text not null,
  message_id text not null,
  properties jsonb not null default '{}',
  context jsonb not null default '{}',
  -- When it happened (client clock, corrected) and when it was received.
  time timestamptz not null,
  received_at timestamptz not null default now(),
  origin text not null default 'live' check (origin in ('live', 'demo', 'test')),
  -- Only for origin 'test': the run that it belongs to; nobody else sees it.
  enrollment_id uuid
) partition by range (received_at);
create table events_default partition of events default;
-- One index for all questions about a person's events: name and time of receipt are compared within it, so that only events that
-- match are fetched. A second index would make storing an event a tenth dearer.
create index events_profile on events (workspace_id, profile_id, time desc, name, received_at);
-- After the other index: while a partition is empty both seem equally good for (id, received_at), and the younger one is taken. Plans
-- made then are kept for a while.
alter table events add primary key (workspace_id, id, received_at);

-- Message ids are unique over all partitions: written in the transaction of the event. The key is the first half of the SHA-256 of
-- workspace and message id: short, whatever clients send, and of one workspace. There is no index by age: it would make each event
-- dearer, and what is old is looked for once a day only.
create table event_ids (
  key uuid primary key,
  received_at timestamptz not null default now()
);

-- Committed with its event; goes only when everything that follows from the event is acknowledged.
create table event_queue (
  lane smallint not null,
  position bigint not null,
  workspace_id uuid not null,
  event_id uuid not null,
  received_at timestamptz not null,
  -- Added to the clock for a run that this event starts (demo people: negative). Milliseconds.
  run_offset_ms bigint not null default 0,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  primary key (lane, position)
);
-- `not_before`: a lane rests while the Temporal server cannot be reached, so that the order of events is kept.
create table event_lanes (lane smallint primary key, not_before timestamptz not null default now());
insert into event_lanes (lane) select generate_series(0, 15);

create table dead_letters (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  event_id uuid not null,
  received_at timestamptz not null,
  event_name text not null,
  run_offset_ms bigint not null default 0,
  error text not null,
  at timestamptz not null default now()
);
create index dead_letters_workspace on dead_letters (workspace_id, id);

-- Names and property paths seen, for pickers and completion.
create table event_names (
  workspace_id uuid not null,
  kind text not null check (kind in ('event', 'trait')),
  name text not null,
  properties text[] not null default '{}',
  last_seen_at timestamptz not null default now(),
  primary key (workspace_id, kind, name)
);

-- Journeys ------------------------------------------------------------------------------------------------------------

create table journeys (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  draft jsonb not null,
  revision int not null default 1,
  published_version int,
  published_revision int,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

-- Read FOR SHARE by every commit: what changes here changes what runs may do. `epoch` grows with every change.
create table journey_control (
  workspace_id uuid not null,
  journey_id uuid not null,
  state text not null default 'live' check (state in ('live', 'paused', 'stopped')),
  epoch int not null default 1,
  changed_at timestamptz not null default now(),
  primary key (workspace_id, journey_id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);

create table programs (
  workspace_id uuid not null references workspaces on delete cascade,
  hash text not null,
  format int not null,
  program jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, hash)
);

create table journey_versions (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  -- Null for a snapshot of the draft that a test run was started from.
  number int,
  graph jsonb not null,
  program_hash text not null,
  -- How people enter: { event, where? }.
  trigger jsonb not null,
  reentry jsonb not null,
  published_at timestamptz not null default now(),
  published_by text,
  primary key (workspace_id, id),
  unique (workspace_id, journey_id, number),
  foreign key (workspace_id, journey_id) references journeys on delete cascade,
  foreign key (workspace_id, program_hash) references programs
);

-- Which event lets people into which live version: one row per journey that takes people in.
create table journey_entries (
  workspace_id uuid not null,
  event_name text not null,
  journey_id uuid not null,
  version_id uuid not null,
  primary key (workspace_id, journey_id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index journey_entries_event on journey_entries (workspace_id, event_name);

-- Names of events that runs have waited for. Other events are queued for the router only when they let people enter.
create table awaited_names (
  workspace_id uuid not null references workspaces on delete cascade,
  name text not null,
  -- Every transaction that stored events without knowing the name has ended.
  settled boolean not null default false,
  primary key (workspace_id, name)
);

-- Runs ----------------------------------------------------------------------------------------------------------------

create table enrollments (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  version_id uuid not null,
  profile_id uuid not null,
  entry_event_id uuid not null,
  entry_received_at timestamptz not null,
  entry_key text not null default '',
  origin text not null default 'live' check (origin in ('live', 'demo', 'test')),
  status text not null default 'starting' check (status in ('starting', 'running', 'completed', 'exited', 'failed', 'cancelled')),
  -- What the workflow is started with, so that a sweeper can start what was left.
  start jsonb,
  workflow_id text not null,
  step int not null default 0,
  node text,
  node_since timestamptz,
  -- Run time: wall clock plus this many milliseconds (grows when time is skipped in a test run).
  run_offset_ms bigint not null default 0,
  -- Times of the run (run time).
  entered_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  -- The journey's pause holds this run: something came due meanwhile.
  held boolean not null default false,
  -- A cancel that was asked for and is not folded yet.
  cancel_reason text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
-- One enrollment per (journey, entry event); test runs and demo people too.
create unique index enrollments_entry on enrollments (workspace_id, journey_id, entry_event_id);
create index enrollments_reentry on enrollments (workspace_id, journey_id, profile_id, entry_key, created_at desc) where origin <> 'test';
create index enrollments_profile on enrollments (workspace_id, profile_id, created_at desc);
create index enrollments_list on enrollments (workspace_id, journey_id, created_at desc, id);
create index enrollments_waiting on enrollments (workspace_id, version_id, node) where ended_at is null;
create index enrollments_starting on enrollments (created_at) where status = 'starting';
create index enrollments_held on enrollments (workspace_id, journey_id) where held;

-- The product's own record of a run: folding the inputs again gives the same run.
create table steps (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  step int not null,
  at timestamptz not null,
  format int not null,
  inputs jsonb not null,
  committed_at timestamptz not null default now(),
  primary key (workspace_id, enrollment_id, step)
);

create table visits (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  node text not null,
  visit int not null,
  -- Order within the run: the step that entered it, and its place in that step.
  step int not null,
  place smallint not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  port text,
  trace jsonb,
  primary key (workspace_id, enrollment_id, node, visit)
);
-- Passages of the last minutes, for the live layer.
create index visits_left on visits (workspace_id, left_at) where left_at is not null;

-- What runs wait for. One row per event that could end a wait or a run (exit criterion).
create table waits (
  workspace_id uuid not null,
  profile_id uuid not null,
  event_name text not null,
  enrollment_id uuid not null,
  -- The wait id, or 'exit:<criterion>'.
  wait text not null,
  arm smallint not null,
  workflow_id text not null,
  -- The filter, with values of the entry event bound in; null = any.
  rule jsonb,
  -- Only message events of this node in this run.
  message_of text,
  -- What was received since this mark counts: a higher position, or not visible in that snapshot.
  since_position bigint not null,
  since_snapshot pg_snapshot not null,
  since_time timestamptz not null,
  -- Property paths that the program reads of this event: only these travel in a signal.
  paths text[] not null default '{}',
  origin text not null default 'live',
  primary key (workspace_id, enrollment_id, wait, arm)
);
create index waits_match on waits (workspace_id, profile_id, event_name);

-- When a run's current wait ends by time (run time), for lists and fast-forward.
create table timers (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  wait text not null,
  until timestamptz not null,
  primary key (workspace_id, enrollment_id)
);

-- Values that a test run set on its person: seen by this run only.
create table test_traits (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  traits jsonb not null default '{}',
  primary key (workspace_id, enrollment_id)
);

-- Delivery ------------------------------------------------------------------------------------------------------------

-- One row per (enrollment, node, visit): that is the idempotency key.
create table messages (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  enrollment_id uuid not null,
  journey_id uuid not null,
  version_id uuid not null,
  profile_id uuid not null,
  node text not null,
  visit int not null,
  channel text not null,
  origin text not null default 'live',
  status text not null default 'queued' check (status in ('queued', 'sending', 'sent', 'delivered', 'opened', 'clicked', 'failed', 'bounced', 'suppressed', 'unknown')),
  reason text,
  error text,
  attempts int not null default 0,
  -- Earliest next attempt, and the lease of the sender that has it now. Wall clock.
  next_attempt_at timestamptz not null default now(),
  lease_until timestamptz,
  lease_owner text,
  provider text,
  provider_id text,
  recipient text,
  -- Data of the run at the time of queueing: { run, entry }.
  data jsonb not null default '{}',
  -- As rendered, once rendered.
  content jsonb,
  -- Run times.
  queued_at timestamptz not null,
  sent_at timestamptz,
  run_offset_ms bigint not null default 0,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index messages_once on messages (workspace_id, enrollment_id, node, visit);
create index messages_due on messages (next_attempt_at) where status in ('queued', 'sending');
create index messages_list on messages (workspace_id, queued_at desc, id);
create index messages_profile on messages (workspace_id, profile_id, queued_at desc);
create index messages_journey on messages (workspace_id, journey_id, queued_at desc);

create table message_events (
  workspace_id uuid not null,
  id bigint generated always as identity,
  message_id uuid not null,
  status text not null,
  at timestamptz not null,
  detail text,
  primary key (workspace_id, message_id, id)
);

-- Figures. Commits append deltas; a roll-up each second adds them in key order, so that no two runs fight over a row.
create table journey_stat_deltas (
  id bigint generated always as identity primary key,
  workspace_id uuid not null,
  version_id uuid not null,
  node text not null,
  -- A port; 'entered'; or 'message:<status>'.
  measure text not null,
  hour timestamptz not null,
  count int not null,
  -- Sum of seconds spent in the node, for leavings.
  seconds double precision not null default 0
);
create table journey_stats (
  workspace_id uuid not null,
  version_id uuid not null,
  node text not null,
  measure text not null,
  hour timestamptz not null,
  count bigint not null,
  seconds double precision not null default 0,
  primary key (workspace_id, version_id, node, measure, hour)
);

-- Settings of providers; secrets are sealed with a key that lies outside the database.
create table connections (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('smtp')),
  name text not null,
  settings jsonb not null,
  secrets bytea,
  secret_names text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, kind)
);
