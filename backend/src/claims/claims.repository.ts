import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** A visit of a run that asks, and what it shares a decision with: the same person, journey, node and key. */
export type Claimant = {
  enrollmentId: string;
  journeyId: string;
  profileId: string;
  node: string;
  visit: number;
  at: Date;
  key: Buffer;
};

@Injectable()
export class ClaimsRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: each statement in it names its own. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * Holds the person of a run until the transaction ends: one run decides at a time, and no merge or erasure is between.
   * Null when there is no such run or person any more.
   */
  async lockPerson(scope: Scope, { sql, enrollmentId }: { sql: Sql; enrollmentId: string }): Promise<string | null> {
    // Who was merged away meanwhile is gone when the lock is there: the run is then of somebody else.
    for (let tries = 0; tries < 3; tries += 1) {
      const [row] = await sql.query<{ id: string }>(
        `select p.id from profiles p
         where p.workspace_id = $1
           and p.id = (select e.profile_id from enrollments e where e.workspace_id = $1 and e.id = $2)
         for no key update`,
        [scope.workspaceId, enrollmentId],
      );
      if (row) return row.id;
    }
    return null;
  }

  /** Lets a visit pass where fewer than `most` did in the time before it. `count`: how many did. */
  async pass(
    scope: Scope,
    {
      sql,
      claimant: { enrollmentId, journeyId, profileId, node, visit, at, key },
      most,
      withinSeconds,
    }: { sql: Sql; claimant: Claimant; most: number; withinSeconds: number },
  ): Promise<{ passed: boolean; count: number }> {
    const [row] = await sql.query<{ passed: boolean; count: number }>(
      `with own as (
         select 1 from throttle_passes
         where workspace_id = $1 and enrollment_id = $2 and node = $3 and visit = $4
       ), before as (
         select count(*)::int as count from throttle_passes
         where workspace_id = $1 and profile_id = $5 and journey_id = $6 and node = $3 and key = $7
           and at > $8::timestamptz - make_interval(secs => $9)
           and (enrollment_id, visit) <> ($2, $4)
       ), taken as (
         insert into throttle_passes (
           workspace_id, enrollment_id, node, visit, profile_id, journey_id, key, at, until
         )
         select $1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $8::timestamptz + make_interval(secs => $9)
         from before
         where before.count < $10 and not exists (select 1 from own)
         returning 1
       )
       select exists (select 1 from own) or exists (select 1 from taken) as passed, before.count from before`,
      [scope.workspaceId, enrollmentId, node, visit, profileId, journeyId, key, at, withinSeconds, most],
    );
    return row!;
  }
}
