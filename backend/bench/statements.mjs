/** What PostgreSQL's statements cost during a line; only where a profile is asked for. */
import { figure, printTable } from './table.mjs';

/** Forgets what was counted so far. @param {{ admin: import('pg').Client }} system */
export const resetStatements = ({ admin }) => admin.query('select pg_stat_statements_reset()');

/** Prints the dearest statements. "ms" is time in execution and planning, with waits for locks and the disk. */
export const printStatements = async ({ admin }, { title, count = 25 }) => {
  const { rows } = await admin.query(
    `select d.datname, s.calls, s.total_exec_time + s.total_plan_time as ms, s.total_plan_time as planning, s.rows,
       left(regexp_replace(s.query, '\\s+', ' ', 'g'), 150) as query
     from pg_stat_statements s
     join pg_database d on d.oid = s.dbid
     where d.datname <> 'postgres'
     order by 3 desc
     limit $1`,
    [count],
  );
  printTable({
    title: `Statements of "${title}"`,
    head: ['database', 'calls', 'ms', 'ms each', 'planning', 'rows', 'statement'],
    rows: rows.map(({ datname, calls, ms, planning, rows: returned, query }) => [
      datname,
      calls,
      figure(ms),
      figure(ms / calls),
      figure(planning),
      returned,
      query.replaceAll('|', '/'),
    ]),
  });
};
