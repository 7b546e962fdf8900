-- What runs of one person in one journey decide among them: who passes a throttle, and who opens or joins a digest.

-- Each passing of a throttle, while it counts.
create table throttle_passes (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  node text not null,
  visit int not null,
  profile_id uuid not null,
  journey_id uuid not null,
  -- A hash of what is told apart beside the person; of a test run also of the run.
  key bytea not null,
  -- The run's time, and until when it counts.
  at timestamptz not null,
  until timestamptz not null,
  primary key (workspace_id, enrollment_id, node, visit)
);
create index throttle_passes_of on throttle_passes (workspace_id, profile_id, journey_id, node, key, at);
create index throttle_passes_until on throttle_passes (until);

-- A digest belongs to the run that opened it, and is closed when that run takes its list.
create table digests (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  enrollment_id uuid not null,
  node text not null,
  visit int not null,
  profile_id uuid not null,
  journey_id uuid not null,
  key bytea not null,
  -- With so many events it is full: the next one opens another.
  full_at int,
  count int not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, enrollment_id, node, visit)
);
create index digests_open on digests (workspace_id, profile_id, journey_id, node, key, opened_at) where closed_at is null;

-- What each run brought: the event that it began by, kept here since events may go before the digest is over.
create table digest_items (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  node text not null,
  visit int not null,
  digest_id uuid not null,
  position bigint not null generated always as identity,
  event_id text not null,
  name text not null,
  time timestamptz not null,
  properties jsonb not null,
  primary key (workspace_id, enrollment_id, node, visit)
);
create index digest_items_of on digest_items (workspace_id, digest_id, time, position);
