import type { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { forgetAddresses } from './forget-addresses.repository.js';
import { forgetHabits } from './forget-habits.repository.js';
import { forgetRequests } from './forget-requests.repository.js';
import { leaveSegments } from './leave-segments.repository.js';
import { forgetImportRows } from './forget-import-rows.repository.js';
import { leavesOf } from './partitions.repository.js';
import { tables } from './tables.js';
import type { Table } from './tables.js';

type Owner = 'profile' | 'journey';
type EraseRowsOptions = { owner: Owner; ids: string[]; sql: Sql };

const biteRows = 10_000;

/** How many rows went, by table; tables of which none went are left out. */
export type ErasedRows = Record<string, number>;

/**
 * Deletes all that belongs to people or to journeys, themselves with it. The caller has locked them and their runs.
 */
export async function eraseRows(scope: Scope, { owner, ids, sql }: EraseRowsOptions): Promise<ErasedRows> {
  const erased: ErasedRows = {};
  for (const table of [...tables].reverse()) {
    const statement = erasing(table, owner);
    if (statement === null) continue;
    const [row] = await sql.query<{ rows: number }>(
      `with gone as (${statement} returning 1) select count(*)::int4 as rows from gone`,
      [scope.workspaceId, ids],
    );
    if (row!.rows > 0) erased[table.name] = row!.rows;
  }
  return erased;
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
  /**
   * `follow`: who was merged into another is that person. Without it nobody is found then: whoever asked meant somebody
   * who still counted, and who took them in since is not to go.
   */
  constructor(
    private readonly database: Database,
    private readonly follow = true,
  ) {}

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
      lockRuns(scope, { sql, profileIds: await this.lockPerson(scope, { sql, profileId }) }),
    );
  }

  /**
   * Erases some of a person's events, with what hangs on them: of who has very many, most go before the rest goes at
   * once. How many went; fewer than asked for when none are left.
   */
  async someEvents(scope: Scope, { profileId, limit }: { profileId: string; limit: number }): Promise<number> {
    return this.database.transaction(async (sql) => {
      const events = await sql.query<{ id: string; received_at: Date }>(
        `select id, received_at
         from events
         where workspace_id = $1
           and profile_id in (
             select id
             from profiles
             where workspace_id = $1 and (id = $2 or merged_into = $2
               or ($4 and id = (select merged_into from profiles where workspace_id = $1 and id = $2)))
           )
         limit $3
         for update skip locked`,
        [scope.workspaceId, profileId, limit, this.follow],
      );
      const ids = events.map(({ id }) => id);
      // What is found through an event goes first, while it is there.
      for (const { name, profile } of [...tables].reverse())
        if (profile && 'through' in profile && profile.through === 'events')
          await sql.query(`delete from ${name} where workspace_id = $1 and event_id = any($2::uuid[])`, [
            scope.workspaceId,
            ids,
          ]);
      await sql.query('delete from events where workspace_id = $1 and id = any($2::uuid[])', [scope.workspaceId, ids]);
      return ids.length;
    });
  }

  /**
   * Erases all rows of a person. The workflows of the runs that went, or null when there is no such person. `also` is
   * done in the same transaction, with what went; nothing of the person when there is none.
   */
  async person(
    scope: Scope,
    profileId: string,
    also: (erased: ErasedRows, sql: Sql) => Promise<void> = () => Promise.resolve(),
  ): Promise<string[] | null> {
    return this.database.transaction(async (sql) => {
      // First the person, so that nobody enters or is merged; then the runs, as commits do before they write.
      const ids = await this.lockPerson(scope, { sql, profileId });
      if (ids.length === 0) {
        await also({}, sql);
        return null;
      }
      const workflows = await lockRuns(scope, { sql, profileIds: ids });
      await forgetAddresses(scope, { sql, ids });
      await forgetRequests(scope, { sql, ids });
      await leaveSegments(scope, { sql, ids });
      await forgetImportRows(scope, { sql, ids });
      await forgetHabits(scope, { sql, ids });
      await also(await eraseRows(scope, { owner: 'profile', ids, sql }), sql);
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

  /** The ids of a person: the profile that counts and those that were merged into it. Empty: nobody. */
  private async lockPerson(scope: Scope, { sql, profileId }: { sql: Sql; profileId: string }): Promise<string[]> {
    const [person, ...merged] = await sql.query<{ id: string; merged_into: string | null }>(
      `with person as (
         select coalesce(merged_into, id) as id
         from profiles
         where workspace_id = $1 and id = $2 and ($3 or merged_into is null)
       )
       select p.id, p.merged_into
       from profiles p
       where p.workspace_id = $1 and (p.id = (select id from person) or p.merged_into = (select id from person))
       order by p.id <> (select id from person), p.id
       for update of p`,
      [scope.workspaceId, profileId, this.follow],
    );
    if (!person) return [];
    // Merged while we waited for the lock: the person is to be found there.
    if (person.merged_into !== null)
      return this.follow ? this.lockPerson(scope, { sql, profileId: person.merged_into }) : [];
    return [person.id, ...merged.map(({ id }) => id)];
  }
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
