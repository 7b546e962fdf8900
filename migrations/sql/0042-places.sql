-- Circles on the earth, and who is in them: a location of a person becomes Place Entered and Place Left.

create table places (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  external_id text not null,
  name text not null,
  lat float8 not null,
  lng float8 not null,
  -- Metres.
  radius float8 not null,
  tags text[] not null default '{}',
  -- How long somebody must be inside before it counts.
  dwell_minutes int not null default 0,
  -- Who comes again within so many hours is not told of.
  quiet_hours int not null default 0,
  -- What the circle fits in, longitude by latitude; beyond 180 where it reaches over the date line.
  bounds box not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, external_id)
);
create index places_bounds on places using gist (bounds);
create index places_name on places (workspace_id, name, id);

-- Where somebody was last: what is older changes nothing.
create table place_people (
  workspace_id uuid not null,
  profile_id uuid not null,
  at timestamptz not null,
  primary key (workspace_id, profile_id)
) with (fillfactor = 80);

-- Who is, or was, in a place.
create table place_visits (
  workspace_id uuid not null,
  profile_id uuid not null,
  place_id uuid not null,
  -- Null: outside.
  since timestamptz,
  -- Whether the stay was long enough, and so was told of or kept quiet.
  counted boolean not null default false,
  -- When this stay was told of; null: it was not.
  entered_at timestamptz,
  -- When any stay was told of last.
  told_at timestamptz,
  -- Whether an import said so: what follows from it starts nothing.
  imported boolean not null,
  lane smallint not null generated always as (change_lane(profile_id)) stored,
  -- When a stay that goes on is long enough to count.
  due_at timestamptz,
  primary key (workspace_id, profile_id, place_id),
  foreign key (workspace_id, place_id) references places on delete cascade
);
create index place_visits_due on place_visits (lane, due_at) where due_at is not null;
create index place_visits_place on place_visits (workspace_id, place_id);
