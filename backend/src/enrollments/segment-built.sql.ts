/**
 * Whether it is known who is in a segment `s`: once its first build is done, and of one that is kept by hand while
 * nobody is still to be copied into it.
 */
export const isBuiltSql = `case when s.rule is not null then s.live_rule is not null else not exists (
  select 1 from segment_builds b
  where b.workspace_id = s.workspace_id and b.segment_id = s.id and b.state in ('waiting', 'building', 'failed')
) end`;

/** Whether a segment `s` is being built now, or waits for it; of one that is not built and is not: that has failed. */
export const isBuildingSql = `exists (
  select 1 from segment_builds b
  where b.workspace_id = s.workspace_id and b.segment_id = s.id and b.state in ('waiting', 'building', 'telling')
)`;
