import { Injectable } from '@nestjs/common';
import type { Json } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { isBuildingSql, isBuiltSql } from './segment-built.sql.js';

/** `built`: whether it is known who is in it; `building`: whether that is being found out; else it has failed. */
type TriggeredSegment = { name: string; count: number; built: boolean; building: boolean; manual: boolean };

/** Somebody asked by the same key meanwhile: look for the answer again. */
export class AnsweredMeanwhile extends Error {}

@Injectable()
export class TriggerRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** What a call was answered within the last 24 hours. */
  async answer(
    scope: Scope,
    { journeyId, key }: { journeyId: string; key: string },
  ): Promise<{ asked: string; answer: Json } | null> {
    const [row] = await this.database.query<{ asked: string; answer: Json }>(
      `select asked, answer from entry_calls
        where workspace_id = $1 and journey_id = $2 and key = $3 and created_at > now() - interval '24 hours'`,
      [scope.workspaceId, journeyId, key],
    );
    return row ?? null;
  }

  /** Keeps an answer, in the transaction that lets people in. Throws `AnsweredMeanwhile` when the key has one. */
  async keepAnswer(
    scope: Scope,
    { sql, journeyId, key, asked, answer }: { sql: Sql; journeyId: string; key: string; asked: string; answer: Json },
  ): Promise<void> {
    const rows = await sql.query(
      `insert into entry_calls as c (workspace_id, journey_id, key, asked, answer) values ($1, $2, $3, $4, $5)
        on conflict (workspace_id, journey_id, key)
        do update set asked = excluded.asked, answer = excluded.answer, created_at = now()
        where c.created_at <= now() - interval '24 hours'
        returning 1`,
      [scope.workspaceId, journeyId, key, asked, JSON.stringify(answer)],
    );
    if (rows.length === 0) throw new AnsweredMeanwhile();
  }

  /** People of the workspace, as who they are now; those who are not there are left out. */
  async byExternalId(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ external_id: string; id: string }>(
      `select n.external_id, coalesce(p.merged_into, p.id) as id
        from unnest($2::text[]) as n(external_id)
        cross join lateral (
          select i.profile_id from identities i
          where i.workspace_id = $1 and i.kind = 'user' and i.value = n.external_id
        ) known
        join profiles p on p.workspace_id = $1 and p.id = known.profile_id`,
      [scope.workspaceId, [...new Set(ids)]],
    );
    return new Map(rows.map((row) => [row.external_id, row.id]));
  }

  async byId(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ asked: string; id: string }>(
      `select p.id as asked, coalesce(p.merged_into, p.id) as id from profiles p
        where p.workspace_id = $1 and p.id = any($2::uuid[])`,
      [scope.workspaceId, [...new Set(ids)]],
    );
    return new Map(rows.map((row) => [row.asked, row.id]));
  }

  /** How many are in a segment, and whether that is known. Null when there is no such segment in use. */
  async segment(scope: Scope, id: string): Promise<TriggeredSegment | null> {
    const [row] = await this.database.query<TriggeredSegment>(
      `select s.name, ${isBuiltSql} as built, ${isBuildingSql} as building, s.rule is null as manual, (
         select count(*)::float8 from segment_members m where m.workspace_id = s.workspace_id and m.segment_id = s.id
       ) as count
       from segments s where s.workspace_id = $1 and s.id = $2 and s.archived_at is null`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The journey's name and whether people may enter it; null when there is none. */
  async journey(scope: Scope, id: string): Promise<{ name: string; state: string | null } | null> {
    const [row] = await this.database.query<{ name: string; state: string | null }>(
      `select j.name, c.state from journeys j
        left join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id
        where j.workspace_id = $1 and j.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}
