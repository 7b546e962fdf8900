-- What a step of a run asked for: written with the step, carried out after it, once. Of test runs it is only recorded.
create table run_actions (
  workspace_id uuid not null,
  enrollment_id uuid not null,
  node text not null,
  visit int not null,
  kind text not null,
  -- Those of one run are carried out in this order.
  position bigint not null generated always as identity,
  settings jsonb not null,
  -- How many actions led to it, one by the other; see depth of events and enrollments.
  depth smallint not null,
  -- The run's time.
  at timestamptz not null,
  state text not null check (state in ('waiting', 'done', 'recorded', 'failed')),
  attempts smallint not null default 0,
  next_at timestamptz not null default now(),
  -- What came of it, for those who look at the run; and why it did not come off, the last time or for good.
  result jsonb,
  error text,
  settled_at timestamptz,
  primary key (workspace_id, enrollment_id, node, visit, kind)
);
create index run_actions_due on run_actions (next_at) where state = 'waiting';
create index run_actions_settled on run_actions (settled_at) where settled_at is not null;

-- How many actions of runs led to an event, or to somebody's entry, one by the other: a circle of journeys grows by it,
-- and ends. 0: nothing but what people and programs do.
alter table events add column depth smallint not null default 0;
alter table enrollments add column depth smallint not null default 0;

-- Steps of journeys may say what people want.
alter table consent_changes drop constraint consent_changes_source_check;
alter table consent_changes add constraint consent_changes_source_check check (source in (
  'link', 'preferences', 'confirmation', 'reply', 'provider', 'api', 'member', 'import', 'identify', 'merge', 'journey'
));
