-- Imports: rows whose values were older than what is known, and rows that did not bring back who has unsubscribed. Of these the other counts have each already.
alter table imports
  add column late bigint not null default 0,
  add column kept bigint not null default 0,
  -- Rows that the database refused: at how many the next try is made (null: as many as usual), how often in a row it failed, and why the row that is next must
  -- be left out. Here, so that it is known to whichever worker comes next.
  add column rows_at_once int,
  add column failures smallint not null default 0,
  add column refused text;
update imports set checked = checked || '{"late": 0, "kept": 0}' where checked is not null;

alter table import_problems drop constraint import_problems_kind_check;
alter table import_problems add constraint import_problems_kind_check check (kind in ('bad', 'repeated', 'late', 'kept'));
