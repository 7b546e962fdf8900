-- What approval steps ask, written with the wait for the answer. Times are the run's.
create table approvals (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  enrollment_id uuid not null,
  journey_id uuid not null,
  version_id uuid not null,
  node text not null,
  visit int not null,
  wait text not null,
  origin text not null,
  -- What earlier steps came to: the texts can name it.
  run jsonb not null,
  asked_at timestamptz not null,
  due_at timestamptz,
  -- `new` until its texts are filled in.
  state text not null default 'new' check (state in ('new', 'open', 'answered', 'expired', 'withdrawn')),
  -- While it is new: when it is worked on next, by the clock.
  next_at timestamptz not null default now(),
  question text not null default '',
  details text not null default '',
  choices jsonb not null default '[]',
  -- Why the texts are as they were written.
  problem text,
  closed_at timestamptz,
  choice text,
  note text,
  answered_by text,
  answered_via text check (answered_via in ('dashboard', 'link', 'api')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, enrollment_id, node, visit)
);
create index approvals_new on approvals (next_at) where state = 'new';
create index approvals_open on approvals (workspace_id, created_at desc, id) where state = 'open' and origin <> 'test';
create index approvals_listed on approvals (workspace_id, created_at desc, id);
create index approvals_journey on approvals (workspace_id, journey_id, created_at desc);

-- Who is asked by email, once and perhaps again. Its id is what a link is signed for.
create table approval_mails (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  approval_id uuid not null,
  enrollment_id uuid not null,
  -- A member, whose address is looked up; else an address, and perhaps a name.
  member_id uuid,
  address text,
  name text,
  reminder boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped')),
  attempts int not null default 0,
  -- When it is tried next, by the clock.
  due_at timestamptz not null default now(),
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, approval_id) references approvals on delete cascade,
  check ((member_id is null) <> (address is null))
);
create index approval_mails_due on approval_mails (due_at) where state = 'waiting';
create index approval_mails_of on approval_mails (workspace_id, approval_id);
create index approval_mails_run on approval_mails (workspace_id, enrollment_id);
