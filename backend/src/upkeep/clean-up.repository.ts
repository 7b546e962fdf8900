import type { Database } from '../platform/database/index.js';
import { tables } from './tables.js';
import type { Keeping } from './tables.js';

const biteRows = 5_000;
const bitePages = 500;

type CleanUpOptions = {
  database: Database;
  name: string;
  /** What the table's entry says, if not given. */
  kept?: Keeping | undefined;
  /** Asked between bites. */
  stopped?: () => boolean;
};

/**
 * Deletes what need not be kept any more, in bites that hold no lock for long, and with each row what is found through
 * it. Safe to run in several processes at once. Without scope: times are the same for all workspaces.
 */
export async function cleanUp({
  database,
  name,
  kept = tables.find((table) => table.name === name)?.kept,
  stopped = () => false,
}: CleanUpOptions): Promise<number> {
  if (!kept) throw new Error(`No entry says how long the rows of ${name} are kept.`);
  let count = 0;
  if (kept.byPages) {
    const pages = await pagesOf({ database, name });
    for (let page = 0; page < pages && !stopped(); page += bitePages)
      count += await bite({
        database,
        name,
        rows: `t.ctid >= '(${page},0)'::tid and t.ctid < '(${page + bitePages},0)'::tid and ${kept.gone}`,
      });
    return count;
  }
  const some = `t.ctid = any(array(select ctid from ${name} t where ${kept.gone} limit ${biteRows} for update skip locked))`;
  for (let last = biteRows; last === biteRows && !stopped(); count += last)
    last = await bite({ database, name, rows: some });
  return count;
}

async function bite({ database, name, rows }: { database: Database; name: string; rows: string }): Promise<number> {
  const found = tables.flatMap((table) =>
    [table.profile ?? table.journey].flatMap((by) =>
      by && 'through' in by && by.through === name
        ? [
            `delete from ${table.name} c using gone
              where c.workspace_id = gone.workspace_id
                and ${Object.entries(by.on)
                  .map(([own, other]) => `c.${own} = gone.${other}`)
                  .join(' and ')}`,
          ]
        : [],
    ),
  );
  const [row] = await database.query<{ count: number }>(
    `with gone as (delete from ${name} t where ${rows} returning t.*)
      ${found.map((statement, index) => `, found_${index} as (${statement})`).join('\n')}
     select count(*)::int as count from gone`,
  );
  return row!.count;
}

async function pagesOf({ database, name }: { database: Database; name: string }): Promise<number> {
  const [table] = await database.query<{ pages: number }>(
    `select (pg_relation_size('${name}') / current_setting('block_size')::int)::int as pages`,
  );
  return table!.pages;
}
