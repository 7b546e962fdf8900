import { Injectable } from '@nestjs/common';
import type { MessageClass } from '@wend/contract';
import { refusesSql } from '../consents/index.js';
import { Database, bigintArray, textArray, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { Gathered } from '../platform/gathered/index.js';
import { lineOf } from './lanes.js';
import { storedClass } from './stored-class.js';

/** Of a message `m` that begins as `b`, to a person `p`. */
const refuses = refusesSql({
  workspace: '$1',
  profile: 'p',
  channel: 'm.channel',
  topic: 'b.topic',
  transactional: `(b.message_class is not distinct from 'transactional')`,
});

type BeginOptions = {
  id: string;
  owner: string;
  leaseMs: number;
  provider: string;
  connectionId: string | null;
  recipient: string | null;
  /** What the recipient would be suppressed by; null where nobody can be. */
  addressKey: string | null;
  /** Whose consent counts, as of when the message was claimed. */
  profileId: string | null;
  content: object;
  lane: number;
  messageClass: MessageClass;
  topic: string | null;
};

/** That a message leaves. */
@Injectable()
export class BeginRepository {
  private readonly beginnings = new Gathered<BeginOptions, { attempt: number } | null>({
    work: (scope, begun) => this.beginAll(scope, begun),
    // Nobody begins the same message twice at once, unless its lease was over meanwhile.
    keyOf: ({ id }) => id,
    most: 500,
    lineOf: ({ lane }) => lineOf(lane),
  });

  constructor(private readonly database: Database) {}

  /**
   * The last look before a message goes out, and the mark that it does: null when the row is no longer ours, the run
   * has left by an exit criterion or was cancelled, the journey was paused or stopped, the person does not want it, the
   * address was suppressed, the connection was switched off, or the channel was put into the sandbox meanwhile. Those that come at once are one statement.
   */
  begin(scope: Scope, options: BeginOptions): Promise<{ attempt: number } | null> {
    return this.beginnings.add(scope, options);
  }

  private async beginAll(scope: Scope, begun: BeginOptions[]): Promise<({ attempt: number } | null)[]> {
    const column = <Value>(value: (options: BeginOptions) => Value) => begun.map(value);
    const rows = await this.database.query<{ id: string; attempts: number }>(
      `update messages m
              set status = 'sending', attempts = m.attempts + 1, provider = b.provider, recipient = b.recipient,
                content = b.content::jsonb, error = null, lane = b.lane, connection_id = b.connection_id,
              -- What is taken over is what it was when it went out first: its step is not read again.
              message_class = case when m.status = 'sending' then m.message_class else b.message_class end,
              topic = case when m.status = 'sending' then m.topic else b.topic end,
              lease_until = now() + b.lease_ms * interval '1 millisecond'
         from unnest(
           $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[],
             $10::bigint[], $11::uuid[], $12::text[], $13::text[]
         ) as b (id, owner, provider, connection_id, recipient, address_key, content, lane, lease_ms, profile_id,
           message_class, topic)
        where m.workspace_id = $1 and m.id = b.id and m.lease_owner = b.owner and m.status in ('queued', 'sending')
          and (m.status = 'sending' or (
            not exists (
              select 1
              from enrollments e
              where e.workspace_id = $1 and e.id = m.enrollment_id and e.status in ('exited', 'cancelled')
            )
            and (
              m.origin = 'test'
                or not exists (
                  select 1
                  from journey_control c
                  where c.workspace_id = $1 and c.journey_id = m.journey_id and c.state <> 'live'
                )
            )
            and not exists (
              select 1
              from suppressions s
              where s.workspace_id = $1
                and s.channel = m.channel
                and s.address_key = b.address_key
                and s.released_at is null
            )
            and not exists (
              select 1
              from profiles named
              join profiles p on p.workspace_id = $1 and p.id = coalesce(named.merged_into, named.id)
              where named.workspace_id = $1 and named.id = b.profile_id and ${refuses}
            )
            and (b.connection_id is null or exists (
              select 1
              from connections k
              where k.workspace_id = $1 and k.id = b.connection_id and k.enabled
            ))
            and (b.provider = 'sandbox' or not exists (
              select 1
              from channel_settings g
              where g.workspace_id = $1 and g.channel = m.channel and g.sandbox
            ))))
        returning m.id, m.attempts`,
      [
        scope.workspaceId,
        uuidArray(column(({ id }) => id)),
        textArray(column(({ owner }) => owner)),
        textArray(column(({ provider }) => provider)),
        uuidArray(column(({ connectionId }) => connectionId)),
        textArray(column(({ recipient }) => recipient)),
        textArray(column(({ addressKey }) => addressKey)),
        textArray(column(({ content }) => JSON.stringify(content))),
        bigintArray(column(({ lane }) => lane)),
        bigintArray(column(({ leaseMs }) => leaseMs)),
        uuidArray(column(({ profileId }) => profileId)),
        textArray(column(({ messageClass }) => storedClass(messageClass))),
        textArray(column(({ topic }) => topic)),
      ],
    );
    const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
    return begun.map(({ id }) => {
      const attempt = attempts.get(id);
      return attempt === undefined ? null : { attempt };
    });
  }
}
