import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { MachineSign } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** A request for the pixel (no `url`) or a link of a message; `at`: when somebody else saw it, now when left out. */
export type NewHit = {
  messageId: string;
  kind: HitKind;
  url: string | null;
  /** What about it says that a program made it. */
  sign: MachineSign | null;
  /** The address of whoever asked; null where it is not known. */
  address: string | null;
  at?: Date;
};
export type HitKind = 'opened' | 'clicked' | 'trap';
/** What a program did, and why it is taken for one. */
export type MachineAct = { messageId: string; kind: HitKind; url: string | null; at: Date; sign: MachineSign };
export type HitRow = {
  workspace_id: string;
  message_id: string;
  kind: HitKind;
  link: string;
  machine: boolean;
  sign: MachineSign | null;
  source: string | null;
  second: string;
  url: string | null;
  at: Date;
  mine: boolean;
};
export type HitMessage = {
  id: string;
  sent_at: Date | null;
  run_offset_ms: string;
  origin: string;
  links: number | null;
  count_proxy_opens: boolean;
};

@Injectable()
export class HitRepository {
  constructor(private readonly database: Database) {}

  /**
   * Holds it for as long as is said. Returns the message's origin, of which test runs are not held; null when there is
   * no such message.
   */
  async hold(
    scope: Scope,
    { messageId, kind, url, sign, address, at, holdMs }: NewHit & { holdMs: number },
  ): Promise<string | null> {
    const [row] = await this.database.query<{ origin: string }>(
      `with message as (select origin from messages where workspace_id = $1 and id = $2),
         held as (insert into message_hits (
             workspace_id, message_id, kind, link, machine, second, url, at, due_at, sign, source
           )
           select $1, $2, $3, $4, $5, floor(extract(epoch from coalesce($10, clock_timestamp())))::bigint, $6,
             coalesce($10::timestamptz, clock_timestamp()), clock_timestamp() + $7 * interval '1 millisecond', $8, $9
           from message
           where origin <> 'test'
           on conflict do nothing)
       select origin from message`,
      [
        scope.workspaceId,
        messageId,
        kind,
        url === null ? '' : hashOf(url),
        sign !== null,
        url,
        holdMs,
        sign,
        // Tells requests for one message apart, and says nothing else of anybody.
        address === null ? null : hashOf(`${messageId} ${address}`),
        at ?? null,
      ],
    );
    return row?.origin ?? null;
  }

  /**
   * Takes requests that may be judged now, for half a minute; whoever dies meanwhile leaves them to the next. Without
   * scope: it is the worker's queue.
   */
  claim(limit: number): Promise<{ workspace_id: string; message_id: string }[]> {
    return this.database.query(
      `update message_hits set due_at = now() + interval '30 seconds'
        where ctid = any(
          array(
            select ctid
            from message_hits
            where judged_at is null and due_at <= now()
            order by due_at
            limit $1
            for update skip locked
          )
        )
        returning workspace_id, message_id`,
      [limit],
    );
  }

  /**
   * All that is still known of requests for these messages, oldest first; `mine`: to be judged, since their time has
   * come.
   */
  hits(scope: Scope, { messageIds, holdMs }: { messageIds: string[]; holdMs: number }): Promise<HitRow[]> {
    return this.database.query(
      `select workspace_id, message_id, kind, link, machine, sign, source, second, url, at, judged_at is null
           and at <= clock_timestamp() - $3 * interval '1 millisecond' as mine
         from message_hits where workspace_id = $1 and message_id = any($2::uuid[]) order by at, kind desc`,
      [scope.workspaceId, messageIds, holdMs],
    );
  }

  /** Links are counted only where two were asked for: it takes a look at the whole mail. */
  messages(scope: Scope, messageIds: string[]): Promise<HitMessage[]> {
    return this.database.query(
      `select m.id, m.sent_at,
                case when m.origin = 'live' then 0 else coalesce(e.run_offset_ms, m.run_offset_ms) end as run_offset_ms,
                m.origin,
              (select w.count_proxy_opens from workspaces w where w.id = m.workspace_id) as count_proxy_opens,
              case when (
                select count(distinct h.link)
                from message_hits h
                where h.workspace_id = m.workspace_id and h.message_id = m.id and h.kind = 'clicked'
              ) >= 2
                then (
                  select count(distinct found[1])::int
                  from regexp_matches(m.content->>'html', '/t/c/([A-Za-z0-9_.-]+)', 'g') found
                ) end as links
         from messages m
         left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
         where m.workspace_id = $1 and m.id = any($2::uuid[])`,
      [scope.workspaceId, messageIds],
    );
  }

  /** Writes down what machines did, each thing once, and that these requests are judged. */
  async settle(scope: Scope, { judged, machines }: { judged: HitRow[]; machines: MachineAct[] }): Promise<void> {
    await this.database.transaction(async (sql) => {
      await this.addMachines(scope, machines, sql.query.bind(sql));
      await sql.query(
        `update message_hits h
          set judged_at = now()
          from unnest(
            $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::bigint[]
          ) as j (message_id, kind, link, machine, second)
          where h.workspace_id = $1
            and h.message_id = j.message_id
            and h.kind = j.kind
            and h.link = j.link
            and h.machine = j.machine
            and h.second = j.second`,
        [
          scope.workspaceId,
          judged.map((hit) => hit.message_id),
          judged.map((hit) => hit.kind),
          judged.map((hit) => hit.link),
          judged.map((hit) => hit.machine),
          judged.map((hit) => hit.second),
        ],
      );
    });
  }

  /** Writes down what machines did, each thing once, and counts it apart from what people did. */
  async addMachines(
    scope: Scope,
    acts: MachineAct[],
    query: (text: string, values: unknown[]) => Promise<unknown> = (text, values) => this.database.query(text, values),
  ): Promise<void> {
    // The trap is no link that anybody put there.
    const machines = acts.filter(({ kind }) => kind !== 'trap');
    if (machines.length === 0) return;
    await query(
      `with told as (
       insert into message_events (workspace_id, message_id, status, at, detail, by, sign)
       select $1, t.message_id, t.status, min(t.at), t.detail, 'machine', min(t.sign)
       from unnest(
         $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[]
       ) as t (message_id, status, at, detail, sign)
        where not exists (
          select 1
          from message_events x
          where x.workspace_id = $1
            and x.message_id = t.message_id
            and x.by = 'machine'
            and x.status = t.status
            and x.detail is not distinct from t.detail
        )
        group by t.message_id, t.status, t.detail order by 4
        returning message_id, status, at
       )
       insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
       select $1, m.version_id, m.node, 'machine:' || told.status, date_trunc('hour', told.at), count(*)::int
       from told join messages m on m.workspace_id = $1 and m.id = told.message_id
       where m.origin <> 'test'
       group by 2, 3, 4, 5`,
      [
        scope.workspaceId,
        machines.map((each) => each.messageId),
        machines.map((each) => each.kind),
        machines.map((each) => each.at),
        machines.map((each) => each.url),
        machines.map((each) => each.sign),
      ],
    );
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
