-- What a wait must see together before it ends: lists of { arm, times }, any of which is enough. Null: one event ends it.
alter table waits add column ways jsonb;
