-- Changes of people: who keeps something about people is told of what it watches, and nothing else is written down.

-- What somebody keeps something by: `what` is event, trait, profile, consent, device, message, run or segment, `name` which of them, '*' all. `watcher` names
-- who asked, so that it takes back only what is its own.
create table change_watches (
  workspace_id uuid not null references workspaces on delete cascade,
  what text not null,
  name text not null,
  watcher text not null,
  primary key (workspace_id, what, name, watcher)
);
create index change_watches_watcher on change_watches (workspace_id, watcher);

create sequence change_position;
-- Committed with the change; goes with what was done about it. `event_id` and `received_at` of an event only.
create table profile_changes (
  lane smallint not null,
  position bigint not null default nextval('change_position'),
  workspace_id uuid not null,
  profile_id uuid not null,
  what text not null,
  name text not null,
  origin text not null default 'live',
  event_id uuid,
  received_at timestamptz,
  at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  not_before timestamptz,
  primary key (lane, position)
);
create index profile_changes_profile on profile_changes (workspace_id, profile_id);
-- One worker at a time has a lane, and so a person.
create table change_lanes (lane smallint primary key);
insert into change_lanes (lane) select generate_series(0, 15);

create function change_lane(profile_id uuid) returns smallint language sql immutable parallel safe
  return (abs(hashtextextended(profile_id::text, 0)) % 16)::smallint;

-- 'import' while what is written comes from the past of another system: it counts, and starts nothing.
create function change_origin() returns text language sql stable
  return coalesce(nullif(current_setting('wend.change_origin', true), ''), 'live');

create function note_change(of_workspace uuid, of_profile uuid, changed text, named text) returns void language plpgsql as $$
begin
  if exists (select 1 from change_watches where workspace_id = of_workspace and what = changed and name in (named, '*')) then
    insert into profile_changes (lane, workspace_id, profile_id, what, name, origin)
      values (change_lane(of_profile), of_workspace, of_profile, changed, named, change_origin());
    perform pg_notify('wend_changes', '');
  end if;
end $$;

create function note_profile_created() returns trigger language plpgsql as $$
begin
  perform note_change(new.workspace_id, new.id, 'profile', 'created');
  return null;
end $$;
create trigger noted_profiles_created after insert on profiles for each row when (not new.test) execute function note_profile_created();

create function note_traits() returns trigger language plpgsql as $$
begin
  insert into profile_changes (lane, workspace_id, profile_id, what, name, origin)
    select change_lane(new.id), new.workspace_id, new.id, 'trait', w.name, change_origin()
      from (select distinct name from change_watches where workspace_id = new.workspace_id and what = 'trait') w
     where (old.traits -> w.name) is distinct from (new.traits -> w.name) or w.name = '*';
  if found then
    perform pg_notify('wend_changes', '');
  end if;
  return null;
end $$;
create trigger noted_profiles_traits after update of traits on profiles for each row
  when (not new.test and new.merged_into is null and old.traits is distinct from new.traits) execute function note_traits();

-- Told of the one who stays.
create function note_merged() returns trigger language plpgsql as $$
begin
  perform note_change(new.workspace_id, new.merged_into, 'profile', 'merged');
  return null;
end $$;
create trigger noted_profiles_merged after update of merged_into on profiles for each row
  when (new.merged_into is not null and old.merged_into is distinct from new.merged_into) execute function note_merged();

create function note_consent() returns trigger language plpgsql as $$
begin
  perform note_change(coalesce(new.workspace_id, old.workspace_id), coalesce(new.profile_id, old.profile_id), 'consent',
    coalesce(new.channel, old.channel));
  return null;
end $$;
create trigger noted_consents_written after insert or delete on consents for each row execute function note_consent();
create trigger noted_consents_changed after update of state on consents for each row when (old.state is distinct from new.state) execute function note_consent();

create function note_device() returns trigger language plpgsql as $$
begin
  if new.profile_id is not null then
    perform note_change(new.workspace_id, new.profile_id, 'device', new.kind);
  end if;
  if old.profile_id is not null and old.profile_id is distinct from new.profile_id then
    perform note_change(old.workspace_id, old.profile_id, 'device', old.kind);
  end if;
  return null;
end $$;
create trigger noted_devices_written after insert or delete on devices for each row execute function note_device();
create trigger noted_devices_changed after update on devices for each row
  when ((old.profile_id, old.permission, old.platform, old.app_id, old.app_version) is distinct from
    (new.profile_id, new.permission, new.platform, new.app_id, new.app_version)) execute function note_device();

-- Told by what became of it, each time: a person may open what a machine has opened before.
create function note_message() returns trigger language plpgsql as $$
begin
  if exists (select 1 from change_watches where workspace_id = new.workspace_id and what = 'message') then
    perform note_change(m.workspace_id, m.profile_id, 'message', new.status)
      from messages m where m.workspace_id = new.workspace_id and m.id = new.message_id and m.origin <> 'test';
  end if;
  return null;
end $$;
create trigger noted_message_events after insert on message_events for each row execute function note_message();

