import { Injectable } from '@nestjs/common';
import type { BacklogFilter, DeliveryRuleKind, JsonObject, Ruling } from '@wend/contract';
import { isHeld } from '../delivery-rules/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { cursorTime } from '../profiles/index.js';
import type { Cursor } from '../profiles/index.js';

export type HeldRow = {
  id: string;
  cursor: string;
  channel: string;
  profile_id: string;
  external_id: string | null;
  traits: JsonObject | null;
  journey_id: string;
  journey_name: string | null;
  node: string;
  node_name: string | null;
  held_by: DeliveryRuleKind;
  ruling: Ruling | null;
  held_priority: number;
  queued_at: Date;
  held_at: Date | null;
  held_until: Date;
  expires_at: Date | null;
};
export type HeldCount = {
  channel: string;
  journey_id: string;
  journey_name: string | null;
  held_by: DeliveryRuleKind;
  count: number;
  due: number;
  next_at: Date | null;
  oldest_at: Date;
};

/** So many are read for a page of a filter: it ends there, and says how to go on. */
const readAtOnce = 20_000;

/** $2 channel, $3 journey, $4 rule; null: all. */
export const filtered = `($2::text is null or m.channel = $2) and ($3::uuid is null or m.journey_id = $3)
  and ($4::text is null or m.held_by = $4)`;

export function filterValues({ channel, journeyId, rule }: BacklogFilter): (string | null)[] {
  return [channel ?? null, journeyId ?? null, rule ?? null];
}

/** What delivery rules keep back, as people see it. */
@Injectable()
export class BacklogRepository {
  constructor(private readonly database: Database) {}

  /** By channel, journey and rule together. */
  counts(scope: Scope): Promise<HeldCount[]> {
    return this.database.query<HeldCount>(
      `select c.*, j.name as journey_name
       from (
         select m.channel, m.journey_id, m.held_by, count(*)::int as count,
           (count(*) filter (where m.held_until <= now()))::int as due,
           min(m.held_until) filter (where m.held_until > now()) as next_at, min(m.queued_at) as oldest_at
         from messages m
         where m.workspace_id = $1 and ${isHeld}
         group by 1, 2, 3
       ) c
       left join journeys j on j.workspace_id = $1 and j.id = c.journey_id
       order by c.count desc`,
      [scope.workspaceId],
    );
  }

  /** How many messages a filter has now. */
  async count(scope: Scope, filter: BacklogFilter): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from messages m where m.workspace_id = $1 and ${isHeld} and ${filtered}`,
      [scope.workspaceId, ...filterValues(filter)],
    );
    return row!.count;
  }

  /**
   * Those that may go first first. `end`: how far it was read, where it ended before it had `limit` of them, and there
   * are more.
   */
  async list(
    scope: Scope,
    { after, limit, ...filter }: BacklogFilter & { after: Cursor | null; limit: number },
  ): Promise<{ rows: HeldRow[]; end: Cursor | null }> {
    const narrow = filterValues(filter).some((value) => value !== null);
    const read = narrow ? Math.max(readAtOnce, limit) : limit;
    const rows = await this.database.query<HeldRow & { part: number; end_at: string; end_id: string }>(
      `with part as materialized (
         select m.id, m.held_until, m.channel, m.journey_id, m.held_by
         from messages m
         where m.workspace_id = $1 and ${isHeld} and (m.held_until, m.id) > ($5::timestamptz, $6::uuid)
         order by m.held_until, m.id
         limit $7
       ), found as materialized (
         select m.id from part m where ${filtered} order by m.held_until, m.id limit $8
       ), last as (
         select ${cursorTime('held_until')} as end_at, id as end_id, (select count(*)::int from part) as part
         from part
         order by held_until desc, id desc
         limit 1
       )
       select last.*, m.id, ${cursorTime('m.held_until')} as cursor, m.channel, m.profile_id, p.external_id, p.traits,
         m.journey_id, j.name as journey_name, m.node, v.running #>> array['nodes', m.node, 'name'] as node_name,
         m.held_by, m.ruling, m.held_priority, m.queued_at, m.held_at, m.held_until, m.expires_at
       from last
       left join (found join messages m on m.workspace_id = $1 and m.id = found.id) on true
       left join profiles p on p.workspace_id = $1 and p.id = m.profile_id
       left join journeys j on j.workspace_id = $1 and j.id = m.journey_id
       left join journey_versions v on v.workspace_id = $1 and v.id = m.version_id
       order by m.held_until, m.id`,
      [scope.workspaceId, ...filterValues(filter), after?.at ?? '-infinity', after?.id ?? nobody, read, limit],
    );
    const found = rows.filter(({ id }) => id !== null);
    const last = rows[0];
    const end = last && found.length < limit && last.part === read ? { at: last.end_at, id: last.end_id } : null;
    return { rows: found, end };
  }

  async exists(scope: Scope, id: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from messages where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
    return rows.length > 0;
  }
}

const nobody = '00000000-0000-0000-0000-000000000000';
