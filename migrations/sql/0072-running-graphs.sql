-- What runs of a version with sub-journeys: its graph with their steps in the place of the cards. Null where there are
-- none, which is what is drawn.
alter table journey_versions add column expanded jsonb;

-- `v.running`: the graph that runs of a version follow. Steps of runs are looked up in it, and drawn ones in `graph`.
create function running(v journey_versions) returns jsonb
language sql immutable parallel safe
return coalesce(v.expanded, v.graph);