-- Whoever has the address; of a telephone number, whoever may have it, however it is written.
create function note_suppression() returns trigger language plpgsql as $$
declare digits text := nullif(regexp_replace(new.address, '\D', '', 'g'), '');
begin
  if new.address is null or not exists (select 1 from change_watches where workspace_id = new.workspace_id and what = 'suppression') then
    return null;
  elsif position('@' in new.address) > 0 then
    perform note_change(p.workspace_id, p.id, 'suppression', new.channel) from profiles p
      where p.workspace_id = new.workspace_id and p.email_key = lower(new.address) and p.merged_into is null;
  else
    perform note_change(p.workspace_id, p.id, 'suppression', new.channel) from profiles p
      where p.workspace_id = new.workspace_id and p.merged_into is null and p.phone_digits = any(array[
        digits, '00' || digits, substr(digits, 2), substr(digits, 3), substr(digits, 4), '0' || substr(digits, 2), '0' || substr(digits, 3),
        '0' || substr(digits, 4)
      ]);
  end if;
  return null;
end $$;
create trigger noted_suppressions after insert on suppressions for each row execute function note_suppression();
create trigger noted_suppressions_released after update of released_at on suppressions for each row
  when (old.released_at is distinct from new.released_at) execute function note_suppression();

create function note_run() returns trigger language plpgsql as $$
begin
  perform note_change(new.workspace_id, new.profile_id, 'run', new.journey_id::text);
  return null;
end $$;
create trigger noted_enrollments_begun after insert on enrollments for each row when (new.origin <> 'test') execute function note_run();
create trigger noted_enrollments_ended after update of ended_at on enrollments for each row
  when (new.origin <> 'test' and old.ended_at is distinct from new.ended_at) execute function note_run();

-- Segments ------------------------------------------------------------------------------------------------------------

-- `rule` is the one that was saved last, null for a segment that is kept by hand; `live_rule` is the one that the members of `generation` are of.
create table segments (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  description text not null default '',
  rule jsonb,
  live_rule jsonb,
  revision int not null default 1,
  generation int not null default 0,
  -- The generation whose differences to this one are being told.
  telling int,
  -- Kept by the roll-up of `segment_deltas`.
  size int not null default 0,
  created_at timestamptz not null default now(),
  created_by text not null default '',
  updated_at timestamptz not null default now(),
  archived_at timestamptz,
  primary key (workspace_id, id)
);
create unique index segments_name on segments (workspace_id, lower(name));
create index segments_recent on segments (workspace_id, updated_at desc, id);

-- Members of the present generation, of the one that is being built beside it, and of one that is not cleared away yet. `member` is false only for who was
-- looked at while their generation is built and is not in: the build must not know better.
create table segment_memberships (
  workspace_id uuid not null,
  segment_id uuid not null,
  generation int not null,
  profile_id uuid not null,
  since timestamptz not null,
  member boolean not null default true,
  primary key (workspace_id, segment_id, generation, profile_id)
);
create index segment_memberships_profile on segment_memberships (workspace_id, profile_id);
create index segment_memberships_since on segment_memberships (workspace_id, segment_id, generation, since desc, profile_id);

-- Who is in which segment: the truth that all others join.
create view segment_members as
  select m.workspace_id, m.segment_id, m.profile_id, m.since
    from segment_memberships m
    join segments s on s.workspace_id = m.workspace_id and s.id = m.segment_id and s.generation = m.generation
   where m.member;

-- When an answer can change by itself.
create table segment_due (
  workspace_id uuid not null,
  segment_id uuid not null,
  generation int not null,
  profile_id uuid not null,
  lane smallint not null,
  at timestamptz not null,
  primary key (workspace_id, segment_id, generation, profile_id)
);
create index segment_due_at on segment_due (lane, at);
create index segment_due_profile on segment_due (workspace_id, profile_id);

-- One for each saved rule. waiting (for the one before) → building → telling → done; or cancelled, failed.
create table segment_builds (
  workspace_id uuid not null,
  segment_id uuid not null,
  generation int not null,
  rule jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'building', 'telling', 'done', 'cancelled', 'failed')),
  -- Whether who comes in or goes by it is told to journeys.
  tell boolean not null,
  -- The last profile that was looked at, or told of.
  cursor uuid,
  total int not null default 0,
  done int not null default 0,
  size int,
  error text,
  attempts int not null default 0,
  not_before timestamptz,
  started_by text not null default '',
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, segment_id, generation)
);
create index segment_builds_active on segment_builds (created_at) where state in ('waiting', 'building', 'telling');

-- Generations that nobody needs any more, cleared away in bites; null for all of a segment that was deleted.
create table segment_clearings (
  workspace_id uuid not null,
  segment_id uuid not null,
  generation int,
  created_at timestamptz not null default now()
);

-- Comings and goings, appended so that no two workers fight over a row; rolled up each second.
create table segment_deltas (
  id bigint generated always as identity primary key,
  workspace_id uuid not null,
  segment_id uuid not null,
  at timestamptz not null,
  entered int not null,
  gone int not null,
  size int not null
);
-- By the calendar of the workspace. `size` at the end of the day.
create table segment_days (
  workspace_id uuid not null,
  segment_id uuid not null,
  day date not null,
  entered int not null default 0,
  gone int not null default 0,
  size int not null default 0,
  primary key (workspace_id, segment_id, day)
);
