-- The people of one cause may come in several batches, each at its time: a schedule that goes by each person's zone.
alter table entry_batches add column part text not null default '';
drop index entry_batches_cause;
create unique index entry_batches_cause on entry_batches (workspace_id, journey_id, node, cause, part);
