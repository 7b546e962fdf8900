import { Injectable } from '@nestjs/common';
import type { DeliveryRuleKind, Ruling } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { countInto } from './rule-counts.repository.js';
import { freeExpired, releaseBacklog } from './backlog.sql.js';

export type Hold = {
  id: string;
  owner: string;
  by: DeliveryRuleKind;
  until: Date;
  /** Of no use afterwards; null: never. */
  expiresAt: Date | null;
  /** Of its journey: 1 leaves the backlog before 5. */
  priority: number;
  ruling: Ruling;
};

/** Messages that a rule keeps back, the backlog. They are not due meanwhile, so that no claim reads them. */
@Injectable()
export class HeldRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps a message of the owner's back; its history says so where the reason is a new one. Its place under limits, if it
   * has one, it takes anew when it goes.
   */
  async hold(scope: Scope, { id, owner, by, until, expiresAt, priority, ruling }: Hold): Promise<void> {
    await this.database.query(
      `with held as (
         update messages m
         set held_by = $4, held_until = $5, held_at = coalesce(m.held_at, now()), held_priority = $8,
           expires_at = coalesce($6, m.expires_at), ruling = $7::jsonb, next_attempt_at = 'infinity',
           counted_at = case when m.counted_at = '-infinity' then m.counted_at end,
           lease_owner = null, lease_until = null
         where m.workspace_id = $1 and m.id = $2 and m.lease_owner = $3 and m.status = 'queued'
         returning m.id, (
           select o.ruling ->> 'says' from messages o where o.workspace_id = $1 and o.id = $2
         ) is distinct from $7::jsonb ->> 'says' as new
       ), counted as (
         ${countInto('held', '(select $7::jsonb as ruling from held where new)')}
       )
       insert into message_events (workspace_id, message_id, status, at, detail)
       select $1, id, 'held', now(), $7::jsonb ->> 'says' from held where new`,
      [scope.workspaceId, id, owner, by, until, expiresAt, JSON.stringify(ruling), priority],
    );
  }

  /** What a rule said of a message that it does not let out. */
  async note(scope: Scope, { id, owner, ruling }: { id: string; owner: string; ruling: Ruling }): Promise<void> {
    await this.database.query(
      'update messages set ruling = $4::jsonb where workspace_id = $1 and id = $2 and lease_owner = $3',
      [scope.workspaceId, id, owner, JSON.stringify(ruling)],
    );
  }

  /**
   * Lets messages go whose time has come: of each workspace as many as its pace allows, the most important first, then
   * those that were allowed first, the oldest first; and what has expired meanwhile, which takes nobody's place. Two
   * workers never let the same go, nor more than the pace allows together. Returns how many; 0 when there is nothing to
   * do now. Without scope: senders serve all workspaces.
   */
  async release(): Promise<number> {
    const [expired] = await this.database.query<{ count: number }>(freeExpired);
    const [row] = await this.database.query<{ count: number; more: boolean }>(releaseBacklog);
    return expired!.count + row!.count + (row!.more ? 1 : 0);
  }
}
