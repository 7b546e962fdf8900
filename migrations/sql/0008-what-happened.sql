-- Journeys that were put away: hidden, never emptied. Links in messages that were sent lead on.
alter table journeys add column archived_at timestamptz;

-- What programs do with a message (scanners of mail gateways, prefetching) is kept, and moves and counts nothing.
alter table message_events add column by text not null default 'person' check (by in ('person', 'machine'));

-- Requests for pixels and links, held until it can be said who made them: the other links of the message may be asked for in the same moment.
-- One row per link and second, so that a link that is asked for without end fills no disk. `machine`: the request itself says so.
create table message_hits (
  workspace_id uuid not null,
  message_id uuid not null,
  kind text not null check (kind in ('opened', 'clicked')),
  -- The hash of `url`; empty for the pixel.
  link text not null,
  machine boolean not null,
  second bigint not null,
  url text,
  at timestamptz not null,
  -- When it may be judged, and the lease of who judges it now.
  due_at timestamptz not null,
  judged_at timestamptz,
  primary key (workspace_id, message_id, kind, link, machine, second)
);
create index message_hits_due on message_hits (due_at) where judged_at is null;
create index message_hits_judged on message_hits (judged_at) where judged_at is not null;

-- Lists and the live layer ask for messages that did not get through, of which there are few.
create index messages_trouble on messages (workspace_id, journey_id, status, queued_at desc) where status in ('failed', 'bounced', 'suppressed', 'unknown');

-- Figures of all time, kept by the roll-up beside those per hour: nobody adds up a year of hours to draw a page. Measures of runs
-- (`run:entered`, `run:<how it ended>`) have no node.
create table journey_totals (
  workspace_id uuid not null,
  version_id uuid not null,
  measure text not null,
  node text not null,
  count bigint not null,
  primary key (workspace_id, version_id, measure, node)
);

with taken as (delete from journey_stat_deltas returning *)
insert into journey_stats (workspace_id, version_id, node, measure, hour, count, seconds)
select workspace_id, version_id, node, measure, hour, sum(count), sum(seconds) from taken group by 1, 2, 3, 4, 5
on conflict (workspace_id, version_id, node, measure, hour) do update set count = journey_stats.count + excluded.count, seconds = journey_stats.seconds + excluded.seconds;

-- Until the triggers below are there, nobody may begin or end a run: it would be in no figure for ever.
lock table enrollments in share row exclusive mode;

-- Suppressed messages count by their reason from now on; unknown ones only while they are.
insert into journey_totals (workspace_id, version_id, measure, node, count)
select workspace_id, version_id, measure, node, sum(count) from journey_stats where measure not in ('message:suppressed', 'message:unknown') group by 1, 2, 3, 4
union all
select workspace_id, version_id, 'message:queued', node, count(*) from messages where origin <> 'test' group by 1, 2, 3, 4
union all
select workspace_id, version_id, case status when 'unknown' then 'message:unknown' else 'message:suppressed:' || coalesce(reason, 'other') end, node, count(*)
  from messages where origin <> 'test' and status in ('suppressed', 'unknown') group by 1, 2, 3, 4
union all
select workspace_id, version_id, 'run:entered', '', count(*) from enrollments where origin <> 'test' group by 1, 2
union all
select workspace_id, version_id, 'run:' || status, '', count(*) from enrollments where origin <> 'test' and ended_at is not null group by 1, 2, 3;

-- Runs begin and end at several places of the code; here none can be forgotten. Once per run each, in its transaction.
create function count_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count) values (old.workspace_id, old.version_id, '', 'run:removed', date_trunc('hour', now()), 1);
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count) values (new.workspace_id, new.version_id, '', 'run:entered', date_trunc('hour', new.entered_at), 1);
  end if;
  if new.ended_at is not null then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count) values (new.workspace_id, new.version_id, '', 'run:' || new.status, date_trunc('hour', new.ended_at), 1);
  end if;
  return null;
end $$;
create trigger enrollments_entered after insert on enrollments for each row when (new.origin <> 'test') execute function count_run();
create trigger enrollments_ended after update of ended_at on enrollments for each row when (new.origin <> 'test' and old.ended_at is null and new.ended_at is not null) execute function count_run();
create trigger enrollments_removed after delete on enrollments for each row when (old.origin <> 'test' and old.ended_at is null) execute function count_run();
