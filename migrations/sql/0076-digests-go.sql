-- Digests go some time after they are over, with what is in them.
create index digests_old on digests ((coalesce(closed_at, opened_at)));
