-- Waits say themselves what they may see. `not_before`: what happened earlier does not count, however late it is received. `message_visit`: only
-- events of the message of that visit to `message_of`. `taken`: events that brought the run here and would count by their place in the order of
-- receipt. `paths` null: an event comes with all its properties.
alter table waits add column not_before timestamptz, add column message_visit int, add column taken uuid[], alter column paths drop not null;
