import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { digestFull } from '@wend/contract';
import type { Claim, JsonObject } from '@wend/contract';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { retryConflicts } from '../profiles/index.js';
import { ClaimsRepository } from './claims.repository.js';
import type { Claimant } from './claims.repository.js';
import { DigestsRepository } from './digests.repository.js';
import { listOf } from './digest-list.js';

/** `key`: what is told apart beside the person, filled in. `at`: the run's time, ms since 1970. */
export type Claimed = {
  enrollmentId: string;
  journeyId: string;
  origin: 'live' | 'demo' | 'test';
  node: string;
  visit: number;
  at: number;
  claim: Claim;
  key: string;
};

/**
 * Decides among the runs of a person: one at a time, and each visit once. Whoever asks again, after a crash or a pause,
 * gets the same answer, unless nothing came of the first one.
 */
@Injectable()
export class Claims {
  constructor(
    private readonly repository: ClaimsRepository,
    private readonly digests: DigestsRepository,
    private readonly events: EventsService,
  ) {}

  /** The answer to a claim, as its kind says (`Claim` of the contract). Of a run that is gone: an empty one. */
  take(scope: Scope, claimed: Claimed): Promise<JsonObject> {
    return retryConflicts(
      () =>
        this.repository.transaction(async (sql) => {
          const profileId = await this.repository.lockPerson(scope, { sql, enrollmentId: claimed.enrollmentId });
          if (profileId === null) return {};
          return this.decide(scope, { sql, claimant: claimantOf(claimed, profileId), claimed });
        }),
      { what: 'a run asked what others of its person had done' },
    );
  }

  private async decide(
    scope: Scope,
    { sql, claimant, claimed }: { sql: Sql; claimant: Claimant; claimed: Claimed },
  ): Promise<JsonObject> {
    const { claim } = claimed;
    switch (claim.kind) {
      case 'pass': {
        const { most, withinSeconds } = claim;
        const { passed, count } = await this.repository.pass(scope, { sql, claimant, most, withinSeconds });
        return { port: passed ? 'next' : 'throttled', count, most };
      }
      case 'join':
        return this.join(scope, { sql, claimant, claimed, full: claim.full ?? null });
      case 'list':
        return listOf(await this.digests.close(scope, { sql, claimant }));
    }
  }

  private async join(
    scope: Scope,
    { sql, claimant, claimed, full }: { sql: Sql; claimant: Claimant; claimed: Claimed; full: number | null },
  ): Promise<JsonObject> {
    const joined = await this.digests.join(scope, { sql, claimant, full });
    const { digest, count, isNew, isFull } = joined;
    const isOwn = digest.enrollment_id === claimant.enrollmentId && digest.visit === claimant.visit;
    if (isNew && isFull) await this.tellFull(scope, { sql, claimant, claimed, digest });
    return { port: isOwn ? 'opened' : 'joined', count };
  }

  /** Wakes whoever opened it: the event is theirs alone. */
  private async tellFull(
    scope: Scope,
    {
      sql,
      claimant,
      claimed: { origin },
      digest,
    }: { sql: Sql; claimant: Claimant; claimed: Claimed; digest: { id: string; enrollment_id: string; visit: number } },
  ): Promise<void> {
    await this.events.ingest({
      scope,
      sql,
      origin,
      events: [
        {
          name: digestFull,
          profileId: claimant.profileId,
          messageId: `wend:digest/${digest.id}`,
          time: claimant.at.getTime(),
          properties: { enrollmentId: digest.enrollment_id, nodeId: claimant.node, visit: digest.visit },
          unseen: true,
        },
      ],
    });
  }
}

/** Runs of a test share nothing with others: the run itself is part of their key. */
function claimantOf({ enrollmentId, journeyId, origin, node, visit, at, key }: Claimed, profileId: string): Claimant {
  const apart = JSON.stringify([origin === 'test' ? enrollmentId : '', key]);
  return {
    enrollmentId,
    journeyId,
    profileId,
    node,
    visit,
    at: new Date(at),
    key: createHash('sha256').update(apart).digest(),
  };
}
