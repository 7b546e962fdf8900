-- Files with people, on their way in. The file lies in the database while it is worked through: any process goes on where another was stopped.
create table imports (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  file_name text not null,
  bytes bigint not null,
  received bigint not null default 0,
  state text not null default 'uploading'
    check (state in ('uploading', 'ready', 'checking', 'checked', 'importing', 'done', 'cancelled', 'failed')),
  error text,
  -- What was found in the file: { delimiter, header, decimal, match, columns, rows }. It has data of people: gone once the file is.
  found jsonb,
  settings jsonb,
  -- Where the run that is under way stands: how many bytes and lines are done, and whether the row before was broken.
  read_bytes bigint not null default 0,
  read_lines bigint not null default 0,
  after_broken boolean not null default false,
  rows bigint not null default 0,
  created bigint not null default 0,
  changed bigint not null default 0,
  unchanged bigint not null default 0,
  repeated bigint not null default 0,
  bad bigint not null default 0,
  -- What the dry run counted.
  checked jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  worked_at timestamptz,
  finished_at timestamptz,
  primary key (workspace_id, id)
);
create index imports_list on imports (workspace_id, created_at desc, id);
-- Who has waited longest comes next. Also what became of a file whose bytes are still to be deleted.
create index imports_working on imports (worked_at nulls first) where state in ('checking', 'importing');

create table import_chunks (
  workspace_id uuid not null,
  import_id uuid not null,
  -- Of its first byte within the file.
  position bigint not null,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, import_id, position),
  foreign key (workspace_id, import_id) references imports on delete cascade
);
-- Compressing a gigabyte costs more than the disk for the minutes that it lies there.
alter table import_chunks alter column bytes set storage external;
create index import_chunks_age on import_chunks (created_at);

-- Whom a run has met, by 64 bits of a hash, and in which line last: so that a second row of the same person is told.
create table import_keys (
  workspace_id uuid not null,
  import_id uuid not null,
  key bigint not null,
  line bigint not null,
  primary key (workspace_id, import_id, key),
  foreign key (workspace_id, import_id) references imports on delete cascade
);

-- Rows that could not be used, or were overruled by a later one, as they stand in the file.
create table import_problems (
  workspace_id uuid not null,
  import_id uuid not null,
  line bigint not null,
  kind text not null check (kind in ('bad', 'repeated')),
  reason text not null,
  "row" text[] not null,
  -- Of whom it is, as far as it says: who is erased goes from here as well.
  external_id text,
  email text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, import_id, line),
  foreign key (workspace_id, import_id) references imports on delete cascade
);
create index import_problems_age on import_problems (created_at);
create index import_problems_external_id on import_problems (workspace_id, external_id) where external_id is not null;
create index import_problems_email on import_problems (workspace_id, email) where email is not null;

-- People are found by their address. A column, so that other changes of a profile stay cheap.
alter table profiles
  add column email_key text generated always as (lower(left(traits ->> 'email', 320))) stored;
create index profiles_email on profiles (workspace_id, email_key text_pattern_ops) where email_key is not null;

-- Where a consent comes from, where it was not the person: an import.
alter table consents add column source text;
