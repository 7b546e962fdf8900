import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { longestDigest } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Claimant } from './claims.repository.js';

type Digest = { id: string; enrollment_id: string; visit: number; count: number; full_at: number | null };
export type DigestItem = { event_id: string; name: string; time: Date; properties: JsonObject };

/** All in a transaction that holds the person. */
@Injectable()
export class DigestsRepository {
  /** The digest of this visit: the one that it is in already, the first open one, or its own. */
  async join(
    scope: Scope,
    { sql, claimant, full }: { sql: Sql; claimant: Claimant; full: number | null },
  ): Promise<{ digest: Digest; count: number; isNew: boolean; isFull: boolean }> {
    const before = await this.digestOf(scope, { sql, claimant });
    if (before) return { digest: before, count: before.count, isNew: false, isFull: false };
    const digest = (await this.joinOpen(scope, { sql, claimant })) ?? (await this.open(scope, { sql, claimant, full }));
    await this.bring(scope, { sql, claimant, digestId: digest.id });
    return { digest, count: digest.count, isNew: true, isFull: digest.count === digest.full_at };
  }

  private async digestOf(scope: Scope, { sql, claimant }: { sql: Sql; claimant: Claimant }): Promise<Digest | null> {
    const [row] = await sql.query<Digest>(
      `select d.id, d.enrollment_id, d.visit, d.count, d.full_at
       from digest_items i
       join digests d on d.workspace_id = i.workspace_id and d.id = i.digest_id
       where i.workspace_id = $1 and i.enrollment_id = $2 and i.node = $3 and i.visit = $4`,
      [scope.workspaceId, claimant.enrollmentId, claimant.node, claimant.visit],
    );
    return row ?? null;
  }

  /** Of a run that has left early there is nobody any more who would take the list. */
  private async joinOpen(
    scope: Scope,
    { sql, claimant: { profileId, journeyId, node, key } }: { sql: Sql; claimant: Claimant },
  ): Promise<Digest | null> {
    const [row] = await sql.query<Digest>(
      `update digests set count = digests.count + 1
       where workspace_id = $1 and id = (
         select d.id from digests d
         join enrollments e on e.workspace_id = d.workspace_id and e.id = d.enrollment_id
         where d.workspace_id = $1 and d.profile_id = $2 and d.journey_id = $3 and d.node = $4 and d.key = $5
           and d.closed_at is null and (d.full_at is null or d.count < d.full_at)
           and e.status in ('starting', 'running')
         order by d.opened_at, d.id limit 1
       )
       returning id, enrollment_id, visit, count, full_at`,
      [scope.workspaceId, profileId, journeyId, node, key],
    );
    return row ?? null;
  }

  private async open(
    scope: Scope,
    { sql, claimant, full }: { sql: Sql; claimant: Claimant; full: number | null },
  ): Promise<Digest> {
    const { enrollmentId, node, visit, profileId, journeyId, key, at } = claimant;
    const [row] = await sql.query<Digest>(
      `insert into digests (
         workspace_id, enrollment_id, node, visit, profile_id, journey_id, key, full_at, count, opened_at
       )
       values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
       returning id, enrollment_id, visit, count, full_at`,
      [scope.workspaceId, enrollmentId, node, visit, profileId, journeyId, key, full, at],
    );
    return row!;
  }

  /** What the run began by; of entries without an event what let the person in. */
  private async bring(
    scope: Scope,
    { sql, claimant: { enrollmentId, node, visit }, digestId }: { sql: Sql; claimant: Claimant; digestId: string },
  ): Promise<void> {
    await sql.query(
      `insert into digest_items (workspace_id, enrollment_id, node, visit, digest_id, event_id, name, time, properties)
       select $1, $2, $3, $4, $5, coalesce(r.entry_event_id::text, r.id::text), coalesce(e.name, ''),
         coalesce(e.time, r.entered_at), coalesce(e.properties, r.entry_data, '{}')
       from enrollments r
       left join events e
         on e.workspace_id = $1 and e.id = r.entry_event_id and e.received_at = r.entry_received_at
       where r.workspace_id = $1 and r.id = $2`,
      [scope.workspaceId, enrollmentId, node, visit, digestId],
    );
  }

  /** Closes the digest that this visit opened, and what is in it: nothing comes in any more. */
  async close(
    scope: Scope,
    { sql, claimant: { enrollmentId, node, visit, at } }: { sql: Sql; claimant: Claimant },
  ): Promise<{ count: number; items: DigestItem[] }> {
    const [digest] = await sql.query<{ id: string; count: number }>(
      `update digests set closed_at = coalesce(closed_at, $5)
       where workspace_id = $1 and enrollment_id = $2 and node = $3 and visit = $4
       returning id, count`,
      [scope.workspaceId, enrollmentId, node, visit, at],
    );
    if (!digest) return { count: 0, items: [] };
    const items = await sql.query<DigestItem>(
      `select event_id, name, time, properties from (
         select event_id, name, time, position, properties from digest_items
         where workspace_id = $1 and digest_id = $2
         order by time desc, position desc limit ${longestDigest}
       ) as last
       order by time, position`,
      [scope.workspaceId, digest.id],
    );
    return { count: digest.count, items };
  }
}
