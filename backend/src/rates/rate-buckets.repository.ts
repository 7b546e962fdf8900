import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Bucket } from './rate-limits.repository.js';
import { leaseTokens, slowDown } from './rates.sql.js';

/**
 * Tokens that were taken. `at`: in how many ms each may be used; `nextMs`: in how many ms the one after them is due.
 * `slowest`: the bucket that says so, with what it gives now.
 */
export type Lease = { at: number[]; nextMs: number; gapMs: number; slowest: Bucket };
type Row = Pick<Bucket, 'kind' | 'name'> & { held: number; tokens: number | null; start_ms: number; gap_ms: number };
export type LeaseOptions = { buckets: readonly Bucket[]; count: number; withinMs: number };

/** Tokens that all who send share. */
@Injectable()
export class RateBucketRepository {
  constructor(private readonly database: Database) {}

  /** At most `count` tokens, of each of the buckets as many, that are due within a time. */
  async lease(scope: Scope, { buckets, count, withinMs }: LeaseOptions): Promise<Lease> {
    const named = [scope.workspaceId, buckets.map(({ kind }) => kind), buckets.map(({ name }) => name)];
    const ask = () =>
      this.database.query<Row>(leaseTokens, [...named, buckets.map(({ perSecond }) => perSecond), count, withinMs]);
    let rows = await ask();
    if (rows[0]!.held < buckets.length) {
      await this.database.query(
        `insert into rate_buckets (workspace_id, kind, name)
         select $1, b.kind, b.name from unnest($2::text[], $3::text[]) as b (kind, name) on conflict do nothing`,
        named,
      );
      rows = await ask();
    }
    const tokens = rows[0]!.tokens ?? 0;
    const dueOf = (row: Row, index: number) => row.start_ms + index * row.gap_ms;
    const due = (index: number) => Math.max(0, ...rows.map((row) => dueOf(row, index)));
    const slowest = rows.reduce((one, other) => (dueOf(other, tokens) > dueOf(one, tokens) ? other : one));
    return {
      at: Array.from({ length: tokens }, (_, index) => due(index)),
      nextMs: due(tokens),
      gapMs: Math.max(...rows.map((row) => row.gap_ms)),
      slowest: {
        kind: slowest.kind,
        name: slowest.name,
        perSecond: slowest.gap_ms > 0 ? 1_000 / slowest.gap_ms : null,
      },
    };
  }

  /** `perSecond`: what the connection may have, or had when it was refused. */
  async slowDown(
    scope: Scope,
    { connectionId, perSecond, waitSeconds }: { connectionId: string; perSecond: number; waitSeconds: number },
  ): Promise<void> {
    await this.database.query(slowDown, [scope.workspaceId, connectionId, perSecond, waitSeconds]);
  }
}
