-- People may come into a journey by several entries, and by other things than an event.

-- How people come in, in the order in which an event is held against them: [{ node, kind, ... }]. Programs begin with the one entry that they had.
alter table journey_versions add column entries jsonb;
update journey_versions v set entries = jsonb_build_array(v.trigger || jsonb_build_object('kind', 'event', 'node', coalesce(p.program #>> '{instructions,0,node}', '')))
  from programs p where p.workspace_id = v.workspace_id and p.hash = v.program_hash;
alter table journey_versions alter column entries set not null;
alter table journey_versions drop column trigger;

-- One row per journey and event that lets people into it.
alter table journey_entries drop constraint journey_entries_pkey;
alter table journey_entries add primary key (workspace_id, journey_id, event_name);

-- There may be millions of runs: nothing here writes a row of them, and the constraint holds for all that are there, whose event was never null.
-- The entry that the run came in by; null in runs of before, whose version has one.
alter table enrollments add column entry_node text;
-- A run began by an event, or else by a cause that has a name: `enrollments_entry` and this index let each begin one run of a journey.
alter table enrollments alter column entry_event_id drop not null;
alter table enrollments add column entry_cause text;
alter table enrollments add constraint enrollments_began check (num_nonnulls(entry_event_id, entry_cause) = 1) not valid;
create unique index enrollments_cause on enrollments (workspace_id, journey_id, entry_cause) where entry_cause is not null;
