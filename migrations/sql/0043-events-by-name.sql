-- Questions about everybody: who did what, how often, in which time. The index has all that they ask of an event, so that none is fetched; events of test runs
-- are nobody's. What it costs each event that is stored, and what it brings: docs/decisions/0060.
-- `is true`: only who writes it just so gets the index. Others ask of one person, and a plan made for any values would read all events of a name for them.
create index events_named on events (workspace_id, name, time) include (profile_id) where (origin <> 'test') is true;
-- A window of time is a part of the other one now.
drop index events_time;

-- Who is there, without reading what is known of them.
create index profiles_live on profiles (workspace_id, id) where merged_into is null and not test;

-- An index answers alone only for pages that were vacuumed. By default a fifth of a partition may come before that is done.
do $$
declare
  leaf regclass;
begin
  for leaf in select relid from pg_partition_tree('events') where isleaf loop
    execute format('alter table %s set (autovacuum_vacuum_insert_scale_factor = 0.02)', leaf);
  end loop;
end $$;
