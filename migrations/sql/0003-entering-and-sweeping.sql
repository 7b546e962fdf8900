-- Entering, merging and sweeping: what is looked up each second is found by an index that holds nothing else.

-- When a sweeper may take the run next. Taking one sets it to later: no two workers do the same, and what fails goes to the back of the queue.
alter table enrollments add column sweep_after timestamptz not null default now() + interval '5 seconds';

drop index enrollments_starting;
create index enrollments_starting on enrollments (sweep_after) where status = 'starting' and not held;
drop index enrollments_held;
create index enrollments_held on enrollments (workspace_id, journey_id, sweep_after) where held and ended_at is null;
create index enrollments_ending on enrollments (sweep_after) where cancel_reason is not null and ended_at is null;

-- Re-entry asks for the last entry, and whether the person is in the journey now: each is one look, however often they were in it.
drop index enrollments_reentry;
create index enrollments_reentry on enrollments (workspace_id, journey_id, profile_id, entry_key, ((ended_at is null)::int), created_at desc) where origin <> 'test';

-- The journey was stopped and may still have runs that nobody has asked to end.
alter table journey_control add column ending boolean not null default false;
update journey_control set ending = true where state = 'stopped';
create index journey_control_ending on journey_control (workspace_id, journey_id) where ending;

-- Live journeys take no old events in from now on; whoever wants them says so in the entry, and publishes.
update journey_versions set trigger = trigger || '{"maxAgeSeconds": 86400}' where not trigger ? 'maxAgeSeconds';

-- When a process last made sure that events of the name are queued. Names that no run waits for any more are forgotten.
alter table awaited_names add column used_at timestamptz not null default now();
