-- A step of a run starts a journey for each of several people; see also entry_batches, where these come in.

-- Who came in by such a step, while that counts against another time.
create table recipient_once (
  workspace_id uuid not null,
  profile_id uuid not null,
  -- Of the step.
  journey_id uuid not null,
  node text not null,
  -- A hash of the run, or of what is told apart.
  key bytea not null,
  -- What brought them: a merge leaves one of two.
  batch_id uuid not null,
  -- Until when it counts; null: for ever.
  until timestamptz,
  primary key (workspace_id, profile_id, journey_id, node, key, batch_id)
);
create index recipient_once_until on recipient_once (until) where until is not null;

-- There may be one for every run: lists of batches look at the others and at those that are under way.
create index entry_batches_begun on entry_batches (workspace_id, journey_id, created_at desc) where not (source ? 'recipients');
create index entry_batches_recipients on entry_batches (workspace_id, journey_id)
  where source ? 'recipients' and state in ('gathering', 'running');
create index entry_batches_reached on entry_batches (finished_at) where source ? 'recipients' and not clearing;
-- Test runs: what they would have reached is counted after them.
create index run_actions_unrehearsed on run_actions (kind, next_at) where state = 'recorded' and settled_at is null;
