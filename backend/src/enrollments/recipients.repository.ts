import { Injectable } from '@nestjs/common';
import type { RecipientCounts } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { Parameters } from '../rules/index.js';
import type { Reaching } from './entry-batch.js';
import { recipientsSql } from './recipients/index.js';

type Found = { people: string; asked: number | null; segmentId: string | null };
/** What is known of those found: how many there are, and how many come in. */
type Reached = { count: number; counts: RecipientCounts };
type Row = { reached: number; found: number; named: number; self: number; before: number };

/** Whom steps reach that start a journey for each of several people, and who has had it. */
@Injectable()
export class RecipientsRepository {
  /** How they are found. */
  foundBy({ workspaceId }: Scope, { who }: Pick<Reaching, 'who'>, parameters: Parameters): Found {
    const workspace = parameters.share('workspace', workspaceId, 'uuid');
    const { people, asked, segmentId } = recipientsSql(who, { workspace, parameters });
    return { people, asked: asked ?? null, segmentId: segmentId ?? null };
  }

  /**
   * Writes down, for a batch, those who are to come in: of those found the first, without those who have had it and the
   * person of the run. Without a batch they are only counted.
   */
  async gather(
    scope: Scope,
    { sql, reaching, at, batchId }: { sql: Sql; reaching: Reaching; at: Date; batchId?: string },
  ): Promise<Reached> {
    const { journeyId, node, key, run, self, most } = reaching;
    const parameters = new Parameters([]);
    const { people, asked } = this.foundBy(scope, reaching, parameters);
    const workspace = parameters.share('workspace', scope.workspaceId, 'uuid');
    // A parameter without a place is an error to PostgreSQL.
    const isSelf = (): string =>
      `f.id is not distinct from (
         select e.profile_id from enrollments e where e.workspace_id = ${workspace} and e.id = ${parameters.add(run, 'uuid')}
       )`;
    const reached = `select id from seen where not self and not before order by place limit ${parameters.add(most, 'int')}`;
    const kept =
      batchId === undefined
        ? reached
        : `insert into entry_batch_people (workspace_id, batch_id, profile_id)
           select ${workspace}, ${parameters.add(batchId, 'uuid')}, id from (${reached}) r on conflict do nothing returning 1`;
    const [row] = await sql.query<Row>(
      `with seen as materialized (
         select f.id, f.place, f.names, ${self ? 'false' : isSelf()} as self,
           exists (
             select from recipient_once o
             where o.workspace_id = ${workspace} and o.profile_id = f.id
               and o.journey_id = ${parameters.add(journeyId, 'uuid')} and o.node = ${parameters.add(node, 'text')}
               and o.key = decode(${parameters.add(key, 'text')}, 'hex')
               and coalesce(o.until > ${parameters.add(at, 'timestamptz')}, true)
           ) as before
         from (${people}) f
       ), kept as (${kept})
       select (select count(*)::int from kept) as reached, count(*)::int as found, coalesce(sum(names), 0)::int as named,
         count(*) filter (where self)::int as self, count(*) filter (where before and not self)::int as before
       from seen`,
      parameters.values,
      { assembled: true },
    );
    const { reached: count, found, named, self: own, before } = row!;
    return {
      count,
      counts: {
        found,
        unknown: asked === null ? 0 : asked - named,
        self: own,
        before,
        beyond: found - own - before - count,
      },
    };
  }

  /**
   * Which of these places still have somebody who has not had it, as who they are now; each person once. Until the
   * transaction ends nobody else lets them in for the same.
   */
  async still(
    { workspaceId }: Scope,
    { sql, reaching, at, people }: { sql: Sql; reaching: Reaching; at: Date; people: ReadonlyMap<number, string> },
  ): Promise<ReadonlySet<number>> {
    const { journeyId, node, key, run, self } = reaching;
    const places = new Map<string, number>();
    for (const [place, id] of people) if (!places.has(id)) places.set(id, place);
    const ids = [...places.keys()];
    await sql.query(
      `select pg_advisory_xact_lock(k) from (
         select distinct hashtextextended($1 || id, 0) as k from unnest($2::text[]) id order by 1
       ) locks`,
      [`recipient/${workspaceId}/${journeyId}/${node}/${key}/`, ids],
    );
    const rows = await sql.query<{ id: string }>(
      `select id from unnest($2::uuid[]) id
       where not exists (
           select from recipient_once o
           where o.workspace_id = $1 and o.profile_id = id and o.journey_id = $3 and o.node = $4
             and o.key = decode($5, 'hex') and coalesce(o.until > $6, true)
         )
         and ($7 or id is distinct from (select e.profile_id from enrollments e where e.workspace_id = $1 and e.id = $8))`,
      [workspaceId, ids, journeyId, node, key, at, self, run],
    );
    return new Set(rows.map(({ id }) => places.get(id)!));
  }

  /** These came in: they have had it. */
  async keep(
    { workspaceId }: Scope,
    {
      sql,
      reaching,
      at,
      batchId,
      people,
    }: { sql: Sql; reaching: Reaching; at: Date; batchId: string; people: string[] },
  ): Promise<void> {
    if (people.length === 0) return;
    const { journeyId, node, key, withinSeconds } = reaching;
    await sql.query(
      `insert into recipient_once (workspace_id, profile_id, journey_id, node, key, batch_id, until)
       select $1, id, $3, $4, decode($5, 'hex'), $6, $7::timestamptz + make_interval(secs => $8)
       from unnest($2::uuid[]) id order by id on conflict do nothing`,
      [workspaceId, people, journeyId, node, key, batchId, at, withinSeconds],
    );
  }
}
