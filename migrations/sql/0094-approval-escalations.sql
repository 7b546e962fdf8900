-- A mail to somebody else, since nobody of those who were asked has answered.
alter table approval_mails add column escalation boolean not null default false;
