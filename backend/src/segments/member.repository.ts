import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, inNameIndex, nameSearchOf, pageOf, standsInName } from '../profiles/index.js';
import type { Bind, NameSearch, ProfileRow } from '../profiles/index.js';

export type MemberRow = ProfileRow & { since: Date };
export type HeldPerson = { id: string; demo: boolean };
export type Delta = { segmentId: string; entered: number; left: number; size: number };

type ListOptions = { segmentId: string; cursor?: string | undefined; limit: number; search?: string | undefined };
type Looking = Omit<ListOptions, 'search'> & { sql: Sql; search: NameSearch | null };
type CursorRow = MemberRow & { cursor: string };

/** So many members are looked at in the order of the list before an index is asked who has the words. */
const nearest = 5_000;
const columns = 'p.id, p.external_id, p.traits, p.demo, p.created_at, p.last_seen_at';
/** Rows `m` of the present generation of the segment `$2`. */
const present = `m.workspace_id = $1 and m.segment_id = $2 and m.member
  and m.generation = (select generation from segments where workspace_id = $1 and id = $2)`;

/** Who is in which segment. */
@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /**
   * Last come first. Names that many have are found at once among those who came last; those that few have, by the index
   * of names.
   */
  async list(
    scope: Scope,
    { search: text, ...asked }: ListOptions,
  ): Promise<{ rows: MemberRow[]; next: string | null }> {
    const search = nameSearchOf(text ?? '');
    const { limit } = asked;
    if (!search) return pageOf((await this.last(scope, { ...asked, sql: this.database, search: null })).rows, limit);
    return this.database.transaction(
      async (sql) => {
        const { rows, all } = await this.last(scope, { ...asked, sql, search });
        return pageOf(all || rows.length > limit ? rows : await this.named(scope, { ...asked, sql, search }), limit);
      },
      { settings: ['plan_cache_mode = force_custom_plan'] },
    );
  }

  /** Of those who came last; `all`: there are no others. */
  private async last(
    scope: Scope,
    { sql, segmentId, cursor, limit, search }: Looking,
  ): Promise<{ rows: CursorRow[]; all: boolean }> {
    const { values, bind } = binder(scope, segmentId);
    const looked = bind(search ? nearest : limit + 1);
    const after = afterOf(cursor, bind);
    const rows = await sql.query<CursorRow & { looked: number; id: string | null }>(
      `with near as materialized (
         select m.profile_id, m.since from segment_memberships m
         where ${present} ${after}
         order by m.since desc, m.profile_id
         limit ${looked}
       )
       select looked.looked, found.*
       from (select count(*)::int4 as looked from near) looked
       left join lateral (
         select ${columns}, m.since, ${cursorTime('m.since')} as cursor
         from near m
         cross join lateral (select * from profiles where workspace_id = $1 and id = m.profile_id offset 0) p
         ${search ? `where ${standsInName(search, bind)}` : ''}
         order by m.since desc, m.profile_id
         limit ${bind(limit + 1)}
       ) found on true`,
      values,
      { assembled: true },
    );
    return { rows: rows.filter(({ id }) => id !== null), all: !search || (rows[0]?.looked ?? 0) < nearest };
  }

  /** Of those whom the index of names finds. */
  private named(
    scope: Scope,
    { sql, segmentId, cursor, limit, search }: Looking & { search: NameSearch },
  ): Promise<CursorRow[]> {
    const { values, bind } = binder(scope, segmentId);
    return sql.query<CursorRow>(
      `select ${columns}, m.since, ${cursorTime('m.since')} as cursor
       from profiles p
       cross join lateral (
         select * from segment_memberships m where ${present} and m.profile_id = p.id ${afterOf(cursor, bind)} offset 0
       ) m
       where p.workspace_id = $1 and ${inNameIndex(search, bind)} and ${standsInName(search, bind)}
       order by m.since desc, m.profile_id
       limit ${bind(limit + 1)}`,
      values,
      { assembled: true },
    );
  }

  async since(scope: Scope, { segmentId, profileId }: { segmentId: string; profileId: string }): Promise<Date | null> {
    const [row] = await this.database.query<{ since: Date }>(
      'select since from segment_members where workspace_id = $1 and segment_id = $2 and profile_id = $3',
      [scope.workspaceId, segmentId, profileId],
    );
    return row?.since ?? null;
  }

  async ofProfile(
    scope: Scope,
    profileId: string,
  ): Promise<{ id: string; name: string; manual: boolean; since: Date }[]> {
    return this.database.query(
      `select s.id, s.name, s.rule is null as manual, m.since
       from segment_memberships m
       join segments s on s.workspace_id = m.workspace_id and s.id = m.segment_id and s.generation = m.generation
       where m.workspace_id = $1 and m.profile_id = $2 and m.member and s.archived_at is null
       order by lower(s.name), s.id`,
      [scope.workspaceId, profileId],
    );
  }

  async count(scope: Scope, { sql, segmentId }: { sql?: Sql; segmentId: string }): Promise<number> {
    const [row] = await (sql ?? this.database).query<{ count: number }>(
      'select count(*)::int as count from segment_members where workspace_id = $1 and segment_id = $2',
      [scope.workspaceId, segmentId],
    );
    return row!.count;
  }

  async among(
    scope: Scope,
    { sql, segmentId, profileIds }: { sql: Sql; segmentId: string; profileIds: string[] },
  ): Promise<string[]> {
    if (profileIds.length === 0) return [];
    const rows = await sql.query<{ id: string }>(
      `select profile_id as id from segment_members
       where workspace_id = $1 and segment_id = $2 and profile_id = any($3::uuid[])`,
      [scope.workspaceId, segmentId, profileIds],
    );
    return rows.map(({ id }) => id);
  }

  /** Whose ids these are; of those who were merged into another, that other. */
  async resolve(
    scope: Scope,
    { profileIds, externalIds }: { profileIds: string[]; externalIds: string[] },
    sql: Sql = this.database,
  ): Promise<{ asked: string; profileId: string }[]> {
    return sql.query(
      `select asked.id::text as asked, coalesce(p.merged_into, p.id) as "profileId"
       from unnest($2::uuid[]) as asked (id)
       join profiles p on p.workspace_id = $1 and p.id = asked.id and not p.test
       union all
       select asked.id, coalesce(p.merged_into, p.id)
       from unnest($3::text[]) as asked (id)
       join identities i on i.workspace_id = $1 and i.kind = 'user' and i.value = asked.id
       join profiles p on p.workspace_id = i.workspace_id and p.id = i.profile_id and not p.test`,
      [scope.workspaceId, profileIds, externalIds],
    );
  }

  /**
   * Those of them who are there, held so that nobody is merged away or erased before the transaction ends; in the order
   * of their ids. Ingestion does not wait for it.
   */
  async hold(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<HeldPerson[]> {
    const rows = await sql.query<HeldPerson & { gone: boolean }>(
      `select p.id, p.demo, (p.merged_into is not null or p.test) as gone
       from (select distinct id from unnest($2::uuid[]) as t (id) order by 1) wanted
       cross join lateral (
         select * from profiles where workspace_id = $1 and id = wanted.id for key share
       ) p`,
      [scope.workspaceId, profileIds],
    );
    return rows.filter(({ gone }) => !gone).map(({ id, demo }) => ({ id, demo }));
  }

  /** Puts people in; returns those who were not in. In the order of their ids, so that two never wait in a circle. */
  async add(
    scope: Scope,
    { sql, segmentId, profileIds, at }: { sql: Sql; segmentId: string; profileIds: string[]; at: Date },
  ): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       select s.workspace_id, s.id, s.generation, person.id, $4
       from segments s
       cross join (select distinct id from unnest($3::uuid[]) as t (id) order by 1) person
       where s.workspace_id = $1 and s.id = $2
       order by person.id
       on conflict do nothing
       returning profile_id as id`,
      [scope.workspaceId, segmentId, profileIds, at],
    );
    return rows.map(({ id }) => id);
  }

  /** Takes people out; returns those who were in. */
  async remove(
    scope: Scope,
    { sql, segmentId, profileIds }: { sql: Sql; segmentId: string; profileIds: string[] },
  ): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `with locked as materialized (
         select m.generation, m.profile_id
         from segments s
         join segment_memberships m on m.workspace_id = s.workspace_id and m.segment_id = s.id
           and m.generation = s.generation and m.profile_id = any($3::uuid[])
         where s.workspace_id = $1 and s.id = $2
         order by m.profile_id
         for update of m
       )
       delete from segment_memberships m using locked l
       where m.workspace_id = $1 and m.segment_id = $2 and m.generation = l.generation and m.profile_id = l.profile_id
       returning m.profile_id as id`,
      [scope.workspaceId, segmentId, profileIds],
    );
    return rows.map(({ id }) => id);
  }

  /** What names the transaction that runs. Without scope: it is of none. */
  async transactionId(sql: Sql): Promise<string> {
    const [row] = await sql.query<{ id: string }>('select pg_current_xact_id()::text as id');
    return row!.id;
  }

  /** Comings and goings, to be rolled up. */
  async addDeltas(scope: Scope, { sql, deltas, at }: { sql: Sql; deltas: Delta[]; at: Date }): Promise<void> {
    if (deltas.length === 0) return;
    await sql.send(
      `insert into segment_deltas (workspace_id, segment_id, at, entered, gone, size)
       select $1, t.id, $6, t.entered, t.gone, t.size
       from unnest($2::uuid[], $3::int[], $4::int[], $5::int[]) as t (id, entered, gone, size)`,
      [
        scope.workspaceId,
        deltas.map(({ segmentId }) => segmentId),
        deltas.map(({ entered }) => entered),
        deltas.map(({ left }) => left),
        deltas.map(({ size }) => size),
        at,
      ],
    );
  }
}

function binder(scope: Scope, segmentId: string): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [scope.workspaceId, segmentId];
  return { values, bind: (value) => `$${values.push(value)}` };
}

function afterOf(cursor: string | undefined, bind: Bind): string {
  const after = decodeCursor(cursor);
  if (!after) return '';
  const at = `${bind(after.at)}::timestamptz`;
  return `and m.since <= ${at} and (m.since < ${at} or m.profile_id > ${bind(after.id)}::uuid)`;
}
