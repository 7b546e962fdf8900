-- Channels and providers are known by name only: packages bring their own, and the processes that load them refuse what nobody brings.
alter table connections drop constraint connections_kind_check;
-- A device is of the kind that its channel's definition asks for.
alter table devices drop constraint devices_kind_check;
