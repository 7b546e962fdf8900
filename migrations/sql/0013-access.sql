-- Which roles there are, and what each may do, is a table in the code: a role that is not in it may do nothing.
alter table members drop constraint members_role_check;

-- An attempt is given back by its id, not by its microsecond.
alter table sign_in_attempts add column id bigint generated always as identity primary key;
