import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { saysNoZoneSql, saysZoneSql } from '../profiles/index.js';
import { Parameters } from '../rules/index.js';
import { chosenPeopleSql } from './chosen-people.sql.js';
import { countChanged } from './entry-batch.js';
import type { EntryBatchRow, InSegment, Reaching, StoredSource } from './entry-batch.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { keptOutByBatchSql } from './entry-batch.sql.js';
import { RecipientsRepository } from './recipients.repository.js';
import { isBuildingSql, isBuiltSql } from './segment-built.sql.js';

/** Whom batches are for: the people of their sources, and the list of those who are still to come in. */
@Injectable()
export class BatchPeopleRepository {
  constructor(
    private readonly database: Database,
    private readonly batches: EntryBatchRepository,
    private readonly recipients: RecipientsRepository,
  ) {}

  /**
   * Writes down who is in the source now: they are the batch's people from then on. When they are not about as many as
   * somebody said yes to, nobody comes in.
   */
  async gather(scope: Scope, { sql, batch }: { sql: Sql; batch: EntryBatchRow }): Promise<void> {
    const now = await this.batches.lock(scope, { sql, id: batch.id });
    // The list of the time before is cleared first.
    if (now?.state !== 'gathering' || now.clearing) return;
    const { source } = batch;
    if ('recipients' in source) return this.gatherRecipients(scope, { sql, batch, reaching: source.recipients });
    if ('segmentId' in source && !(await this.isBuilt(scope, { sql, batch, segmentId: source.segmentId }))) return;
    const parameters = new Parameters([batch.id]);
    const [row] = await sql.query<{ count: number }>(
      `with gathered as (
         insert into entry_batch_people (workspace_id, batch_id, profile_id)
         select ${parameters.share('workspace', scope.workspaceId, 'uuid')}, $1::uuid, found.id
         from (${foundSql({ batch: { ...batch, source }, parameters })}) found
         on conflict do nothing returning 1
       ) select count(*)::int as count from gathered`,
      parameters.values,
      { assembled: true },
    );
    const count = row?.count ?? 0;
    const expected = expectedOf(source);
    if (expected !== undefined && countChanged(count, expected)) {
      const error = `${'segmentId' in source ? 'The segment had' : 'The event was for'} ${count} people when the batch began, and ${expected} were expected. Nobody entered. Confirm the new count and try again.`;
      return this.batches.fail(scope, { sql, id: batch.id, error, total: count });
    }
    await sql.query(
      `update entry_batches set state = 'running', total = $3, not_before = now() where workspace_id = $1 and id = $2`,
      [scope.workspaceId, batch.id, count],
    );
  }

  private async gatherRecipients(
    scope: Scope,
    { sql, batch, reaching }: { sql: Sql; batch: EntryBatchRow; reaching: Reaching },
  ): Promise<void> {
    const { segmentId } = this.recipients.foundBy(scope, reaching, new Parameters([]));
    if (segmentId !== null && !(await this.isBuilt(scope, { sql, batch, segmentId }))) return;
    const { count, counts } = await this.recipients.gather(scope, { sql, reaching, at: batch.at, batchId: batch.id });
    await sql.query(
      `update entry_batches
        set state = 'running', total = $3, not_before = now(),
          source = jsonb_set(source, '{recipients,counts}', $4::jsonb) #- '{recipients,who,ids}'
        where workspace_id = $1 and id = $2`,
      [scope.workspaceId, batch.id, count, JSON.stringify(counts)],
    );
  }

  /** Whether anybody is in the source now, or it is not known yet who is. */
  async hasPeople(scope: Scope, source: InSegment): Promise<boolean> {
    const parameters = new Parameters([]);
    const people = foundSql({
      batch: { workspace_id: scope.workspaceId, source, at: new Date(), cause: '' },
      parameters,
    });
    const rows = await this.database.query(
      `(select 1 from (${people}) found limit 1) union all select 1 from segments s
        where s.workspace_id = ${parameters.share('workspace', scope.workspaceId, 'uuid')}
          and s.id = ${parameters.add(source.segmentId, 'uuid')} and not (${isBuiltSql})`,
      parameters.values,
      { assembled: true },
    );
    return rows.length > 0;
  }

