-- Who made a key: it may do what that member may. No foreign key: the key of a member who is gone must be known as such, and may do nothing.
-- Null: made for the workspace itself (demo, provisioning).
alter table api_keys add column made_by uuid;
update api_keys k set made_by = m.id
  from audit_log a join members m on m.workspace_id = a.workspace_id and lower(m.email) = lower(a.actor)
 where a.workspace_id = k.workspace_id and a.action = 'key.create' and a.subject = 'key:' || k.id;

-- BCP 47: what people are addressed in who have no locale of their own.
alter table workspaces add column language text not null default 'en';
