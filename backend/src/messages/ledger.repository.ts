import { Injectable } from '@nestjs/common';
import { settledReasons } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { stands } from './resend-rules.js';

export type LedgerRange = {
  version?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
/** `outcome`: a state of messages, or `waiting` or `none` where there is no message. */
export type LedgerRow = { node: string; outcome: string; reason: string | null; missing: boolean; count: number };

/**
 * Each visit of live people to steps of a journey, with the message that stands for it. $1 workspace, $2 journey, $3
 * nodes, $4 version, $5 from, $6 to.
 */
const visitsWithMessages = `from enrollments e
  join visits v on v.workspace_id = e.workspace_id and v.enrollment_id = e.id and v.node = any($3::text[])
  left join messages m on m.workspace_id = v.workspace_id and m.enrollment_id = v.enrollment_id and m.node = v.node
    and m.visit = v.visit and ${stands}
  where e.workspace_id = $1 and e.journey_id = $2 and e.origin <> 'test'
    and ($4::int is null or e.version_id = any(array(
      select n.id from journey_versions n where n.workspace_id = $1 and n.journey_id = $2 and n.number = $4
    )))
    and ($5::timestamptz is null or v.entered_at >= $5)
    and ($6::timestamptz is null or v.entered_at < $6)`;
/** What can be missing, by its name; null where nothing is. $7: reasons that stand. */
const kind = `case
    when e.status in ('exited', 'cancelled') then null
    when m.status in ('failed', 'bounced', 'unknown') then m.status
    when m.status = 'suppressed' and coalesce(m.reason, 'other') <> all($7::text[])
      then 'suppressed:' || coalesce(m.reason, 'other')
  end`;

@Injectable()
export class LedgerRepository {
  constructor(private readonly database: Database) {}

  async journey(scope: Scope, id: string): Promise<{ id: string; name: string; stopped: boolean } | null> {
    const [row] = await this.database.query<{ id: string; name: string; stopped: boolean }>(
      `select j.id, j.name, coalesce(c.state = 'stopped', false) as stopped
        from journeys j
        left join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id
        where j.workspace_id = $1 and j.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The steps that send in published versions, by the name that the newest gives them. */
  async steps(
    scope: Scope,
    { journeyId, version }: { journeyId: string; version?: number | undefined },
  ): Promise<{ node: string; name: string }[]> {
    return this.database.query(
      `select distinct on (i->>'node') i->>'node' as node,
              coalesce(nullif(v.running #>> array['nodes', i->>'node', 'name'], ''), i->>'node') as name
         from journey_versions v
         join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash,
           jsonb_array_elements(p.program->'instructions') i
        where v.workspace_id = $1 and v.journey_id = $2 and v.number is not null and i->>'op' = 'send'
          and ($3::int is null or v.number = $3)
        order by i->>'node', v.number desc`,
      [scope.workspaceId, journeyId, version ?? null],
    );
  }

  async versions(scope: Scope, journeyId: string): Promise<number[]> {
    const rows = await this.database.query<{ number: number }>(
      `select number from journey_versions
        where workspace_id = $1 and journey_id = $2 and number is not null
        order by number desc limit 500`,
      [scope.workspaceId, journeyId],
    );
    return rows.map(({ number }) => number);
  }

  /** All visits, each in exactly one row: one statement, so that the figures add up whatever happens meanwhile. */
  counts(
    scope: Scope,
    { journeyId, nodes, range }: { journeyId: string; nodes: string[]; range: LedgerRange },
  ): Promise<LedgerRow[]> {
    return this.database.query<LedgerRow>(
      // First by what is stored, of which little is different: a million visits are counted without being sorted.
      `select v.node, case when v.status is not null then v.status when v.open then 'waiting' else 'none' end as outcome,
              case when v.status = 'suppressed' then coalesce(v.reason, 'other') end as reason,
              not v.left_run and (
                v.status in ('failed', 'bounced', 'unknown')
                  or (v.status = 'suppressed' and coalesce(v.reason, 'other') <> all($7::text[]))
              ) is true as missing,
              sum(v.count)::int as count
         from (
           select v.node, m.status, m.reason, v.left_at is null and e.ended_at is null as open,
             e.status in ('exited', 'cancelled') as left_run, count(*) as count
           ${visitsWithMessages}
           group by 1, 2, 3, 4, 5
         ) v
        group by 1, 2, 3, 4`,
      ledgerValues(scope, { journeyId, nodes, range }),
    );
  }

  /** Notes for a batch the messages of a step that are missing; returns how many. */
  async addMissing(
    scope: Scope,
    {
      sql,
      batchId,
      journeyId,
      node,
      kinds,
      range,
    }: { sql: Sql; batchId: string; journeyId: string; node: string; kinds: string[]; range: LedgerRange },
  ): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      `with item as (
         insert into resend_batch_items (workspace_id, batch_id, message_id)
         select $1, $8, m.id ${visitsWithMessages} and ${kind} = any($9::text[])
           -- What an index has apart: the visits of all others need not be read.
           and m.journey_id = $2 and m.node = any($3::text[])
           and m.status in ('failed', 'bounced', 'suppressed', 'unknown')
         returning 1
       )
       select count(*)::int as count from item`,
      [...ledgerValues(scope, { journeyId, nodes: [node], range }), batchId, kinds],
    );
    return row?.count ?? 0;
  }
}

function ledgerValues(
  scope: Scope,
  { journeyId, nodes, range }: { journeyId: string; nodes: string[]; range: LedgerRange },
): unknown[] {
  return [
    scope.workspaceId,
    journeyId,
    nodes,
    range.version ?? null,
    range.from ?? null,
    range.to ?? null,
    [...settledReasons],
  ];
}
