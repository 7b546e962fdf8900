-- What was chosen for the people inside when a version was published: they stay in theirs, or follow. The next publish
-- offers the same.
alter table journey_versions add column inside text check (inside in ('pinned', 'follow'));

-- Why somebody whom a move was for is where they were: they were elsewhere by then, never answered, or their run is gone.
alter table moved_runs add column reason text check (reason in ('elsewhere', 'no-answer', 'gone'));
