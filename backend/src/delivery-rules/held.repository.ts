import { Injectable } from '@nestjs/common';
import type { DeliveryRuleKind, Ruling } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { countInto } from './rule-counts.repository.js';

export type Hold = {
  id: string;
  owner: string;
  by: DeliveryRuleKind;
  until: Date;
  /** Of no use afterwards; null: never. */
  expiresAt: Date | null;
  ruling: Ruling;
};

/** In one statement: what waits behind it for the rows is a send. */
const releasedAtOnce = 1_000;

/** Messages that a rule keeps back. They are not due meanwhile, so that no claim reads them. */
@Injectable()
export class HeldRepository {
  constructor(private readonly database: Database) {}

  /** Keeps a message of the owner's back; its history says so where the reason is a new one. */
  async hold(scope: Scope, { id, owner, by, until, expiresAt, ruling }: Hold): Promise<void> {
    await this.database.query(
      `with held as (
         update messages m
         set held_by = $4, held_until = $5, expires_at = coalesce($6, m.expires_at), ruling = $7::jsonb,
           next_attempt_at = 'infinity', lease_owner = null, lease_until = null
         where m.workspace_id = $1 and m.id = $2 and m.lease_owner = $3 and m.status = 'queued'
         returning m.id, (
           select o.ruling ->> 'says' from messages o where o.workspace_id = $1 and o.id = $2
         ) is distinct from $7::jsonb ->> 'says' as new
       ), counted as (
         ${countInto('held', '(select $7::jsonb as ruling from held where new)')}
       )
       insert into message_events (workspace_id, message_id, status, at, detail)
       select $1, id, 'held', now(), $7::jsonb ->> 'says' from held where new`,
      [scope.workspaceId, id, owner, by, until, expiresAt, JSON.stringify(ruling)],
    );
  }

  /** What a rule said of a message that it does not let out. */
  async note(scope: Scope, { id, owner, ruling }: { id: string; owner: string; ruling: Ruling }): Promise<void> {
    await this.database.query(
      'update messages set ruling = $4::jsonb where workspace_id = $1 and id = $2 and lease_owner = $3',
      [scope.workspaceId, id, owner, JSON.stringify(ruling)],
    );
  }

  /** Lets messages go whose time has come; how many. Without scope: senders serve all workspaces. */
  async release(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `with due as materialized (
         select workspace_id, id
         from messages
         where held_by is not null and status = 'queued' and held_until <= now()
         order by held_until
         limit ${releasedAtOnce}
         for update skip locked
       ), freed as (
         update messages m set held_by = null, held_until = null, next_attempt_at = now()
         from due where m.workspace_id = due.workspace_id and m.id = due.id
         returning 1
       )
       select count(*)::int as count from freed`,
    );
    return row!.count;
  }
}
