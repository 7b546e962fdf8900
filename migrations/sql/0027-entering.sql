-- People come in by segments, calls and batches as well: what comes with them, who is kept out and why, and how many may come.

-- What comes with a person whom no event brings: messages and rules find it under `entry`.
alter table enrollments add column entry_data jsonb;

-- How many may come into the journey, as published last: { total, perDay, atOnce, perMinute, holdoutPercent }; null: everybody. It stands here because entering reads this row anyway.
alter table journey_control add column limits jsonb;

-- How many came in, for journeys with limits: in all (period 'all') and on each day of the workspace's zone. Counted anew after each publishing.
create table entry_counts (
  workspace_id uuid not null,
  journey_id uuid not null,
  period text not null,
  count bigint not null,
  primary key (workspace_id, journey_id, period),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);

-- Until when the places of a journey that lets in so many a minute are given away.
create table entry_paces (
  workspace_id uuid not null,
  journey_id uuid not null,
  taken_until timestamptz not null,
  primary key (workspace_id, journey_id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);

-- Who was kept out: a row for each person, journey, reason and day (UTC), with what was seen the last time.
create table entry_refusals (
  workspace_id uuid not null,
  journey_id uuid not null,
  profile_id uuid not null,
  reason text not null,
  day date not null,
  node text not null,
  count int not null,
  last_at timestamptz not null,
  seen jsonb,
  primary key (workspace_id, journey_id, profile_id, reason, day),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
) with (fillfactor = 85);
create index entry_refusals_profile on entry_refusals (workspace_id, profile_id);
create index entry_refusals_day on entry_refusals (day);

-- Who was kept out on purpose, beside whom those who came in are measured. Kept like runs.
create table holdouts (
  workspace_id uuid not null,
  journey_id uuid not null,
  profile_id uuid not null,
  entry_key text not null,
  version_id uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  count int not null,
  primary key (workspace_id, journey_id, profile_id, entry_key),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index holdouts_profile on holdouts (workspace_id, profile_id);

-- Many who come in by one cause, some at a time. Who is still to come stands in entry_batch_people: a chunk leaves it in the transaction that lets it in.
create table entry_batches (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  node text not null,
  -- { segmentId }, { everyone }, or { people: how many were named }.
  source jsonb not null,
  -- What lets them in, before the person's id: 'schedule/2026-01-01T09:00:00.000Z'.
  cause text not null,
  name text not null,
  data jsonb not null default '{}',
  at timestamptz not null,
  -- gathering: the people of the source are not written down yet.
  state text not null default 'gathering' check (state in ('gathering', 'running', 'done', 'stopped', 'failed')),
  total int not null default 0,
  entered int not null default 0,
  held int not null default 0,
  -- By reason.
  refused jsonb not null default '{}',
  requested_by text,
  error text,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
-- A cause lets its people into a journey once.
create unique index entry_batches_cause on entry_batches (workspace_id, journey_id, node, cause);
create index entry_batches_journey on entry_batches (workspace_id, journey_id, created_at desc);
create index entry_batches_due on entry_batches (not_before) where state in ('gathering', 'running');

create table entry_batch_people (
  workspace_id uuid not null,
  batch_id uuid not null,
  profile_id uuid not null,
  primary key (workspace_id, batch_id, profile_id)
);
create index entry_batch_people_profile on entry_batch_people (workspace_id, profile_id);

-- What a call that lets people in was answered, under the key that it came with: the same key gets the same answer.
create table entry_calls (
  workspace_id uuid not null,
  journey_id uuid not null,
  key text not null,
  -- sha256 of what was asked.
  asked text not null,
  answer jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, journey_id, key),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_calls_age on entry_calls (created_at);
