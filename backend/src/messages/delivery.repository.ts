import { Injectable } from '@nestjs/common';
import type { Channel, JsonObject, MessageStatus } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { DeviceRow } from '../profiles/index.js';

export type Claimed = { workspace_id: string; id: string; previous: Extract<MessageStatus, 'queued' | 'sending'>; attempts: number; provider: string | null };
/** All that decides whether and how a message goes out. */
export type DeliveryContext = {
  id: string; channel: Channel; origin: 'live' | 'demo' | 'test'; node: string; enrollment_id: string; journey_id: string; version_id: string; attempts: number;
  data: { run?: JsonObject; entry?: JsonObject }; content: JsonObject | null; recipient: string | null; run_offset_ms: string;
  run_status: string | null; journey_state: 'live' | 'paused' | 'stopped' | null;
  profile_id: string | null; external_id: string | null; traits: JsonObject | null; devices: Pick<DeviceRow, 'kind' | 'permission' | 'token'>[]; unsubscribed: boolean;
};

const configsKept = 1_000;

@Injectable()
export class DeliveryRepository {
  /** Versions never change, so neither does the config of a node in one. */
  private readonly configs = new Map<string, JsonObject>();

  constructor(private readonly database: Database) {}

  /**
   * Leases up to `limit` messages that are due: queued ones whose time has come and ones whose sender's lease ran out. Two
   * claimers never get the same. Without scope: senders serve all workspaces, and each row says which.
   */
  async claim({ owner, limit, leaseMs }: { owner: string; limit: number; leaseMs: number }): Promise<Claimed[]> {
    return this.database.query<Claimed>(
      `with due as (
         select workspace_id, id, status as previous from messages
          where status in ('queued', 'sending') and next_attempt_at <= now() and (lease_until is null or lease_until < now())
          order by next_attempt_at limit $1 for update skip locked
       )
       update messages m set lease_owner = $2, lease_until = now() + $3 * interval '1 millisecond'
         from due where m.workspace_id = due.workspace_id and m.id = due.id
       returning m.workspace_id, m.id, due.previous, m.attempts, m.provider`,
      [limit, owner, leaseMs],
    );
  }

  async contexts(scope: Scope, ids: string[]): Promise<DeliveryContext[]> {
    return this.database.query<DeliveryContext>(
      `select m.id, m.channel, m.origin, m.node, m.enrollment_id, m.journey_id, m.version_id, m.attempts, m.data, m.content, m.recipient,
              coalesce(e.run_offset_ms, m.run_offset_ms) as run_offset_ms, e.status as run_status, c.state as journey_state,
              p.id as profile_id, p.external_id, p.traits || coalesce(t.traits, '{}') as traits,
              coalesce((select jsonb_agg(jsonb_build_object('kind', d.kind, 'permission', d.permission, 'token', d.token) order by d.created_at desc) from devices d where d.workspace_id = $1 and d.profile_id = p.id), '[]') as devices,
              exists (select 1 from consents s where s.workspace_id = $1 and s.profile_id = p.id and s.channel = m.channel and s.state = 'unsubscribed') as unsubscribed
         from messages m
         left join enrollments e on e.workspace_id = $1 and e.id = m.enrollment_id
         left join journey_control c on c.workspace_id = $1 and c.journey_id = m.journey_id
         left join profiles o on o.workspace_id = $1 and o.id = coalesce(e.profile_id, m.profile_id)
         left join profiles p on p.workspace_id = $1 and p.id = coalesce(o.merged_into, o.id)
         left join test_traits t on t.workspace_id = $1 and t.enrollment_id = m.enrollment_id and m.origin = 'test'
        where m.workspace_id = $1 and m.id = any($2::uuid[])`,
      [scope.workspaceId, ids],
    );
  }

  /** The settings of a message's node in the version that the run follows; null when there is no such node. */
  async nodeConfig(scope: Scope, { versionId, node }: { versionId: string; node: string }): Promise<JsonObject | null> {
    const key = `${scope.workspaceId}:${versionId}:${node}`;
    const known = this.configs.get(key);
    if (known) return known;
    const [row] = await this.database.query<{ config: JsonObject | null }>(`select graph #> array['nodes', $3::text, 'config'] as config from journey_versions where workspace_id = $1 and id = $2`, [scope.workspaceId, versionId, node]);
    if (!row?.config) return null;
    if (this.configs.size >= configsKept) this.configs.delete(this.configs.keys().next().value!);
    this.configs.set(key, row.config);
    return row.config;
  }

