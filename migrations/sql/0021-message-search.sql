-- A message that is sent again by hand is a row of its own. `resend_of`: the first of its visit. `resend_number`: 0 for the first. `resends`: how many
-- the first has, so that nobody looks for them where there are none. `resend_request`: asking twice makes one.
alter table messages
  add column resend_of uuid,
  add column resend_number int not null default 0,
  add column resend_request uuid,
  add column resends int not null default 0;
drop index messages_once;
create unique index messages_once on messages (workspace_id, enrollment_id, node, visit, resend_number);
create unique index messages_resend_request on messages (workspace_id, resend_of, resend_request) where resend_of is not null;

-- Addresses are found by how they begin; what did not get through, of which there is little, by its state.
create index messages_recipient on messages (workspace_id, lower(recipient) text_pattern_ops) where recipient is not null;
create index messages_state on messages (workspace_id, status, queued_at desc, id) where status in ('failed', 'bounced', 'suppressed', 'unknown');

-- Sending again to those of a step whom its message has not reached: one at a time per step.
create table resend_batches (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null,
  journey_id uuid not null,
  node text not null,
  -- What was asked for: { kinds, version, from, to }.
  selection jsonb not null,
  reason text not null,
  requested_by text not null,
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  total int not null,
  done int not null default 0,
  skipped int not null default 0,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journeys on delete cascade
);
create unique index resend_batches_running on resend_batches (workspace_id, journey_id, node) where state = 'running';
create index resend_batches_list on resend_batches (workspace_id, journey_id, node, created_at desc);

-- Who is still to come in a batch: a row goes in the transaction that sends its message again.
create table resend_batch_items (
  workspace_id uuid not null,
  batch_id uuid not null,
  message_id uuid not null,
  primary key (workspace_id, batch_id, message_id)
);
create index resend_batch_items_message on resend_batch_items (workspace_id, message_id);
