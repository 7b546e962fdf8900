-- Finding people as one types. Trigrams find what stands anywhere in a text; the extension comes with PostgreSQL, and whoever owns the
-- database may make it.
create extension if not exists pg_trgm;

-- What the index of people's names has of a text that is not all ASCII. Whether a letter beyond ASCII belongs to a word, trigrams decide by the settings of the
-- database, and most say no: such letters are added as the digits of their bytes, parts of 한글 syllables as three signs each. Something else may come to the same,
-- so whoever asks the index looks at the text too. `keyPatterns` (backend/src/profiles/name-search.ts) spells as this does.
create function people_search_spelled(text text) returns text
language sql immutable parallel safe
return text || ' ' || replace(replace(replace(replace(
  encode(convert_to(regexp_replace(text, '[\x01-\x7f]+', ' ', 'g'), 'UTF8'), 'hex'),
  'e184', 'g'), 'e185', 'h'), 'e186', 'i'), 'e187', 'j');

create function people_search_key(text text) returns text
language sql immutable parallel safe
return case when octet_length(text) = length(text) then text else people_search_spelled(text) end;

-- Columns, so that other changes of a profile stay cheap: PostgreSQL leaves indexes alone while these stay the same. `last_seen_day` is why a list by when people
-- were last seen costs a person one change of the indexes a day, and not one a minute.
alter table profiles
  -- What a person is found by: external id, email, names and the digits of the phone number, in small letters, without accents, 한글 in its parts, so that who types a
  -- syllable finds it before it is whole. `fold` (backend/src/profiles/name-search.ts) does the same to what is looked for.
  add column search text generated always as (lower(regexp_replace(normalize(
    ' ' || coalesce(left(external_id, 255), '') || ' ' || coalesce(left(traits ->> 'email', 320), '') || ' '
      || coalesce(left(traits ->> 'name', 200), '') || ' ' || coalesce(left(traits ->> 'first_name', 200), '') || ' '
      || coalesce(left(traits ->> 'firstName', 200), '') || ' ' || coalesce(left(traits ->> 'last_name', 200), '') || ' '
      || coalesce(left(traits ->> 'lastName', 200), '') || ' '
      || coalesce(left(regexp_replace(traits ->> 'phone', '\D', '', 'g'), 40), ''),
    nfkd
  ), '[' || U&'\0300' || '-' || U&'\036f' || ']', '', 'g'))) stored,
  add column last_seen_day date generated always as (coalesce((last_seen_at at time zone 'UTC')::date, date '1970-01-01')) stored;
create index profiles_search on profiles using gin (people_search_key(search) gin_trgm_ops);
create index profiles_last_seen on profiles (workspace_id, last_seen_day desc);

-- Traits that came later than a newer value was known: they changed nothing. `traits`: for each of them, when (ms since 1970) the value that stayed was set.
create table late_traits (
  workspace_id uuid not null references workspaces on delete cascade,
  profile_id uuid not null,
  event_id uuid not null,
  traits jsonb not null,
  primary key (workspace_id, event_id)
);
create index late_traits_profile on late_traits (workspace_id, profile_id);

-- People who are erased, and the receipt. Whom is known only until they are gone.
create table erasures (
  workspace_id uuid not null references workspaces on delete cascade,
  id uuid not null default gen_random_uuid(),
  person_id uuid,
  state text not null default 'running' check (state in ('running', 'done')),
  requested_by text not null,
  -- Deleted rows by what they were: { events: 12, … }.
  rows jsonb not null default '{}',
  -- Until when the process that works on it has it for itself.
  taken_until timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id)
);
create unique index erasures_person on erasures (workspace_id, person_id) where person_id is not null;
create index erasures_running on erasures (taken_until) where state = 'running';
create index erasures_list on erasures (workspace_id, created_at desc, id);
