-- Where people may come in for the same by other causes: what a batch is about (backend/src/enrollments, Occasion).
alter table entry_batches add column occasion jsonb;

-- The people of a time may have been stopped from coming in, or could not.
alter table schedule_occurrences drop constraint schedule_occurrences_state_check;
alter table schedule_occurrences add constraint schedule_occurrences_state_check
  check (state in ('running', 'ran', 'stopped', 'failed', 'missed', 'skipped'));
update schedule_occurrences o set state = b.state
from entry_batches b
where o.state = 'ran' and b.workspace_id = o.workspace_id and b.id = o.batch_id and b.state in ('stopped', 'failed');

-- People by where they say that they live: a schedule that goes by each person's zone reads those of some zones.
create index profiles_zone on profiles (workspace_id, left(trait_text(traits, '{timezone,timeZone,time_zone}'), 64))
  where traits ?| '{timezone,timeZone,time_zone}' and merged_into is null;

-- Batches that came to an end with people on their list (backend/src/enrollments, clearing): they are taken off some at a
-- time, and it is written down that they were kept out.
alter table entry_batches add column clearing boolean not null default false;
drop index entry_batches_due;
create index entry_batches_due on entry_batches (not_before) where state in ('gathering', 'running') or clearing;

-- A trait that holds an instant falls on another day in another time zone: the instant is what it is about, in ms since
-- 1970; null: the trait holds a day.
alter table entry_due add column instant double precision;
