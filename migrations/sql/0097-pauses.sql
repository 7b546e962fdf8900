-- The pauses of a journey. `overdue`: what becomes of what falls due in one. `per_minute`: how fast what it held goes on; null: as fast as it can. `paced_at`: until when that is used up.
create table journey_pauses (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  journey_id uuid not null,
  overdue text not null check (overdue in ('hold', 'skip', 'shift', 'latest')),
  started_at timestamptz not null default clock_timestamp(),
  started_by text,
  resumed_at timestamptz,
  resumed_by text,
  per_minute int,
  paced_at timestamptz,
  primary key (workspace_id, id)
);
create unique index journey_pauses_open on journey_pauses (workspace_id, journey_id) where resumed_at is null;
create index journey_pauses_latest on journey_pauses (workspace_id, journey_id, started_at desc);

insert into journey_pauses (workspace_id, journey_id, overdue, started_at)
select workspace_id, journey_id, 'hold', changed_at from journey_control where state = 'paused';

-- The first pause that held the run, until it goes on, and the one that held the message.
alter table enrollments add column held_in uuid;
alter table messages add column held_in uuid;
create index enrollments_held_in on enrollments (workspace_id, held_in, profile_id) where held_in is not null;
