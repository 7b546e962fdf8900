-- Addresses that are not written to any more, whoever has them: they bounced, complained, or somebody said so.

-- One active row per channel and address; those that were released stay as history. An address is found by `address_key`, a keyed hash of it, so that it stays
-- suppressed when its person is erased: then `address`, `detail` and `caused_by` (a message) are null.
create table suppressions (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  channel text not null,
  address text,
  address_key text not null,
  reason text not null check (reason in ('bounced', 'complained', 'unsubscribed', 'invalid', 'manual', 'imported')),
  detail text,
  source text not null check (source in ('provider', 'mailbox', 'sending', 'member', 'import')),
  caused_by uuid,
  added_by text,
  created_at timestamptz not null default now(),
  released_at timestamptz,
  released_by text,
  release_reason text,
  primary key (workspace_id, id)
);
create unique index suppressions_active on suppressions (workspace_id, channel, address_key) where released_at is null;
create index suppressions_address_key on suppressions (workspace_id, address_key, created_at desc);
create index suppressions_newest on suppressions (workspace_id, created_at desc, id);
create index suppressions_address on suppressions (workspace_id, address text_pattern_ops);
create index suppressions_cause on suppressions (workspace_id, caused_by) where caused_by is not null;
create index suppressions_counts on suppressions (workspace_id, channel, reason) where released_at is null;

-- Bounces that may pass: so many within some days with no delivery between, and the address is suppressed. `bounces`: { "<message or event>": "<time>" }.
create table soft_bounces (
  workspace_id uuid not null,
  channel text not null,
  address_key text not null,
  bounces jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, channel, address_key)
);
create index soft_bounces_updated on soft_bounces (updated_at);

-- How many soft bounces within how many days suppress an address; without a row 5 within 14.
create table suppression_settings (
  workspace_id uuid primary key,
  soft_bounces int not null,
  soft_bounce_days int not null
);

-- A new sending address earns its name: so many messages a day, each day more.
create table warm_ups (
  workspace_id uuid not null,
  connection_id uuid not null,
  -- On the first day, the growth from one day to the next in percent, and what stays the limit in the end.
  start_per_day int not null,
  growth_percent int not null,
  most_per_day int not null,
  -- By the clock of the workspace.
  started_on date not null,
  -- Whether transactional messages go out all the same; they count nothing then.
  transactional_passes boolean not null,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connections (workspace_id, id) on delete cascade
);

-- What senders have taken of a day: each takes some messages at once. `granted` is what the last one got.
create table warm_up_days (
  workspace_id uuid not null,
  connection_id uuid not null,
  day date not null,
  taken int not null,
  granted int not null,
  primary key (workspace_id, connection_id, day)
);
create index warm_up_days_day on warm_up_days (day);

-- Where a connection's bounces arrive; read by one worker at a time.
create table bounce_mailboxes (
  workspace_id uuid not null,
  connection_id uuid not null,
  settings jsonb not null,
  secrets bytea not null,
  enabled boolean not null,
  -- { validity, uid } of the last mail that was read (IMAP's UIDVALIDITY and UID).
  read_to jsonb,
  checked_at timestamptz,
  ok_at timestamptz,
  error text,
  counts jsonb not null default '{}',
  claimed_until timestamptz,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connections (workspace_id, id) on delete cascade
);
create index bounce_mailboxes_due on bounce_mailboxes (checked_at nulls first) where enabled;
