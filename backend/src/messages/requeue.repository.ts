import { Injectable } from '@nestjs/common';
import type { Ruling } from '@wend/contract';
import { Database, bigintArray, textArray, uuidArray } from '../platform/database/index.js';
import { Gathered } from '../platform/gathered/index.js';
import type { Scope } from '../platform/database/index.js';
import type { DevicesDone } from './delivery-context.repository.js';
import { gatherInLane, parkPaused } from './delivery.sql.js';
import { lineOf } from './lanes.js';
import type { Kept } from './work.js';

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

type Released = { id: string; owner: string; inSeconds?: number; why?: string | null };
type Parked = { id: string; owner: string; journeyId: string };
/** `ruling`: which rate it waits for; null where it waits for none. */
type MovedToLane = Kept & { id: string; owner: string; lane: number; ruling: Ruling | null; inSeconds?: number };
/** `from`, `to`: lanes as they are stored. */
type GatheredInLane = {
  id: string;
  owner: string;
  journeyId: string;
  channel: string;
  from: number;
  to: number;
  ruling: Ruling;
};

const most = 500;

/** Ways back into the queue, of messages that their owner has in hand. */
@Injectable()
export class RequeueRepository {
  private readonly releases = new Gathered<Released, void>({
    work: (scope, released) => this.releaseAll(scope, released),
    keyOf: ({ id }) => id,
    most,
  });
  private readonly parkings = new Gathered<Parked, boolean>({
    work: (scope, messages) => this.parkAll(scope, messages),
    keyOf: ({ id }) => id,
    // A call is about one journey.
    lineOf: ({ journeyId, owner }) => `${journeyId}/${owner}`,
    most,
  });
  private readonly moves = new Gathered<MovedToLane, void>({
    work: (scope, moved) => this.moveAll(scope, moved),
    keyOf: ({ id }) => id,
    lineOf: ({ lane }) => lineOf(lane),
    most,
  });
  private readonly gatherings = new Gathered<GatheredInLane, void>({
    work: (scope, messages) => this.gatherAll(scope, messages),
    keyOf: ({ id }) => id,
    lineOf: ({ to }) => lineOf(to),
    most,
  });

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

  /** Gives a leased message back untouched. Those that come at once are one statement. */
  release(scope: Scope, released: Released): Promise<void> {
    return this.releases.add(scope, released);
  }

  private async releaseAll(scope: Scope, released: Released[]): Promise<void[]> {
    await this.database.query(
      `update messages m
        set lease_owner = null, lease_until = null, next_attempt_at = now() + t.in_ms * interval '1 millisecond',
          error = coalesce(t.why, m.error)
        from unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[]) as t (id, owner, in_ms, why)
        where m.workspace_id = $1 and m.id = t.id and m.lease_owner = t.owner and m.status = 'queued'`,
      [
        scope.workspaceId,
        uuidArray(released.map(({ id }) => id)),
        textArray(released.map(({ owner }) => owner)),
        bigintArray(released.map(({ inSeconds = 0 }) => Math.round(inSeconds * 1_000))),
        textArray(released.map(({ why = null }) => why)),
      ],
    );
    return released.map(() => undefined);
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

  /**
   * Back to the queue with what it is, to be taken when its receiver has a place, or when it has its turn (`ruling`).
   * Those that come at once are one statement.
   */
  putInLane(scope: Scope, moved: MovedToLane): Promise<void> {
    return this.moves.add(scope, moved);
  }

  /**
   * Back to the queue, with others of its journey whose receiver is not known yet, to wait there together. One statement
   * at a time, for all that come meanwhile: each reads and moves thousands.
   */
  gatherInLane(scope: Scope, message: GatheredInLane): Promise<void> {
    return this.gatherings.add(scope, message);
  }

  private async moveAll(scope: Scope, moved: MovedToLane[]): Promise<void[]> {
    await this.database.query(
      `update messages m
        set lane = t.lane, recipient = t.recipient, content = t.content::jsonb, connection_id = t.connection_id,
          lease_owner = null, lease_until = null,
          next_attempt_at = case
            when t.in_ms > 0 then now() + t.in_ms * interval '1 millisecond'
            else m.next_attempt_at
          end,
          ruling = case
            when t.ruling is null and m.ruling ->> 'rule' <> 'rates' then m.ruling
            else t.ruling::jsonb
          end
        from unnest(
          $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::bigint[], $9::text[]
        ) as t (id, owner, lane, recipient, content, connection_id, in_ms, ruling)
        where m.workspace_id = $1 and m.id = t.id and m.lease_owner = t.owner and m.status = 'queued'`,
      [
        scope.workspaceId,
        uuidArray(moved.map(({ id }) => id)),
        textArray(moved.map(({ owner }) => owner)),
        bigintArray(moved.map(({ lane }) => lane)),
        textArray(moved.map(({ recipient }) => recipient)),
        textArray(moved.map(({ content }) => JSON.stringify(content))),
        uuidArray(moved.map(({ connectionId }) => connectionId)),
        bigintArray(moved.map(({ inSeconds = 0 }) => Math.round(inSeconds * 1_000))),
        textArray(moved.map(({ ruling }) => ruling && JSON.stringify(ruling))),
      ],
    );
    return moved.map(() => undefined);
  }

  private async gatherAll(scope: Scope, messages: GatheredInLane[]): Promise<void[]> {
    const lanes = [
      ...new Map(messages.map((each) => [[each.journeyId, each.channel, each.from].join(), each])).values(),
    ];
    await this.database.query(gatherInLane, [
      scope.workspaceId,
      uuidArray(messages.map(({ id }) => id)),
      textArray(messages.map(({ owner }) => owner)),
      bigintArray(messages.map(({ to }) => to)),
      textArray(messages.map(({ ruling }) => JSON.stringify(ruling))),
      uuidArray(lanes.map(({ journeyId }) => journeyId)),
      textArray(lanes.map(({ channel }) => channel)),
      bigintArray(lanes.map(({ from }) => from)),
      bigintArray(lanes.map(({ to }) => to)),
      textArray(lanes.map(({ ruling }) => JSON.stringify(ruling))),
    ]);
    return messages.map(() => undefined);
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
  parkPaused(scope: Scope, message: Parked): Promise<boolean> {
    return this.parkings.add(scope, message);
  }

  /** Of one journey. */
  private async parkAll(scope: Scope, messages: Parked[]): Promise<boolean[]> {
    const { journeyId, owner } = messages[0]!;
    const [row] = await this.database.query<{ paused: boolean }>(parkPaused, [
      scope.workspaceId,
      journeyId,
      owner,
      messages.map(({ id }) => id),
    ]);
    return messages.map(() => row?.paused === true);
  }
}