  /**
   * The last look before the provider is called, and the mark that it is: false when the row is no longer ours, the run has left
   * by an exit criterion or was cancelled, or the journey was paused or stopped meanwhile.
   */
  async begin(scope: Scope, { id, owner, leaseMs, provider, recipient, content }: { id: string; owner: string; leaseMs: number; provider: string; recipient: string | null; content: object }): Promise<{ attempt: number } | null> {
    const [row] = await this.database.query<{ attempts: number }>(
      `update messages m set status = 'sending', attempts = m.attempts + 1, provider = $4, recipient = $5, content = $6::jsonb, error = null,
              lease_until = now() + $7 * interval '1 millisecond'
        where m.workspace_id = $1 and m.id = $2 and m.lease_owner = $3 and m.status in ('queued', 'sending')
          and (m.status = 'sending' or (
            not exists (select 1 from enrollments e where e.workspace_id = $1 and e.id = m.enrollment_id and e.status in ('exited', 'cancelled'))
            and (m.origin = 'test' or not exists (select 1 from journey_control c where c.workspace_id = $1 and c.journey_id = m.journey_id and c.state <> 'live'))))
        returning attempts`,
      [scope.workspaceId, id, owner, provider, recipient, JSON.stringify(content), leaseMs],
    );
    return row ? { attempt: row.attempts } : null;
  }

  /** Back to the queue for a later attempt, with the reason in the message's history. */
  async retryLater(scope: Scope, { id, owner, attempt, inSeconds, error, detail, at }: { id: string; owner: string; attempt: number; inSeconds: number; error: string; detail: string; at: Date }): Promise<void> {
    await this.database.query(
      `with back as (
         update messages set status = 'queued', attempts = $8, error = $5, next_attempt_at = now() + $4 * interval '1 second', lease_until = null, lease_owner = null
          where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending') returning id
       )
       insert into message_events (workspace_id, message_id, status, at, detail) select $1, id, 'retry', $6, $7 from back`,
      [scope.workspaceId, id, owner, inSeconds, error, at, detail, attempt],
    );
  }

  /** Gives leased messages back untouched. */
  async release(scope: Scope, { ids, owner, inSeconds = 0 }: { ids: string[]; owner: string; inSeconds?: number }): Promise<void> {
    await this.database.query(
      `update messages set lease_owner = null, lease_until = null, next_attempt_at = now() + $4 * interval '1 second' where workspace_id = $1 and id = any($2::uuid[]) and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, ids, owner, inSeconds],
    );
  }

  /** Ends the leases of an owner on all messages but these: it does not know that it has them. What was being sent is taken over. Without scope: senders serve all workspaces. */
  async releaseAllBut({ owner, ids }: { owner: string; ids: string[] }): Promise<void> {
    await this.database.query(`update messages set lease_owner = null, lease_until = null where status in ('queued', 'sending') and lease_owner = $1 and id <> all($2::uuid[])`, [owner, ids]);
  }

  /** Puts off all of a paused journey at once, so that they are not looked at one by one each time. */
  async deferJourney(scope: Scope, { journeyId, inSeconds }: { journeyId: string; inSeconds: number }): Promise<void> {
    await this.database.query(
      `update messages set next_attempt_at = now() + ($3 * (0.8 + random() * 0.4)) * interval '1 second'
        where workspace_id = $1 and journey_id = $2 and status = 'queued' and origin <> 'test' and next_attempt_at <= now() and lease_owner is null`,
      [scope.workspaceId, journeyId, inSeconds],
    );
  }

  /** Messages of a run that are due, or being sent, now. */
  async countDue(scope: Scope, enrollmentId: string): Promise<number> {
    const [row] = await this.database.query<{ due: number }>(
      `select count(*)::int as due from messages where workspace_id = $1 and enrollment_id = $2
          and (status = 'sending' or (status = 'queued' and next_attempt_at <= now()))`,
      [scope.workspaceId, enrollmentId],
    );
    return row?.due ?? 0;
  }
}
