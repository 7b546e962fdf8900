-- The follower that counts events for the catalogue reads those that came after a position. Of block ranges: a tree would be
-- paid by every event that is stored, this one by every few thousand.
create index events_position on events using brin (position) with (autosummarize = on);
