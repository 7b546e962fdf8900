-- Alarms: what goes wrong with journeys and connections is seen, told, and told again when it is over. All of them look at live messages only.

-- What became of live messages, appended by those who send and added up by whoever looks for alarms, so that no two senders fight over a row.
create table delivery_deltas (
  id bigint generated always as identity primary key,
  workspace_id uuid not null,
  journey_id uuid not null,
  -- Null: by none (a provider that needs nothing set up, or it did not come so far).
  connection_id uuid,
  channel text not null,
  -- When it was known, whenever it happened.
  at timestamptz not null default now(),
  -- Went out, or ended without: each message once.
  tried int not null default 0,
  sent int not null default 0,
  -- Failed and bounced, also later than it went out.
  failed int not null default 0,
  complained int not null default 0
);
-- The same by minute for some hours, and by hour for some days. Without a connection: all zeros.
create table delivery_minutes (
  workspace_id uuid not null,
  minute timestamptz not null,
  journey_id uuid not null,
  connection_id uuid not null,
  channel text not null,
  tried int not null,
  sent int not null,
  failed int not null,
  complained int not null,
  primary key (workspace_id, minute, journey_id, connection_id, channel)
);
create table delivery_hours (
  workspace_id uuid not null,
  hour timestamptz not null,
  journey_id uuid not null,
  connection_id uuid not null,
  channel text not null,
  tried int not null,
  sent int not null,
  failed int not null,
  complained int not null,
  primary key (workspace_id, hour, journey_id, connection_id, channel)
);
-- Runs whose time has come and that nobody has woken are found from here.
create index timers_until on timers (workspace_id, until);

-- One process at a time looks.
create table alarm_clock (
  one boolean primary key default true check (one),
  looked_at timestamptz not null
);
insert into alarm_clock (looked_at) values (now());

-- One row from when it is raised until it is cleared, and then as history.
create table alarms (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  -- What it is about; neither: the workspace.
  journey_id uuid,
  connection_id uuid,
  -- As that was called.
  name text not null,
  -- In sentences, as it was last seen while it lasted: what is wrong, and what to do.
  summary text not null,
  advice text not null,
  figures jsonb not null default '{}',
  raised_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  -- Since when nothing is wrong any more; null while something is.
  calm_since timestamptz,
  cleared_at timestamptz,
  -- How often it was told, and when it is told again. Null: it was not told, because it is muted or nobody is to be told.
  tellings int not null default 0,
  told_at timestamptz,
  -- The breaker: when it acted and why, what kept it from acting, and when somebody took that back.
  tripped_at timestamptz,
  trip text,
  resumed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index alarms_open on alarms (workspace_id, kind, journey_id, connection_id) nulls not distinct where cleared_at is null;
create index alarms_past on alarms (workspace_id, raised_at desc, id desc);
create index alarms_resumed on alarms (workspace_id, kind) where resumed_at is not null;

-- What differs from the usual: for a kind, and for one journey or connection beside it.
create table alarm_settings (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  journey_id uuid,
  connection_id uuid,
  -- Null, or left out of the settings: as the kind, or the workspace, has it.
  enabled boolean,
  breaker boolean,
  settings jsonb not null default '{}',
  muted_until timestamptz,
  muted_by text,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade,
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create unique index alarm_settings_of on alarm_settings (workspace_id, kind, journey_id, connection_id) nulls not distinct;

-- Who is told, and how; addresses that let anybody write are sealed.
create table alarm_targets (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null,
  name text not null,
  settings jsonb not null default '{}',
  secrets bytea,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

-- What is to be told, written with the change that it tells of: `number` counts the tellings of an alarm.
create table alarm_notices (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  alarm_id uuid not null,
  target_id uuid not null,
  -- One of those whom the target names, a member; empty where it names nobody.
  recipient text not null default '',
  number int not null,
  what text not null check (what in ('raised', 'reminded', 'tripped', 'cleared')),
  body jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'told', 'dropped')),
  attempts int not null default 0,
  -- When it is tried next; while it is being told, when another process may try.
  due_at timestamptz not null default now(),
  error text,
  created_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, alarm_id, target_id, recipient, number),
  foreign key (workspace_id, alarm_id) references alarms on delete cascade,
  foreign key (workspace_id, target_id) references alarm_targets on delete cascade
);
create index alarm_notices_due on alarm_notices (due_at) where state = 'waiting';
