-- Whether a channel is in the sandbox: its messages are kept and shown in the Outbox instead of going out. A channel without a row is not; when
-- no provider is set up for it either, messages to real people are suppressed with the reason no-provider.
create table channel_settings (
  workspace_id uuid not null references workspaces on delete cascade,
  channel text not null,
  sandbox boolean not null,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, channel)
);

-- The demo lives on the sandbox, but for mail where somebody has set up a server: that is written too, or the demo's next start would take it for
-- undecided. Elsewhere nobody has chosen the sandbox: real people's messages counted as delivered there and never were.
insert into channel_settings (workspace_id, channel, sandbox)
select w.id, c.channel, not (c.channel = 'email' and exists (select 1 from connections k where k.workspace_id = w.id and k.kind = 'smtp'))
  from workspaces w cross join unnest(array['email', 'sms', 'push', 'webpush']) as c (channel)
 where w.demo;
