/** Whether an event of a row's person is still on the queue of changes: asked of each row alone, for the queue may be long. */
export function unheardSql(row: string): string {
  return `exists (
    select from profile_changes h
    where h.workspace_id = ${row}.workspace_id and h.profile_id = ${row}.profile_id and h.what = 'event'
    offset 0
  )`;
}
