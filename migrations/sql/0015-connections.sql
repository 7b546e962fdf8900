-- A channel has several connections, asked in their order: the first that is up and whose rule fits sends.
alter table connections drop constraint connections_workspace_id_kind_key;
alter table connections
  add column position int not null default 0,
  add column enabled boolean not null default true,
  -- { countries, classes, topics }: which messages it is for; null for any.
  add column rule jsonb,
  add column rate_per_second double precision check (rate_per_second > 0),
  -- The secrets before the last rotation, valid until then.
  add column old_secrets bytea,
  add column old_secrets_until timestamptz;

-- Until now the one that was saved last delivered.
update connections c set position = o.position
from (
  select workspace_id, id, row_number() over (partition by workspace_id order by updated_at desc, kind) as position
  from connections
) o
where o.workspace_id = c.workspace_id and o.id = c.id;

-- Which connection a message went out by, and which of the person's devices are done with it: { id: status }.
alter table messages
  add column connection_id uuid,
  -- Its provider may have it, and drops repeats of its key: nobody else may get it.
  add column bound boolean not null default false,
  add column devices_done jsonb;
-- There was one of each kind: what is under way knows by which it went.
update messages m set connection_id = c.id
from connections c
where c.workspace_id = m.workspace_id and c.kind = m.provider and m.status in ('queued', 'sending');
-- Providers name a message by an id of theirs when they tell what became of it. Those without a connection never do.
create index messages_provider_id on messages (workspace_id, provider_id)
where connection_id is not null and provider_id is not null;

-- What a provider answered to an attempt.
alter table message_events
  add column attempt int,
  add column provider text,
  add column connection_id uuid,
  add column answer text;

-- How connections do: counted in memory and added every few seconds, never by message.
create table connection_health (
  workspace_id uuid not null,
  connection_id uuid not null,
  minute timestamptz not null,
  sent int not null default 0,
  failed int not null default 0,
  primary key (workspace_id, connection_id, minute),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create index connection_health_minute on connection_health (minute);
create table connection_states (
  workspace_id uuid not null,
  connection_id uuid not null,
  state text not null check (state in ('up', 'slowed', 'down')),
  since timestamptz not null,
  last_ok_at timestamptz,
  primary key (workspace_id, connection_id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
create table connection_errors (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  at timestamptz not null,
  class text not null,
  status int,
  message text not null,
  count int not null default 1,
  primary key (workspace_id, connection_id, id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);

-- Events of providers that were taken: the same one again is not.
create table feedback_seen (
  workspace_id uuid not null,
  connection_id uuid not null,
  event_id text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, connection_id, event_id)
);
create index feedback_seen_at on feedback_seen (at);
-- Events that came before the message had its provider's id: kept until it has, for a day.
create table feedback_waiting (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  provider_id text not null,
  event jsonb not null,
  tries int not null default 0,
  due_at timestamptz not null,
  received_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index feedback_waiting_due on feedback_waiting (due_at);
create index feedback_waiting_at on feedback_waiting (received_at);
