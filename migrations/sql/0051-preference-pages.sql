-- The hosted page on which people choose what they get: how it looks, and what it says by language.
create table preference_pages (
  workspace_id uuid primary key references workspaces on delete cascade,
  logo text,
  color text,
  texts jsonb not null default '{}',
  updated_at timestamptz not null default now()
);

-- Traits by which people say what they want: a yes subscribes, a no unsubscribes.
create table consent_traits (
  workspace_id uuid not null references workspaces on delete cascade,
  trait text not null,
  channel text not null,
  topic text not null default '',
  created_at timestamptz not null default now(),
  primary key (workspace_id, trait, channel, topic)
);
