/** A row of `entry_batches`. */
export const batchColumns = `workspace_id, id, journey_id, node, source, cause, occasions, name, data, at, state, total, entered, held, refused,
  requested_by, error, attempts, created_at, finished_at, clearing`;
/** People come in by it. */
export const isBatchOpenSql = `state in ('gathering', 'running')`;
/** Something is to be done: people come in, or those who were still to come are taken off the list. */
export const isBatchBusySql = `(${isBatchOpenSql} or clearing)`;
/** What was seen of those whom the end of a batch, `b`, kept out. */
export const keptOutByBatchSql = `case b.state when 'failed' then '{"failed": true}'::jsonb else '{"midway": true}' end`;
