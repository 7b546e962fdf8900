-- People may come into a journey at times, or by a date of their own.

-- Schedules of open journeys: what is to happen. Temporal Schedules are made to say the same (backend/src/timed-entries).
create table entry_schedules (
  workspace_id uuid not null,
  journey_id uuid not null,
  -- The step.
  node text not null,
  schedule jsonb not null,
  segment_id uuid not null,
  -- How late it may be.
  grace_seconds int not null,
  -- What was to happen until then stands in schedule_occurrences, or came before the journey had this schedule.
  done_until timestamptz not null,
  -- When it happens next; null: never again.
  next_at timestamptz,
  -- False: the journey was closed. The Temporal Schedule goes, then the row.
  open boolean not null default true,
  -- What Temporal was told last, as a hash of the wish; null: nothing yet.
  told text,
  -- Temporal knows some of the next times: when it has to be told more; null: it knows all.
  tell_at timestamptz,
  -- Somebody is telling Temporal until then; whoever comes sooner leaves it alone.
  telling_until timestamptz,
  primary key (workspace_id, journey_id, node),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_schedules_next on entry_schedules (next_at) where open;

-- Each time at which a schedule happened, or should have.
create table schedule_occurrences (
  workspace_id uuid not null,
  journey_id uuid not null,
  node text not null,
  -- The day and the time on the clock, wherever it is: '2026-12-01T09:00'.
  name text not null,
  -- Where each person's zone counts there is one row for each time at which the day's people are due.
  due_at timestamptz not null,
  -- Which people: those who were due after this (null: from the beginning), until due_at or, the last of the day, later.
  after_at timestamptz,
  last boolean not null default true,
  zoned boolean not null,
  state text not null check (state in ('running', 'ran', 'missed', 'skipped')),
  batch_id uuid,
  noted_at timestamptz not null default now(),
  primary key (workspace_id, journey_id, node, name, due_at),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index schedule_occurrences_running on schedule_occurrences (noted_at) where state = 'running';
create index schedule_occurrences_latest on schedule_occurrences (workspace_id, journey_id, due_at desc);

-- Entries by date of journeys.
create table entry_dates (
  workspace_id uuid not null,
  journey_id uuid not null,
  node text not null,
  trait text not null,
  rule jsonb not null,
  -- Whose time had come by then does not come in.
  since timestamptz not null,
  -- Grows with what the entry says: rows of entry_due of an older one count for nothing.
  generation int not null default 1,
  -- Everybody is looked at once, in the order of their ids: the last one seen; null: all were.
  filled_until uuid default '00000000-0000-0000-0000-000000000000',
  -- There may be rows of an older generation.
  sweeping boolean not null default false,
  -- False: the journey was closed. Its rows go, some at a time, then this one.
  open boolean not null default true,
  primary key (workspace_id, journey_id, node),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_dates_busy on entry_dates (workspace_id) where filled_until is not null or sweeping or not open;

-- When somebody is to be looked at for an entry by date. A hint: what holds is what the person's traits say then.
create table entry_due (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  node text not null,
  generation int not null,
  profile_id uuid not null,
  -- The date that it is for.
  day date not null,
  due_at timestamptz not null,
  -- Somebody is at it.
  claimed_until timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create index entry_due_next on entry_due (due_at);
create index entry_due_profile on entry_due (workspace_id, profile_id, journey_id, node);
create index entry_due_journey on entry_due (workspace_id, journey_id, node, generation);
