-- What people can subscribe to, and all that they ever said about it.

-- `starts`: what holds for those who have said nothing of it; never changed, since it would change what people are sent without their word.
-- `texts`: name and description by language.
create table topics (
  workspace_id uuid not null references workspaces on delete cascade,
  key text not null,
  name text not null,
  description text not null default '',
  channels text[] not null,
  starts text not null check (starts in ('subscribed', 'unsubscribed')),
  texts jsonb not null default '{}',
  place int not null,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, key)
);

-- A consent is of a channel ('' as its topic: all that is sent there), or of one topic on it. `pending`: asked for, and not yet confirmed by the person.
-- `everything`: they do not want messages of any class, as who writes STOP; whoever left before there were classes left everything.
alter table consents
  add column topic text not null default '',
  add column everything boolean not null default false,
  drop constraint consents_state_check,
  add constraint consents_state_check check (state in ('subscribed', 'unsubscribed', 'pending'));
alter table consents drop constraint consents_pkey, add primary key (workspace_id, profile_id, channel, topic);
create index consents_topic on consents (workspace_id, topic, channel, state) where topic <> '';
update consents set everything = true where state = 'unsubscribed';

-- Nothing of marketing until then.
alter table profiles add column paused_until timestamptz;

-- Each change of a consent, and of a pause (`paused`, `resumed`; channel and topic are ''): only added to. `at`: when it was said, `recorded_at`: when it was heard.
-- `shown`: the words that the person agreed to or saw. `message`: the id of the one that they said it by, which may be gone.
create table consent_changes (
  workspace_id uuid not null,
  profile_id uuid not null,
  id bigint not null generated always as identity,
  channel text not null,
  topic text not null default '',
  state text not null check (state in ('subscribed', 'unsubscribed', 'pending', 'paused', 'resumed')),
  was text,
  paused_until timestamptz,
  source text not null check (source in (
    'link', 'preferences', 'confirmation', 'reply', 'provider', 'api', 'member', 'import', 'identify', 'merge'
  )),
  actor text,
  ip text,
  shown text,
  message text,
  at timestamptz not null default now(),
  recorded_at timestamptz not null default now(),
  primary key (workspace_id, profile_id, id),
  foreign key (workspace_id, profile_id) references profiles on delete cascade
);
