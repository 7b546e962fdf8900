import { Injectable } from '@nestjs/common';
import type { CatalogueKind, ExpectedType, JsonObject, ValueType } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type NameRow = {
  name: string;
  properties: string[];
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  description: string;
  hidden: boolean;
  expected: boolean;
  expectedType: ExpectedType | null;
};
export type TypeRow = {
  name: string;
  path: string;
  type: ValueType;
  count: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
};
export type NoteRow = { path: string; description: string; hidden: boolean; expectedType: ExpectedType | null };
export type Entry = { kind: CatalogueKind; name: string };
/** What is said of a place; what is left out stays as it is. */
export type Note = {
  description?: string | undefined;
  hidden?: boolean | undefined;
  expected?: boolean | undefined;
  expectedType?: ExpectedType | null | undefined;
};

/** Within this time a type is news. */
const newsInterval = `interval '7 days'`;

/** What is known of names: who wrote them, how often they come, what people said of them. */
@Injectable()
export class CatalogueRepository {
  constructor(private readonly database: Database) {}

  /** Names that were received or described; all of a kind, or one. */
  names(scope: Scope, { kind, name = null }: { kind: CatalogueKind; name?: string | null }): Promise<NameRow[]> {
    return this.database.query<NameRow>(
      `select name, coalesce(n.properties, '{}') as properties, n.first_seen_at as "firstSeenAt",
         n.last_seen_at as "lastSeenAt", coalesce(o.description, '') as description,
         coalesce(o.hidden, false) as hidden, coalesce(o.expected, false) as expected,
         o.expected_type as "expectedType"
       from (
         select * from event_names where workspace_id = $1 and kind = $2 and ($3::text is null or name = $3)
       ) n
       full join (
         select * from catalogue_notes
         where workspace_id = $1 and kind = $2 and path = '' and ($3::text is null or name = $3)
       ) o using (name)
       order by lower(name), name`,
      [scope.workspaceId, kind, name],
    );
  }

  /** How many names of both kinds there are. */
  async size(scope: Scope): Promise<number> {
    const [row] = await this.database.query<{ size: number }>(
      'select count(*)::int as size from event_names where workspace_id = $1',
      [scope.workspaceId],
    );
    return row!.size;
  }

  /** Counts of the last 30 days, `index` 29 being today (UTC). */
  days(
    scope: Scope,
    { kind, name = null }: { kind: CatalogueKind; name?: string | null },
  ): Promise<{ name: string; index: number; count: number }[]> {
    return this.database.query(
      `select name, 29 - ((now() at time zone 'UTC')::date - day) as index, count::float8 as count
       from event_name_days
       where workspace_id = $1 and kind = $2 and ($3::text is null or name = $3)
         and day between (now() at time zone 'UTC')::date - 29 and (now() at time zone 'UTC')::date`,
      [scope.workspaceId, kind, name],
    );
  }

  /** Types of values: of all traits, or of one name with its properties. */
  types(
    scope: Scope,
    { kind, name = null, path = null }: { kind: CatalogueKind; name?: string | null; path?: string | null },
  ): Promise<TypeRow[]> {
    return this.database.query<TypeRow>(
      `select name, path, type, count::float8 as count, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt"
       from event_name_types
       where workspace_id = $1 and kind = $2 and ($3::text is null or name = $3) and ($4::text is null or path = $4)
       order by count desc, type`,
      [scope.workspaceId, kind, name, path],
    );
  }

  /** The type that each property of each event, or each trait, comes with most often. */
  mainTypes(scope: Scope, kind: CatalogueKind): Promise<{ name: string; path: string; type: ExpectedType }[]> {
    return this.database.query(
      `select distinct on (name, path) name, path, type
       from event_name_types
       where workspace_id = $1 and kind = $2 and type <> 'empty'
       order by name, path, count desc, type`,
      [scope.workspaceId, kind],
    );
  }

