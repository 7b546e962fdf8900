import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, nameMatches, namePatterns, pageOf } from '../profiles/index.js';
import type { ProfileRow } from '../profiles/index.js';

export type MemberRow = ProfileRow & { since: Date };
export type HeldPerson = { id: string; demo: boolean };
export type Delta = { segmentId: string; entered: number; left: number; size: number };

/** Who is in which segment. */
@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /** Last come first. */
  async list(
    scope: Scope,
    {
      segmentId,
      cursor,
      limit,
      search,
    }: { segmentId: string; cursor?: string | undefined; limit: number; search?: string | undefined },
  ): Promise<{ rows: MemberRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const { words, digits } = namePatterns(search);
    const rows = await this.database.query<MemberRow & { cursor: string }>(
      `select p.id, p.external_id, p.traits, p.demo, p.created_at, p.last_seen_at, m.since,
         ${cursorTime('m.since')} as cursor
       from segments s
       join segment_memberships m on m.workspace_id = s.workspace_id and m.segment_id = s.id
         and m.generation = s.generation and m.member
       join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
       where s.workspace_id = $1 and s.id = $2
         and ($3::timestamptz is null or m.since < $3 or (m.since = $3 and m.profile_id > $4::uuid))
         and ($5::text[] is null or ${nameMatches({ words: '$5', digits: '$7', profile: 'p' })})
       order by m.since desc, m.profile_id
       limit $6`,
      [scope.workspaceId, segmentId, after?.at ?? null, after?.id ?? null, words, limit + 1, digits],
    );
    return pageOf(rows, limit);
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

  /** Everybody who is in one is in the other: of people who are there. */
  async copy(scope: Scope, { sql, from, to, at }: { sql: Sql; from: string; to: string; at: Date }): Promise<void> {
    const [row] = await sql.query<{ count: number }>(
      `with copied as (
         insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
         select m.workspace_id, t.id, t.generation, m.profile_id, $4
         from segment_members m
         join segments t on t.workspace_id = m.workspace_id and t.id = $3
         where m.workspace_id = $1 and m.segment_id = $2
         returning 1
       )
       select count(*)::int as count from copied`,
      [scope.workspaceId, from, to, at],
    );
    const count = row!.count;
    await this.addDeltas(scope, { sql, deltas: [{ segmentId: to, entered: count, left: 0, size: count }], at });
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
