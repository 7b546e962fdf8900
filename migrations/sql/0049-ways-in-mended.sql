-- Whom an import makes has a location from the beginning: places hear of people who are made (backend/src/places).
insert into change_watches (workspace_id, what, name, watcher)
select distinct workspace_id, 'profile', 'created', 'places/all' from places
on conflict do nothing;

-- A batch may be about several things: a schedule about an instant, and about a day and a time on the clock
-- (backend/src/enrollments, Occasion).
alter table entry_batches rename column occasion to occasions;
update entry_batches set occasions = jsonb_build_array(occasions) where occasions is not null;

-- Which event of a name came last (“Why is someone not in this journey?”).
create index business_events_name on business_events (workspace_id, name, received_at desc);