  /** Places whose values come with another type than before, or than is expected. Text may look like a date. */
  changed(
    scope: Scope,
    { kind, name = null }: { kind: CatalogueKind; name?: string | null },
  ): Promise<{ name: string; path: string }[]> {
    return this.database.query(
      `select t.name, t.path
       from event_name_types t
       left join catalogue_notes o
         on o.workspace_id = t.workspace_id and o.kind = t.kind and o.name = t.name and o.path = t.path
       where t.workspace_id = $1 and t.kind = $2 and ($3::text is null or t.name = $3) and t.type <> 'empty'
       group by t.name, t.path, o.expected_type
       having case
         when o.expected_type is null
           then count(*) > 1 and max(t.first_seen_at) > now() - ${newsInterval}
         else bool_or(
           t.type <> o.expected_type and not (o.expected_type = 'text' and t.type = 'date')
             and t.last_seen_at > now() - ${newsInterval}
         )
       end
       order by t.name, t.path`,
      [scope.workspaceId, kind, name],
    );
  }

  /** What was said of properties: of all events, or of one. */
  propertyNotes(scope: Scope, { name = null }: { name?: string | null }): Promise<(NoteRow & { name: string })[]> {
    return this.database.query(
      `select name, path, description, hidden, expected_type as "expectedType"
       from catalogue_notes
       where workspace_id = $1 and kind = 'event' and path <> '' and ($2::text is null or name = $2)`,
      [scope.workspaceId, name],
    );
  }

  /** Properties of the newest events that a name came with; of a trait those of identify calls. */
  async recent(scope: Scope, { kind, name }: Entry): Promise<JsonObject[]> {
    const rows = await this.database.query<{ properties: JsonObject }>(
      `select e.properties
       from event_name_recent r
       join events e on e.workspace_id = r.workspace_id and e.id = r.event_id and e.received_at = r.received_at
       where r.workspace_id = $1 and r.kind = $2 and r.name = $3
       order by r.event_id desc
       limit 20`,
      [scope.workspaceId, kind, name],
    );
    return rows.map(({ properties }) => properties);
  }

  /** Until when events are counted. Without scope: those of all workspaces are counted together. */
  async countedAt(): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>('select counted_at as at from catalogue_progress');
    return row?.at ?? null;
  }

  async isKnown(scope: Scope, { kind, name }: Entry): Promise<boolean> {
    return (await this.names(scope, { kind, name })).length > 0;
  }

  /** Notes of a workspace, of names and properties. */
  async notes(scope: Scope): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'select count(*)::int as count from catalogue_notes where workspace_id = $1',
      [scope.workspaceId],
    );
    return row!.count;
  }

  async note(
    scope: Scope,
    { kind, name, path, note, by, sql }: Entry & { path: string; note: Note; by: string; sql: Sql },
  ): Promise<void> {
    await sql.query(
      `insert into catalogue_notes as o (
         workspace_id, kind, name, path, description, hidden, expected, expected_type, updated_by
       )
       values ($1, $2, $3, $4, coalesce($5, ''), coalesce($6, false), coalesce($7, false), $8, $10)
       on conflict (workspace_id, kind, name, path) do update
         set description = coalesce($5, o.description), hidden = coalesce($6, o.hidden),
           expected = coalesce($7, o.expected), expected_type = case when $9 then $8 else o.expected_type end,
           updated_by = $10, updated_at = now()`,
      [
        scope.workspaceId,
        kind,
        name,
        path,
        note.description ?? null,
        note.hidden ?? null,
        note.expected ?? null,
        note.expectedType ?? null,
        note.expectedType !== undefined,
        by,
      ],
    );
  }

  async expect(scope: Scope, { entries, by, sql }: { entries: Entry[]; by: string; sql: Sql }): Promise<void> {
    await sql.query(
      `insert into catalogue_notes as o (workspace_id, kind, name, expected, updated_by)
       select distinct $1::uuid, kind, name, true, $4 from unnest($2::text[], $3::text[]) as t (kind, name)
       order by 2, 3
       on conflict (workspace_id, kind, name, path) do update
         set expected = true, updated_by = $4, updated_at = now()`,
      [scope.workspaceId, entries.map(({ kind }) => kind), entries.map(({ name }) => name), by],
    );
  }

  /** Forgets a name. Returns whether there was one. */
  async remove(scope: Scope, { kind, name, sql }: Entry & { sql: Sql }): Promise<boolean> {
    let found = false;
    for (const table of [
      'event_names',
      'catalogue_notes',
      'event_name_days',
      'event_name_types',
      'event_name_recent',
    ]) {
      const rows = await sql.query(
        `delete from ${table} where workspace_id = $1 and kind = $2 and name = $3 returning 1`,
        [scope.workspaceId, kind, name],
      );
      found ||= rows.length > 0;
    }
    return found;
  }
}
