import type { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { forgetAddresses } from './forget-addresses.repository.js';
import { forgetRequests } from './forget-requests.repository.js';
import { leaveSegments } from './leave-segments.repository.js';
import { forgetImportRows } from './forget-import-rows.repository.js';
import { leavesOf } from './partitions.repository.js';
import { tables } from './tables.js';
import type { Table } from './tables.js';

type Owner = 'profile' | 'journey';
type EraseRowsOptions = { owner: Owner; ids: string[]; sql: Sql };

const biteRows = 10_000;

/** Deletes all that belongs to people or to journeys, themselves with it. The caller has locked them and their runs. */
export async function eraseRows(scope: Scope, { owner, ids, sql }: EraseRowsOptions): Promise<void> {
  for (const table of [...tables].reverse()) {
    const statement = erasing(table, owner);
    if (statement !== null) await sql.query(statement, [scope.workspaceId, ids]);
  }
}

/** Moves the rows of a person to another; tables that are joined by code of their own are left to it. */
export async function moveRows(
  scope: Scope,
  { sql, from, into }: { sql: Sql; from: string; into: string },
): Promise<void> {
  for (const { name, merged, profile } of tables) {
    if (merged === undefined || merged === 'joined') continue;
    const column = columnOf(profile);
    if (merged !== 'moved')
      await sql.query(
        `delete from ${name} t
          using ${name} other
          where t.workspace_id = $1 and t.${column} = $2 and other.workspace_id = $1 and other.${column} = $3
            and ${merged.unless.map((key) => `other.${key} = t.${key}`).join(' and ')}`,
        [scope.workspaceId, from, into],
      );
    await sql.query(`update ${name} set ${column} = $3 where workspace_id = $1 and ${column} = $2`, [
      scope.workspaceId,
      from,
      into,
    ]);
  }
}

/** What erasing people and workspaces asks of the database. */
export class ErasureRepository {
  constructor(private readonly database: Database) {}

  async findByExternalId(scope: Scope, externalId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      'select id from profiles where workspace_id = $1 and external_id = $2',
      [scope.workspaceId, externalId],
    );
    return row?.id ?? null;
  }

  /** The workflows of a person's runs. */
  async workflowsOf(scope: Scope, profileId: string): Promise<string[]> {
    return this.database.transaction(async (sql) =>
      lockRuns(scope, { sql, profileIds: await lockPerson(scope, { sql, profileId }) }),
    );
  }

  /** Erases all rows of a person. The workflows of the runs that went, or null when there is no such person. */
  async person(scope: Scope, profileId: string): Promise<string[] | null> {
    return this.database.transaction(async (sql) => {
      // First the person, so that nobody enters or is merged; then the runs, as commits do before they write.
      const ids = await lockPerson(scope, { sql, profileId });
      if (ids.length === 0) return null;
      const workflows = await lockRuns(scope, { sql, profileIds: ids });
      await forgetAddresses(scope, { sql, ids });
      await forgetRequests(scope, { sql, ids });
      await leaveSegments(scope, { sql, ids });
      await forgetImportRows(scope, { sql, ids });
      await eraseRows(scope, { owner: 'profile', ids, sql });
      return workflows;
    });
  }

  /** Some workflows of a workspace's runs, in the order of the runs' ids from after `after` on. */
  async workspaceRuns(
    { workspaceId }: Scope,
    { after, limit }: { after: string; limit: number },
  ): Promise<{ id: string; workflow_id: string }[]> {
    return this.database.query(
      'select id, workflow_id from enrollments where workspace_id = $1 and id > $2 order by id limit $3',
      [workspaceId, after, limit],
    );
  }

  /** Nobody signs in and no key is good any more (other processes remember keys for some seconds). */
  async closeDoors({ workspaceId }: Scope): Promise<void> {
    await this.database.transaction(async (sql) => {
      for (const name of ['api_keys', 'sessions', 'members', 'journey_entries'])
        await sql.query(`delete from ${name} where workspace_id = $1`, [workspaceId]);
    });
  }

  /**
   * Erases the rows of a workspace in bites, so that no statement takes long; its own row last. May be run again when it
   * was cut off. The number of rows, 0 when there is no such workspace.
   */
  async workspace({ workspaceId }: Scope): Promise<number> {
    let count = 0;
    for (const { name, workspace } of [...tables].reverse()) {
      if ('none' in workspace) continue;
      for (const leaf of await leavesOf({ sql: this.database, table: name })) {
        for (let bite = biteRows; bite === biteRows; count += bite) {
          const rows = await this.database.query(
            `delete from ${leaf}
              where ctid = any(array(select ctid from ${leaf} where ${workspace.column} = $1 limit ${biteRows}))
              returning 1`,
            [workspaceId],
          );
          bite = rows.length;
        }
      }
    }
    return count;
  }
}

/** The ids of a person: the profile that counts and those that were merged into it. Empty: nobody. */
async function lockPerson(scope: Scope, { sql, profileId }: { sql: Sql; profileId: string }): Promise<string[]> {
  const [person, ...merged] = await sql.query<{ id: string; merged_into: string | null }>(
    `with person as (
       select coalesce(merged_into, id) as id from profiles where workspace_id = $1 and id = $2
     )
     select p.id, p.merged_into
     from profiles p
     where p.workspace_id = $1 and (p.id = (select id from person) or p.merged_into = (select id from person))
     order by p.id <> (select id from person), p.id
     for update of p`,
    [scope.workspaceId, profileId],
  );
  if (!person) return [];
  // Merged while we waited for the lock: the person is to be found there.
  if (person.merged_into !== null) return lockPerson(scope, { sql, profileId: person.merged_into });
  return [person.id, ...merged.map(({ id }) => id)];
}

async function lockRuns(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<string[]> {
  const rows = await sql.query<{ workflow_id: string }>(
    `select workflow_id
      from enrollments
      where workspace_id = $1 and profile_id = any($2::uuid[])
      order by id
      for update`,
    [scope.workspaceId, profileIds],
  );
  return rows.map(({ workflow_id }) => workflow_id);
}

/** Null for a table whose rows do not belong to such an owner. */
function erasing(table: Table, owner: Owner): string | null {
  const belonging = table[owner];
  if (!belonging || 'none' in belonging) return null;
  if ('column' in belonging)
    return `delete from ${table.name} where workspace_id = $1 and ${belonging.column} = any($2::uuid[])`;
  const column = columnOf(tables.find(({ name }) => name === belonging.through)?.[owner]);
  const same = Object.entries(belonging.on).map(([own, other]) => `t.${own} = o.${other}`);
  return `delete from ${table.name} t
    using ${belonging.through} o
    where o.workspace_id = $1 and o.${column} = any($2::uuid[]) and t.workspace_id = $1 and ${same.join(' and ')}`;
}

function columnOf(belonging: Table[Owner]): string {
  if (!belonging || !('column' in belonging)) throw new Error('Rows are found through tables with a column only.');
  return belonging.column;
}
