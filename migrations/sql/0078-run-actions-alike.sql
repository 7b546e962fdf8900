-- Actions of one kind are carried out together: those of a workspace are found without a look at the others'.
create index run_actions_alike on run_actions (workspace_id, kind, next_at) where state = 'waiting';
