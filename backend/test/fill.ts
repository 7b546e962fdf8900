import { randomUUID } from 'node:crypto';
import type { Database } from '../src/platform/database/index.js';

/** Ids of a person, a journey and whatever else is in a workspace, by the names of the columns that refer to them. */
export class Filling {
  private readonly ids = new Map<string, string>();
  readonly receivedAt = new Date();

  constructor({ workspaceId = randomUUID() }: { workspaceId?: string } = {}) {
    this.ids.set('workspace_id', workspaceId);
  }

  id(column: string): string {
    const id = this.ids.get(column) ?? randomUUID();
    this.ids.set(column, id);
    return id;
  }
}

type Column = { table: string; name: string; type: string; required: boolean; choice: string | null };

/** What columns call a row of the table that is not called like it. */
const called: Record<string, string> = { journey_versions: 'version_id', alarm_targets: 'target_id' };

/**
 * A row in each of the tables, in their order; none where the row that a table has room for is there. Columns are read
 * from the schema, so that new tables and columns are filled too.
 */
export async function fill(database: Database, { tables, ids }: { tables: string[]; ids: Filling }): Promise<void> {
  const columns = await columnsOf(database);
  for (const table of tables) {
    const filled = columns.filter(
      ({ table: of, name, required, type }) => of === table && (required || type === 'uuid' || name === 'received_at'),
    );
    const values = filled.map((column) => valueFor(column, ids));
    await database.query(
      `insert into ${table} (${filled.map(({ name }) => `"${name}"`).join(', ')})
       values (${filled.map((_, index) => `$${index + 1}`).join(', ')})
       on conflict do nothing`,
      values,
    );
  }
}

let numbers = 0;

function valueFor({ table, name, type, choice }: Column, ids: Filling): unknown {
  if (type === 'uuid')
    return name === 'merged_into' ? null : ids.id(name === 'id' ? (called[table] ?? table.replace(/s$/, '_id')) : name);
  // Programs are found by their content.
  if (type === 'text' && name.endsWith('hash')) return ids.id('program_id');
  if (choice !== null) return choice;
  if (name === 'received_at') return ids.receivedAt;
  if (type === 'bytea') return Buffer.from(randomUUID());
  if (type === 'text') return randomUUID();
  if (type === 'jsonb') return '{}';
  if (type === 'boolean') return false;
  if (type === 'pg_snapshot') return '1:1:';
  if (type.startsWith('numeric')) return 1;
  if (type === 'box') return '(1,1),(0,0)';
  if (type.startsWith('timestamp') || type === 'date') return new Date();
  if (type.endsWith('[]')) return [];
  return (numbers += 1);
}

/** `choice`: the first value that a check lets through. */
async function columnsOf(database: Database): Promise<Column[]> {
  return database.query<Column>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
       a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
       (
         select substring(pg_get_constraintdef(k.oid) from '''([^'']+)''')
         from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
         limit 1
       ) as choice
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p')
       and not c.relispartition
       and a.attnum > 0
       and not a.attisdropped`,
  );
}