  /** What the segment is called; null when there is none. */
  async segmentName(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<string | null> {
    const [row] = await sql.query<{ name: string }>('select name from segments where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
    return row?.name ?? null;
  }

  /**
   * Whether it is known who is in a segment. Before its first build or its copy is done the batch waits for it; when that
   * came to nothing, the batch fails.
   */
  private async isBuilt(
    scope: Scope,
    { sql, batch, segmentId }: { sql: Sql; batch: EntryBatchRow; segmentId: string },
  ): Promise<boolean> {
    const [segment] = await sql.query<{ built: boolean; building: boolean; manual: boolean }>(
      `select ${isBuiltSql} as built, s.rule is null as manual, ${isBuildingSql} as building
       from segments s where s.workspace_id = $1 and s.id = $2`,
      [scope.workspaceId, segmentId],
    );
    if (!segment || segment.built) return true;
    if (segment.building)
      await sql.query(
        `update entry_batches set not_before = now() + interval '2 seconds' where workspace_id = $1 and id = $2`,
        [scope.workspaceId, batch.id],
      );
    else {
      const error = segment.manual
        ? 'Not everybody could be copied into the segment, so nobody entered. Try copying again on the segment’s page, then start again.'
        : 'The segment could not be built, so nobody is in it and nobody entered. Build it again on its page, then start again.';
      await this.batches.fail(scope, { sql, id: batch.id, error, total: 0 });
    }
    return false;
  }

  /** The next people of the list, in the order of their ids. */
  async next(scope: Scope, { id, limit }: { id: string; limit: number }): Promise<string[]> {
    const rows = await this.database.query<{ profile_id: string }>(
      `select profile_id from entry_batch_people
        where workspace_id = $1 and batch_id = $2
        order by profile_id
        limit $3`,
      [scope.workspaceId, id, limit],
    );
    return rows.map((row) => row.profile_id);
  }

  /**
   * Takes some people off the list of a batch that has come to an end, and writes down for each that this kept them out.
   */
  async clear(scope: Scope, { id, limit }: { id: string; limit: number }): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.batches.lock(scope, { sql, id }))?.clearing) return;
      const gone = await sql.query(
        `with gone as (
           delete from entry_batch_people where workspace_id = $1 and batch_id = $2 and profile_id in (
             select profile_id from entry_batch_people where workspace_id = $1 and batch_id = $2
             order by profile_id limit $3
           )
           returning batch_id, profile_id
         ), written as (
           insert into entry_refusals (workspace_id, journey_id, profile_id, reason, day, node, count, last_at, seen)
           select $1, b.journey_id, g.profile_id, 'stopped', (coalesce(b.finished_at, now()) at time zone 'UTC')::date,
             b.node, 1, coalesce(b.finished_at, now()),
             ${keptOutByBatchSql}
           from gone g
           join entry_batches b on b.workspace_id = $1 and b.id = g.batch_id
           order by g.profile_id
           on conflict (workspace_id, journey_id, profile_id, reason, day)
           do update set count = entry_refusals.count + 1, node = excluded.node,
             last_at = greatest(entry_refusals.last_at, excluded.last_at), seen = excluded.seen
         )
         select 1 from gone`,
        [scope.workspaceId, id, limit],
      );
      await sql.query(
        `update entry_batches set clearing = $3, not_before = now() where workspace_id = $1 and id = $2`,
        [scope.workspaceId, id, gone.length === limit],
      );
    });
  }
}

type FoundSqlOptions = {
  batch: Pick<EntryBatchRow, 'workspace_id' | 'at' | 'cause'> &
    Partial<Pick<EntryBatchRow, 'journey_id' | 'node'>> & {
      source: Exclude<StoredSource, { recipients: Reaching }>;
    };
  parameters: Parameters;
};

/** The people of a source, as `id`. */
function foundSql({ batch, parameters }: FoundSqlOptions): string {
  const { workspace_id: workspaceId, source, at, cause: draw } = batch;
  if ('chosen' in source)
    return chosenPeopleSql({ workspaceId, chosen: source.chosen, at: at.getTime(), draw, parameters });
  const workspace = parameters.share('workspace', workspaceId, 'uuid');
  if (!('segmentId' in source))
    return `select p.id from profiles p where p.workspace_id = ${workspace} and p.merged_into is null and not p.test`;
  const segment = parameters.share('segment', source.segmentId, 'uuid');
  const { zones } = source;
  if (!zones)
    return `select m.profile_id as id from segment_members m
      where m.workspace_id = ${workspace} and m.segment_id = ${segment}${source.onlyNew ? notCameSql({ batch, parameters }) : ''}`;
  const of = (which: string): string =>
    `select m.profile_id as id from profiles p
      join segment_members m on m.workspace_id = p.workspace_id and m.profile_id = p.id
      where p.workspace_id = ${workspace} and m.segment_id = ${segment} and ${which}`;
  const said = of(saysZoneSql(parameters.add(zones.said, 'text[]')));
  return zones.unsaid ? `${said} union all ${of(saysNoZoneSql)}` : said;
}

/** Not who came in by this entry since they are in the segment `m`: they had their run, whatever has let them in. */
function notCameSql({ batch: { journey_id: journeyId, node }, parameters }: FoundSqlOptions): string {
  if (journeyId === undefined || node === undefined) return '';
  return ` and not exists (
    select 1
    from enrollments e
    where e.workspace_id = m.workspace_id
      and e.journey_id = ${parameters.add(journeyId, 'uuid')}
      and e.profile_id = m.profile_id
      and e.entry_node = ${parameters.add(node, 'text')}
      and e.origin <> 'test'
      and e.entered_at >= m.since - interval '10 minutes'
  )`;
}

function expectedOf(source: StoredSource): number | undefined {
  if ('chosen' in source) return source.chosen.expected;
  return 'segmentId' in source ? source.expected : undefined;
}
