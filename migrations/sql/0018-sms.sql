-- How the messages of a channel are sent, written once by a developer; who builds journeys fills in its fields only.
create table channel_templates (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  channel text not null,
  -- Null: any connection of the channel that sends by such templates.
  connection_id uuid,
  name text not null,
  definition jsonb not null,
  revision int not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

-- Where its people are, unless they say otherwise: telephone numbers without their country's code are read so.
alter table workspaces add column country text;

-- The digits of a telephone number, to find whom a reply is from. A column, so that other changes of a profile stay cheap.
alter table profiles
  add column phone_digits text generated always as (nullif(regexp_replace(traits ->> 'phone', '\D', '', 'g'), '')) stored;
create index profiles_phone on profiles (workspace_id, phone_digits) where phone_digits is not null;

-- The domain of one's own that links in text messages are shortened by; null: links stay as they are written.
alter table workspaces add column link_domain text;

-- Where a short link leads. Who follows one names no workspace: the code alone is the key. It is as good as random.
create table short_links (
  code text primary key,
  workspace_id uuid not null references workspaces on delete cascade,
  message_id uuid not null,
  url text not null,
  created_at timestamptz not null default now()
);
create index short_links_message on short_links (workspace_id, message_id);
create index short_links_created_at on short_links (created_at);

-- Words by which people leave and come back, in place of the usual ones: { language: { stop, start, help, replies } }.
alter table workspaces add column reply_words jsonb;

-- Answers to replies such as STOP, on their way out. The number is there only until the answer is sent.
create table reply_answers (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  channel text not null,
  connection_id uuid not null,
  -- Null: nobody here has that number.
  profile_id uuid,
  -- A keyed hash of the number, so that nobody is answered without end.
  number_key text not null,
  number text,
  text text not null,
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  error text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index reply_answers_due on reply_answers (due_at) where number is not null;
create index reply_answers_number on reply_answers (workspace_id, number_key, created_at);
create index reply_answers_profile on reply_answers (workspace_id, profile_id) where profile_id is not null;
