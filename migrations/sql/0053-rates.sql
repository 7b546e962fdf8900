-- Bulk mail lets single messages pass, and transactional ones go before everybody; how fast messages go is shared by all processes.

-- A lane is a class and a receiver: 4,096 times 0 for messages of single runs, 1 for those of runs that began together with many others, 2 for transactional ones.
alter table enrollments add column bulk boolean not null default false;

-- Each claim looks at the lanes of transactional messages first.
create index messages_transactional_due on messages (workspace_id, channel, lane, next_attempt_at)
  where status in ('queued', 'sending') and not parked and lane >= 8192;

-- How many messages may go out: of a workspace, of a channel, or of a journey. Those of connections stand in their own rows.
create table rate_limits (
  workspace_id uuid not null references workspaces on delete cascade,
  channel text,
  journey_id uuid,
  messages int not null check (messages > 0),
  per text not null check (per in ('second', 'minute')),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (workspace_id, channel, journey_id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);

-- One row for each limit that is used: tokens until `taken_until` are given away. `name`: of the channel, else an id; empty for the workspace.
-- `slowed_to`: what its provider let it have `slowed_at`, of `slowed_from` before; it climbs back by a tenth of that each 10 seconds. Per second all.
create table rate_buckets (
  workspace_id uuid not null references workspaces on delete cascade,
  kind text not null check (kind in ('workspace', 'channel', 'journey', 'connection')),
  name text not null,
  taken_until timestamptz not null default '-infinity',
  slowed_from double precision,
  slowed_to double precision,
  slowed_at timestamptz,
  primary key (workspace_id, kind, name)
) with (fillfactor = 50);
