import { Injectable } from '@nestjs/common';
import type { Ruling } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { DevicesDone } from './delivery-context.repository.js';
import { gatherInLane, parkPaused } from './delivery.sql.js';

/** Who an attempt was made by, and what they said. */
export type AttemptedBy = { provider: string; connectionId: string | null; answer: string | null };
type RetryLaterOptions = {
  id: string;
  owner: string;
  attempt: number;
  inSeconds: number;
  error: string;
  detail: string;
  at: Date;
  devicesDone?: DevicesDone | null;
  /** Devices that do not exist any more, as they were read. */
  goneDevices?: readonly { id: string; updatedAt: string }[];
  /** Its provider may have it. */
  bound?: boolean;
  by?: AttemptedBy | undefined;
  /** It stays with its owner, who goes on with it. */
  keep?: boolean;
};

type PutInLaneOptions = {
  id: string;
  owner: string;
  lane: number;
  recipient: string | null;
  content: object;
  connectionId: string | null;
  /** Which rate it waits for; null where it waits for none. */
  ruling: Ruling | null;
  inSeconds?: number;
};
type GatherInLaneOptions = {
  id: string;
  owner: string;
  journeyId: string;
  channel: string;
  from: number;
  to: number;
  ruling: Ruling;
};

/** Ways back into the queue, of messages that their owner has in hand. */
@Injectable()
export class RequeueRepository {
  constructor(private readonly database: Database) {}

  /** Back to the queue for a later attempt, with the reason in the message's history. */
  async retryLater(
    scope: Scope,
    {
      id,
      owner,
      attempt,
      inSeconds,
      error,
      detail,
      at,
      devicesDone = null,
      goneDevices = [],
      bound = false,
      by,
      keep = false,
    }: RetryLaterOptions,
  ): Promise<void> {
    await this.database.query(
      `with back as (
         update messages
         set status = 'queued', attempts = $8, error = $5, away_since = null, bound = bound or $14,
           devices_done = case
             when $9::jsonb is null then devices_done
             else coalesce(devices_done, '{}') || $9::jsonb
           end,
           next_attempt_at = case when $10 then next_attempt_at else now() + $4 * interval '1 second' end,
           lease_until = case when $10 then lease_until end, lease_owner = case when $10 then lease_owner end
         where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')
         returning id
       ), gone as (
         delete from devices d
         using back, unnest($15::uuid[], $16::timestamptz[]) as g (id, updated_at)
         where d.workspace_id = $1 and d.id = g.id and d.updated_at = g.updated_at
       )
       insert into message_events (
         workspace_id, message_id, status, at, detail, attempt, provider, connection_id, answer
       )
       select $1, id, 'retry', $6, $7, $8, $11, $12, $13
       from back`,
      [
        scope.workspaceId,
        id,
        owner,
        inSeconds,
        error,
        at,
        detail,
        attempt,
        devicesDone && JSON.stringify(devicesDone),
        keep,
        by?.provider ?? null,
        by?.connectionId ?? null,
        by?.answer ?? null,
        bound,
        goneDevices.map((device) => device.id),
        goneDevices.map(({ updatedAt }) => updatedAt),
      ],
    );
  }

  /** Gives leased messages back untouched. */
  async release(
    scope: Scope,
    {
      ids,
      owner,
      inSeconds = 0,
      why = null,
    }: { ids: string[]; owner: string; inSeconds?: number; why?: string | null },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lease_owner = null, lease_until = null, next_attempt_at = now() + $4 * interval '1 second',
          error = coalesce($5, error)
        where workspace_id = $1 and id = any($2::uuid[]) and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, ids, owner, inSeconds, why],
    );
  }

  /** Ends the lease of a message whatever state it is in: one that was being sent is taken over then. */
  async postpone(
    scope: Scope,
    { id, owner, inSeconds }: { id: string; owner: string; inSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lease_owner = null, lease_until = null, next_attempt_at = now() + $4 * interval '1 second'
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')`,
      [scope.workspaceId, id, owner, inSeconds],
    );
  }

  /** Back to the queue until its receiver wants it: untouched, in that one's lane. */
  async putOff(
    scope: Scope,
    { id, owner, lane, inSeconds }: { id: string; owner: string; lane: number; inSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lane = $4, next_attempt_at = now() + $5 * interval '1 second', lease_owner = null, lease_until = null
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, id, owner, lane, inSeconds],
    );
  }

  /** Back to the queue with what it is, to be taken when its receiver has a place, or when it has its turn (`ruling`). */
  async putInLane(
    scope: Scope,
    { id, owner, lane, recipient, content, connectionId, ruling, inSeconds = 0 }: PutInLaneOptions,
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lane = $4, recipient = $5, content = $6::jsonb, connection_id = $7, lease_owner = null, lease_until = null,
          next_attempt_at = case when $8::float8 > 0 then now() + $8 * interval '1 second' else next_attempt_at end,
          ruling = case when $9::jsonb is null and ruling ->> 'rule' <> 'rates' then ruling else $9::jsonb end
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status = 'queued'`,
      [
        scope.workspaceId,
        id,
        owner,
        lane,
        recipient,
        JSON.stringify(content),
        connectionId,
        inSeconds,
        ruling && JSON.stringify(ruling),
      ],
    );
  }

  /** Back to the queue, with others of its journey whose receiver is not known yet, to wait there together. */
  async gatherInLane(
    scope: Scope,
    { id, owner, journeyId, channel, from, to, ruling }: GatherInLaneOptions,
  ): Promise<void> {
    await this.database.query(gatherInLane, [
      scope.workspaceId,
      journeyId,
      channel,
      from,
      to,
      id,
      owner,
      JSON.stringify(ruling),
    ]);
  }

  /**
   * Back to the queue as if it had not been tried, since nobody was there to take it; the history tells it once. Behind
   * the others that are due: a message that makes its receiver hang up, or whose receiver shares the lane, would else
   * be the one that is tried each time, for a day.
   */
  async putBack(
    scope: Scope,
    {
      id,
      owner,
      lane,
      attempts,
      error,
      at,
    }: { id: string; owner: string; lane: number; attempts: number; error: string; at: Date },
  ): Promise<void> {
    await this.database.query(
      `with before as (
         select id, away_since
         from messages
         where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')
         for update
       ), back as (
         update messages m
         set status = 'queued', lane = $4, attempts = $5, error = $6, away_since = coalesce(m.away_since, now()),
           next_attempt_at = now(), lease_until = null, lease_owner = null
           from before where m.workspace_id = $1 and m.id = before.id
       )
       insert into message_events (workspace_id, message_id, status, at, detail) select $1, id, 'retry', $7, $6
       from before
       where away_since is null`,
      [scope.workspaceId, id, owner, lane, attempts, error, at],
    );
  }

  /**
   * Puts what of a paused journey is due aside, at most 5,000 at once, so that nobody looks at it until it goes on. False
   * when it is not paused any more.
   */
  async parkPaused(
    scope: Scope,
    { journeyId, owner, ids }: { journeyId: string; owner: string; ids: string[] },
  ): Promise<boolean> {
    const [row] = await this.database.query<{ paused: boolean }>(parkPaused, [
      scope.workspaceId,
      journeyId,
      owner,
      ids,
    ]);
    return row?.paused === true;
  }
}
