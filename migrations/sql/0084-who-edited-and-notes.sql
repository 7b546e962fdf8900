-- Who changed the draft last, and when: whoever publishes another's draft is told.
alter table journeys add column draft_edited_at timestamptz not null default now();
alter table journeys add column draft_edited_by text;
-- The best that is known of drafts of before: renaming moved it as well.
update journeys set draft_edited_at = updated_at;

-- What whoever published a version wrote about it.
alter table journey_versions add column note text;
