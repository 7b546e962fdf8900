-- Why a request is taken for a program's: `agent`, `method`, `prefetch`, `network`, `privacy-proxy`, or by what was asked for
-- together (`early`, `burst`, `trap`). `trap`: a link that no person sees. `source`: whom it came from, as a hash that
-- says something only within one message.
alter table message_hits drop constraint message_hits_kind_check;
alter table message_hits
  add constraint message_hits_kind_check check (kind in ('opened', 'clicked', 'trap')),
  add column sign text,
  add column source text;
alter table message_events add column sign text;

-- Privacy proxies load pictures whether or not anybody looks: only where somebody says so that counts as opened.
alter table workspaces add column count_proxy_opens boolean not null default false;
