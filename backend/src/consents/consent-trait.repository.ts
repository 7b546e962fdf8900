import { Injectable } from '@nestjs/common';
import type { ConsentTrait } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type TraitOf = { id: string; value: unknown; at: number | null };

/** Traits that say what people want. */
@Injectable()
export class ConsentTraitRepository {
  constructor(private readonly database: Database) {}

  async list(scope: Scope, sql: Sql = this.database): Promise<ConsentTrait[]> {
    const rows = await sql.query<{ trait: string; channel: string; topic: string }>(
      'select trait, channel, topic from consent_traits where workspace_id = $1 order by trait, channel, topic limit 50',
      [scope.workspaceId],
    );
    return rows.map(({ topic, ...row }) => ({ ...row, topic: topic === '' ? null : topic }));
  }

  /** Replaces them, one change after the other. */
  async save(scope: Scope, { sql, items }: { sql: Sql; items: readonly ConsentTrait[] }): Promise<void> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('consent-traits/' || $1::text, 0))`, [
      scope.workspaceId,
    ]);
    await sql.query('delete from consent_traits where workspace_id = $1', [scope.workspaceId]);
    await sql.query(
      `insert into consent_traits (workspace_id, trait, channel, topic)
       select $1, trait, channel, coalesce(topic, '')
       from jsonb_to_recordset($2::jsonb) as t (trait text, channel text, topic text)
       on conflict do nothing`,
      [scope.workspaceId, JSON.stringify(items)],
    );
  }

  /** The value of a trait of these people, and when it was set (ms since 1970); not of those who were merged away. */
  values(scope: Scope, { sql, ids, trait }: { sql: Sql; ids: string[]; trait: string }): Promise<TraitOf[]> {
    return sql.query<TraitOf>(
      `select id, traits -> $3::text as value, (trait_times ->> $3)::float8 as at
       from profiles
       where workspace_id = $1 and id = any($2::uuid[]) and merged_into is null and traits ? $3
       order by id`,
      [scope.workspaceId, ids, trait],
    );
  }
}
