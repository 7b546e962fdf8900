-- Delivery takes from each workspace, channel and receiver in turn, and knows at once whose sender is gone.

-- Messages of one lane share a receiver: 0 while it is not known, else 1 to 4,095 by its name.
alter table messages add column lane smallint not null default 0;
-- Since when nobody was there to take it; null once somebody was.
alter table messages add column away_since timestamptz;
-- Its journey is paused. Put here once, and taken out again when it is not paused any more: nobody looks at it in between.
alter table messages add column parked boolean not null default false;

drop index messages_due;
create index messages_due on messages (workspace_id, channel, lane, next_attempt_at) where status in ('queued', 'sending') and not parked;
create index messages_parked on messages (workspace_id, journey_id) where parked;

-- Processes that send. Each holds the advisory lock (7361, id) for as long as its connection lives: the lock goes with the process.
create table delivery_owners (
  id int generated always as identity primary key,
  name text not null unique,
  started_at timestamptz not null default now()
);
