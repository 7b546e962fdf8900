-- Builds of segments take turns, chunk by chunk: who was worked on longest ago comes next.
alter table segment_builds add column worked_at timestamptz;
drop index segment_builds_active;
create index segment_builds_active on segment_builds (worked_at nulls first, created_at) where state in ('waiting', 'building', 'telling');

-- The follower of events waits for those who were storing events when it looked, by their ids among what runs in this database.
alter table catalogue_progress drop column pending_before;
alter table catalogue_progress add column storing text[] not null default '{}';
update catalogue_progress set pending = counted;

-- Whom an export is of, found once, in the order of numbers of their own: a merge changes whose a number is. Not worth a log: an export that is cut begins anew.
-- A last row of nobody says that all are still here: without it they went, by a crash or by age, and the file must not end as if it were whole.
create unlogged table export_people (
  workspace_id uuid not null,
  export_id uuid not null,
  place int not null,
  profile_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, export_id, place)
);
create index export_people_profile on export_people (workspace_id, profile_id);
create index export_people_age on export_people (created_at);
