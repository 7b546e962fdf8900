-- Events of stores, items and matches: they belong to no person, and let in everybody for whom a rule holds.

create table business_events (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  -- Whoever sends it again with this gets the same answer.
  message_id text not null,
  name text not null,
  properties jsonb not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  sent_by text,
  -- sha256 of what was sent.
  asked text not null,
  -- What it meant to the entries that waited for it.
  answer jsonb,
  primary key (workspace_id, id)
);
create unique index business_events_message on business_events (workspace_id, message_id);
create index business_events_newest on business_events (workspace_id, received_at desc, id);
create index business_events_age on business_events (received_at);
