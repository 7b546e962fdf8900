-- What a device is and when it was last in use: which of a person's devices was the last, what its app understands. `data`
-- is what its kind needs beside the token, such as the keys of a browser's subscription. Nothing is known of those that
-- are here already: they are told by their next event.
alter table devices
  add column platform text check (platform in ('ios', 'android', 'web')),
  add column app_id text,
  add column app_version text,
  add column last_active_at timestamptz,
  add column data jsonb not null default '{}',
  add column updated_at timestamptz not null default now();
