import type { Database, Scope } from '../platform/database/index.js';
import { tables } from './tables.js';
import type { Table } from './tables.js';

const pageRows = 500;

/** Rows of events are read as their index has them; those of other tables by their primary key. */
const orders: Record<string, string[]> = { events: ['time', 'id'] };
/** What is nobody's data: whose the row is, and how the database goes about it. */
const dropped = new Set(['workspace_id', 'transaction', 'search', 'email_key', 'last_seen_day', 'phone_digits']);

/** Everything that is kept of a person, made from the list of tables, so that none can be forgotten. Reads only. */
export class PersonDataRepository {
  constructor(private readonly database: Database) {}

  /** The ids of a person: the profile that counts first, then those that were merged into it. Empty: nobody. */
  async idsOf(scope: Scope, profileId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `with person as (
         select coalesce(merged_into, id) as id from profiles where workspace_id = $1 and id = $2
       )
       select p.id
       from profiles p
       where p.workspace_id = $1 and (p.id = (select id from person) or p.merged_into = (select id from person))
       order by p.id <> (select id from person), p.id`,
      [scope.workspaceId, profileId],
    );
    return rows.map(({ id }) => id);
  }

  /** Tables with rows of people. */
  names(): string[] {
    return tables.flatMap(({ name, profile }) => (profile && !('none' in profile) ? [name] : []));
  }

  /** The rows of these people in a table, a page at a time: nobody waits for anybody, however slowly it is read. */
  async *rows(scope: Scope, { ids, name }: { ids: string[]; name: string }): AsyncGenerator<Record<string, unknown>[]> {
    const table = tables.find((each) => each.name === name)!;
    const keys = orders[name] ?? (await this.keysOf(name));
    const own = (row: string) => keys.map((key) => `${row}.${key}`).join(', ');
    for (let last: unknown = null; ;) {
      const page = await this.database.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row
         from ${fromOf(table)}
         where ${whereOf(table)}
           and ($3::jsonb is null or (${own('t')}) > (select ${own('r')} from jsonb_populate_record(null::${name}, $3) r))
         order by ${own('t')}
         limit ${pageRows}`,
        [scope.workspaceId, ids, last === null ? null : JSON.stringify(last)],
      );
      if (page.length > 0)
        yield page.map(({ row }) => Object.fromEntries(Object.entries(row).filter(([key]) => !dropped.has(key))));
      if (page.length < pageRows) return;
      last = page.at(-1)!.row;
    }
  }

  private async keysOf(name: string): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `select a.attname as name
       from pg_index i
       cross join lateral unnest(i.indkey) with ordinality as k (attnum, n)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
       where i.indrelid = $1::regclass and i.indisprimary
       order by k.n`,
      [name],
    );
    return rows.map((row) => row.name);
  }
}

/** The table as `t`, and as `o` the one that says whose its rows are. */
function fromOf({ name, profile }: Table): string {
  if (!profile || !('through' in profile)) return `${name} t`;
  const same = Object.entries(profile.on).map(([own, other]) => `t.${own} = o.${other}`);
  return `${name} t join ${profile.through} o on o.workspace_id = t.workspace_id and ${same.join(' and ')}`;
}

function whereOf({ profile }: Table): string {
  const owner =
    profile && 'through' in profile ? tables.find(({ name }) => name === profile.through)!.profile : profile;
  if (!owner || !('column' in owner)) throw new Error('Rows are found through tables with a column only.');
  return `t.workspace_id = $1 and ${profile === owner ? 't' : 'o'}.${owner.column} = any($2::uuid[])`;
}
