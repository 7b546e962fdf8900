-- What a workspace decides about its messages: caps, quiet hours and others, one row of each kind. The shape of `settings` is the contract's.
create table delivery_rules (
  workspace_id uuid not null references workspaces on delete cascade,
  kind text not null,
  settings jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, kind)
);

-- Who wins where a person may get one message more: 1 before 5. `caps`: what a journey says of caps in place of its workspace; null: nothing.
alter table journeys
  add column priority smallint not null default 3 check (priority between 1 and 5),
  add column caps jsonb;

-- `counted_at`: since when a message takes a place under the caps of its person, from before it goes out; null: since it was sent; -infinity: it takes none.
-- `message_class`, `topic`: as its step said when it went out; null for marketing.
-- `held_by`: the rule that keeps it back, until `held_until`; it is not due meanwhile (`next_attempt_at` is infinity). `ruling`: what the rule said, with its numbers.
-- `expires_at`: afterwards it is of no use any more.
alter table messages
  add column counted_at timestamptz,
  add column message_class text,
  add column topic text,
  add column held_by text,
  add column held_until timestamptz,
  add column expires_at timestamptz,
  add column ruling jsonb;

create index messages_held on messages (held_until) where held_by is not null and status = 'queued';
