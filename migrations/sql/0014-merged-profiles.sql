-- Whom a profile took in is looked up by each merge and erasure: without this among all profiles of the workspace.
create index profiles_merged on profiles (workspace_id, merged_into) where merged_into is not null;
