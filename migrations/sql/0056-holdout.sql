-- People who get no marketing, to measure what all of it changes. Who they are is drawn from a person's seed, which is the
-- person's id; null. Of two people who become one it is that of whom Wend knew first, so that the role does not change.
alter table profiles add column holdout_seed uuid;

-- 0 to 9999, another number than `random_bucket`: shares that journeys take by that one are the same within the holdout and outside.
create function holdout_bucket(workspace_id uuid, seed uuid) returns int language sql immutable parallel safe as $$
  select (('x' || substr(md5('holdout/' || workspace_id::text || '/' || seed::text), 1, 8))::bit(32)::bigint % 10000)::int
$$;

-- Who was in the holdout when: those whose bucket is below share × 100.
create table holdout_changes (
  workspace_id uuid not null references workspaces on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  -- Percent.
  share numeric(4, 1) not null,
  share_before numeric(4, 1) not null,
  except_topics text[] not null,
  by text not null,
  primary key (workspace_id, id)
);

-- Which part somebody has where a journey has a holdout: true: of the control group, who runs it silently; false: of the
-- others. Null where the journey had no holdout when they came in. Whoever comes back keeps the part.
alter table enrollments add column control boolean;
create index enrollments_control on enrollments (workspace_id, version_id, node) where control and ended_at is null;

-- Runs of the control group count apart: `control:run:entered`.
create or replace function count_run() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values (old.workspace_id, old.version_id, '', case when old.control then 'control:' else '' end || 'run:removed', date_trunc('hour', now()), 1);
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values (new.workspace_id, new.version_id, '', case when new.control then 'control:' else '' end || 'run:entered', date_trunc('hour', new.entered_at), 1);
  end if;
  if new.ended_at is not null then
    insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values (new.workspace_id, new.version_id, '', case when new.control then 'control:' else '' end || 'run:' || new.status, date_trunc('hour', new.ended_at), 1);
  end if;
  return null;
end $$;

-- `stopped_by`: the check that a message did not pass, where it ended by one. Null too where that was not written down yet.
alter table messages add column stopped_by text;

-- What rules keep back, by the steps that it is from.
create index messages_held_step on messages (workspace_id, version_id, node, held_by) where held_by is not null and status = 'queued';

-- What is being handed to providers, of which there is little.
create index messages_sending on messages (workspace_id, channel) where status = 'sending';

-- How often which rule acted, by hour: `what` of its settings, such as one limit of several. In 16 rows, so that many senders do not wait for each other.
create table rule_counts (
  workspace_id uuid not null references workspaces on delete cascade,
  hour timestamptz not null,
  rule text not null,
  what text not null,
  act text not null check (act in ('held', 'suppressed')),
  shard smallint not null,
  count bigint not null,
  primary key (workspace_id, hour, rule, what, act, shard)
) with (fillfactor = 70);
