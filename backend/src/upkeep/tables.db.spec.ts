import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { Filling, fill } from '../../test/fill.js';
import { ErasureRepository, eraseRows } from './erasure.repository.js';
import { ErasureService } from './erasure.service.js';
import { mergeProfiles } from '../profiles/index.js';
import type { Database } from '../platform/database/index.js';
import { tables } from './tables.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());

/** What a column says that its table's rows belong to. */
const tells: Record<string, ('profile' | 'journey')[]> = {
  profile_id: ['profile'],
  journey_id: ['journey'],
  enrollment_id: ['profile', 'journey'],
  message_id: ['profile', 'journey'],
  event_id: ['profile'],
  version_id: ['journey'],
};

describe('the tables', () => {
  it('are all here, and say what each column with an owner says', async () => {
    const columns = await database.query<{ table: string; column: string; type: string }>(
      `select t.table_name as table, c.column_name as column, c.data_type as type
       from information_schema.tables t
       join information_schema.columns c using (table_schema, table_name)
       join pg_class p on p.oid = format('%I.%I', t.table_schema, t.table_name)::regclass
       where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and not p.relispartition`,
    );
    const names = [...new Set(columns.map(({ table }) => table))].sort();
    expect(tables.map(({ name }) => name).sort()).toEqual(names);
    const missing = columns.flatMap(({ table, column, type }) => {
      const entry = tables.find(({ name }) => name === table)!;
      if (column === 'workspace_id')
        return 'column' in entry.workspace && entry.workspace.column === column ? [] : [`${table}.${column}`];
      if (type !== 'uuid') return [];
      const own = column === 'profile_id' || column === 'journey_id';
      return (tells[column] ?? []).flatMap((owner) => {
        const belonging = entry[owner];
        const covered =
          belonging && (!own || 'none' in belonging || 'through' in belonging || belonging.column === column);
        return covered ? [] : [`${table}.${column} does not say whether its rows belong to a ${owner}`];
      });
    });
    expect(missing).toEqual([]);
  });

  it('are found through tables that stand before them', () => {
    for (const [index, table] of tables.entries())
      for (const owner of ['profile', 'journey'] as const) {
        const belonging = table[owner];
        if (!belonging || !('through' in belonging)) continue;
        const through = tables.findIndex(({ name }) => name === belonging.through);
        expect([table.name, through >= 0 && through < index]).toEqual([table.name, true]);
        expect(tables[through]![owner]).toHaveProperty('column');
      }
  });

  it('with a column for the person say what becomes of it when two people become one', () => {
    const own = tables.filter(({ profile }) => profile && 'column' in profile);
    expect(own.filter(({ merged }) => merged === undefined)).toEqual([]);
  });
});

describe('with a row in every table', () => {
  let mine: Filling;
  let others: Filling[];
  const scope = () => ({ workspaceId: mine.id('workspace_id') });

  beforeEach(async () => {
    await database.query(
      `truncate ${tables
        .map(({ name }) => name)
        .filter((name) => name !== 'migrations')
        .join(', ')}`,
    );
    mine = new Filling();
    others = [new Filling({ workspaceId: mine.id('workspace_id') }), new Filling()];
    for (const ids of [mine, ...others]) await fill(database, { ids, tables: belongingTables() });
  });

  it('erases a person, wherever the person is named, and touches nobody else', async () => {
    const before = await rows();
    const ids = ['profile_id', 'enrollment_id', 'message_id', 'event_id'].map((name) => mine.id(name));
    const found = before.filter(({ text }) => ids.some((id) => text.includes(id)));
    // One at least in each table that belongs to people.
    expect([...new Set(found.map(({ table }) => table))].sort()).toEqual(
      tables
        .filter(({ profile }) => profile)
        .map(({ name }) => name)
        .sort(),
    );
    const repository = new ErasureRepository(database);
    expect(await repository.person(scope(), mine.id('profile_id'))).toHaveLength(1);
    const after = await rows();
    expect(named(after, ids)).toEqual([]);
    expect(withoutRemoved(after)).toEqual(before.filter((row) => !found.includes(row)));
    expect(await repository.person(scope(), mine.id('profile_id'))).toBeNull();
  });

  it('erases those who were merged into the person too, by any of the ids', async () => {
    await database.query('update profiles set merged_into = $3 where workspace_id = $1 and id = $2', [
      mine.id('workspace_id'),
      others[0]!.id('profile_id'),
      mine.id('profile_id'),
    ]);
    await new ErasureRepository(database).person(scope(), others[0]!.id('profile_id'));
    expect(named(await rows(), [mine.id('profile_id'), others[0]!.id('profile_id')])).toEqual([]);
  });

  it('erases a journey, and touches no other', async () => {
    const before = await rows();
    const ids = ['journey_id', 'version_id', 'enrollment_id', 'message_id', 'alarm_id'].map((name) => mine.id(name));
    await database.transaction((sql) => eraseRows(scope(), { owner: 'journey', ids: [mine.id('journey_id')], sql }));
    const after = await rows();
    expect(named(after, ids)).toEqual([]);
    expect(after).toEqual(before.filter(({ text }) => !ids.some((id) => text.includes(id))));
  });

  it('erases a workspace, and touches no other; ends its runs on Temporal', async () => {
    const before = await rows();
    const ended: string[] = [];
    const erasure = new ErasureService(new ErasureRepository(database), {
      erase: (workflowId) => Promise.resolve(void ended.push(workflowId)),
    });
    expect(await erasure.workspace(scope())).toBe(true);
    expect(ended).toHaveLength(2);
    expect(await rows()).toEqual(before.filter(({ text }) => text.includes(others[1]!.id('workspace_id'))));
    expect(await erasure.workspace(scope())).toBe(false);
  });

  it('moves all that a person has to the one who takes the person in', async () => {
    const into = others[0]!.id('profile_id');
    await database.transaction((sql) =>
      mergeProfiles(scope(), { sql, merges: [{ from: mine.id('profile_id'), into }] }),
    );
    const left = named(await rows(), [mine.id('profile_id')]);
    expect(left.map(({ table }) => table)).toEqual(['profiles']);
    expect(left[0]!.text).toContain(into);
  });
});

type Row = { table: string; text: string };

/** Those that a filling can name: what belongs to no workspace has no row of anybody's. */
function belongingTables(): string[] {
  return tables.filter(({ workspace }) => !('none' in workspace)).map(({ name }) => name);
}

async function rows(): Promise<Row[]> {
  const all = await Promise.all(
    belongingTables().map((table) =>
      database.query<Row>(`select $1 as table, to_jsonb(t)::text as text from ${table} t order by 2`, [table]),
    ),
  );
  return all.flat();
}

function named(all: Row[], ids: string[]): Row[] {
  return all.filter(({ text }) => ids.some((id) => text.includes(id)));
}

/**
 * Without what counts that a run was removed, for figures know numbers, no people, and without the marks (line -1) by
 * which open imports pass over whoever was erased.
 */
function withoutRemoved(all: Row[]): Row[] {
  return all.filter(
    ({ table, text }) => !text.includes('run:removed') && !(table === 'import_keys' && text.includes('"line": -1,')),
  );
}
