-- The catalogue: what is known of events and traits beside their names, and what became of requests to the ingestion API.

-- Null: the name was known before anybody kept it.
alter table event_names add column first_seen_at timestamptz;
alter table event_names alter column first_seen_at set default now();

-- What people say of an event, a trait (`path` is empty) or a property of an event; also of what was never received.
create table catalogue_notes (
  workspace_id uuid not null references workspaces on delete cascade,
  kind text not null check (kind in ('event', 'trait')),
  name text not null,
  path text not null default '',
  description text not null default '',
  hidden boolean not null default false,
  expected boolean not null default false,
  expected_type text check (expected_type in ('text', 'number', 'boolean', 'date', 'list', 'object')),
  updated_by text not null,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, kind, name, path)
);

-- How often it came, by the day (UTC) on which it happened. Counted once for each event, by the follower of `events`.
create table event_name_days (
  workspace_id uuid not null,
  kind text not null check (kind in ('event', 'trait')),
  name text not null,
  day date not null,
  count bigint not null,
  primary key (workspace_id, kind, name, day)
);

-- Types of values, of a sample of the events. Traits have an empty path.
create table event_name_types (
  workspace_id uuid not null,
  kind text not null check (kind in ('event', 'trait')),
  name text not null,
  path text not null default '',
  type text not null check (type in ('text', 'number', 'boolean', 'date', 'list', 'object', 'empty')),
  count bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (workspace_id, kind, name, path, type)
);

-- The newest events of each name, from which recent values are read: no value is kept twice, so none outlives its person.
create table event_name_recent (
  workspace_id uuid not null,
  kind text not null check (kind in ('event', 'trait')),
  name text not null,
  event_id uuid not null,
  received_at timestamptz not null,
  primary key (workspace_id, kind, name, event_id)
);

-- How far events are counted. `pending`: the position that is next, once every transaction before `pending_before` has ended.
create table catalogue_progress (
  one boolean primary key default true check (one),
  counted bigint not null default 0,
  pending bigint not null default 0,
  pending_before xid8,
  counted_at timestamptz
);
insert into catalogue_progress default values;

-- What became of the items of requests, by day (UTC) of receipt.
create table ingest_days (
  workspace_id uuid not null,
  day date not null,
  outcome text not null check (outcome in ('accepted', 'duplicate', 'rejected')),
  reason text not null default '',
  count bigint not null,
  primary key (workspace_id, day, outcome, reason)
);

-- The last items that were rejected, of each workspace. The person whom an item names is erased with what it says.
create table ingest_rejections (
  workspace_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  identity_kind text,
  identity text,
  item jsonb not null,
  primary key (workspace_id, id)
);
create index ingest_rejections_identity on ingest_rejections (workspace_id, identity_kind, identity);
create index ingest_rejections_at on ingest_rejections (at);

-- What is received while somebody watches; nothing else. Not worth a log: whoever watches sees what comes next.
create unlogged table ingest_items (
  workspace_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  identity_kind text,
  identity text,
  item jsonb not null,
  primary key (workspace_id, id)
);
create index ingest_items_identity on ingest_items (workspace_id, identity_kind, identity);
create index ingest_items_at on ingest_items (at);
