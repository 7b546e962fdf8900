-- How steps sign in to APIs of others. `auth`: the way, without the secret; `origins`: the only servers that get it.
create table http_connections (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  auth jsonb not null,
  origins text[] not null,
  secret bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
