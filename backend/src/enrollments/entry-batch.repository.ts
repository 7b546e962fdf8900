import { Injectable } from '@nestjs/common';
import type { EntryBatch, JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { saysNoZoneSql, saysZoneSql } from '../profiles/index.js';
import type { ZonePeople } from '../profiles/index.js';
import { Parameters, settingsForMany } from '../rules/index.js';
import type { Occasion } from './candidate.js';
import { chosenPeopleSql } from './chosen-people.sql.js';
import type { ChosenPeople } from './chosen-people.sql.js';
import { isBuiltSql } from './segment-built.sql.js';

type InSegment = { segmentId: string; expected?: number; zones?: ZonePeople };
/**
 * Whom a batch finds out by itself. `expected`: about how many somebody said yes to; `zones`: only those of the segment
 * who live there.
 */
type FoundSource = InSegment | { everyone: true } | { chosen: ChosenPeople };
/** Whom a batch lets in. */
export type BatchSource = FoundSource | { profileIds: readonly string[] };
export type StoredSource = FoundSource | { people: number };

export type EntryBatchRow = {
  workspace_id: string;
  id: string;
  journey_id: string;
  node: string;
  source: StoredSource;
  cause: string;
  occasion: Occasion | null;
  name: string;
  data: JsonObject;
  at: Date;
  state: EntryBatch['state'];
  total: number;
  entered: number;
  held: number;
  refused: Record<string, number>;
  requested_by: string | null;
  error: string | null;
  attempts: number;
  created_at: Date;
  finished_at: Date | null;
  /** It came to an end with people on its list: they are taken off, and it is written down that they were kept out. */
  clearing: boolean;
};
export type NewEntryBatch = Pick<
  EntryBatchRow,
  'journey_id' | 'node' | 'cause' | 'name' | 'data' | 'at' | 'requested_by'
> & {
  source: BatchSource;
  /** Where the people of one cause come in several batches: which of them. */
  part?: string;
  /** Where people may come in for the same by other causes. */
  occasion?: Occasion;
};

const columns = `workspace_id, id, journey_id, node, source, cause, occasion, name, data, at, state, total, entered, held, refused,
  requested_by, error, attempts, created_at, finished_at, clearing`;
const open = `state in ('gathering', 'running')`;
/** Something is to be done: people come in, or those who were still to come are taken off the list. */
const busy = `(${open} or clearing)`;
/** What was seen of those whom the end of a batch, `b`, kept out. */
export const keptOutByBatch = `case b.state when 'failed' then '{"failed": true}'::jsonb else '{"midway": true}' end`;

/** Whether so many are not about as many as somebody said yes to. */
export function countChanged(count: number, expected: number): boolean {
  return Math.abs(count - expected) > expected / 10;
}

/** The batch, or its list, is not what it was when somebody last looked: look again. */
export class BatchChanged extends Error {}

@Injectable()
export class EntryBatchRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** The same for what asks a rule of everybody. Without scope: it only opens the transaction. */
  transactionForMany<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work, { settings: settingsForMany('') });
  }

  async find(scope: Scope, id: string): Promise<EntryBatchRow | null> {
    const [row] = await this.database.query<EntryBatchRow>(
      `select ${columns} from entry_batches where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  ofIds(scope: Scope, ids: readonly string[]): Promise<EntryBatchRow[]> {
    return this.database.query<EntryBatchRow>(
      `select ${columns} from entry_batches where workspace_id = $1 and id = any($2::uuid[])`,
      [scope.workspaceId, ids],
    );
  }

  /** The last of a journey, newest first. */
  ofJourney(scope: Scope, journeyId: string): Promise<EntryBatchRow[]> {
    return this.database.query<EntryBatchRow>(
      `select ${columns} from entry_batches
        where workspace_id = $1 and journey_id = $2
        order by created_at desc, id
        limit 50`,
      [scope.workspaceId, journeyId],
    );
  }

  async journeyExists(scope: Scope, journeyId: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      journeyId,
    ]);
    return rows.length > 0;
  }

  /** Null when the cause has a batch by this entry already. People who are named are written down at once. */
  async insert(scope: Scope, { sql, batch }: { sql: Sql; batch: NewEntryBatch }): Promise<EntryBatchRow | null> {
    const people = 'profileIds' in batch.source ? [...new Set(batch.source.profileIds)] : null;
    const [row] = await sql.query<EntryBatchRow>(
      `insert into entry_batches (
         workspace_id, journey_id, node, source, cause, name, data, at, requested_by, state, total, part,
           occasion
       )
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict (workspace_id, journey_id, node, cause, part) do nothing
       returning ${columns}`,
      [
        scope.workspaceId,
        batch.journey_id,
        batch.node,
        JSON.stringify(people ? { people: people.length } : batch.source),
        batch.cause,
        batch.name,
        JSON.stringify(batch.data),
        batch.at,
        batch.requested_by,
        people ? 'running' : 'gathering',
        people?.length ?? 0,
        batch.part ?? '',
        batch.occasion ? JSON.stringify(batch.occasion) : null,
      ],
    );
    if (row && people)
      await sql.query(
        `insert into entry_batch_people (workspace_id, batch_id, profile_id)
          select $1, $2, p from unnest($3::uuid[]) p on conflict do nothing`,
        [scope.workspaceId, row.id, people],
      );
    return row ?? null;
  }

  async byCause(
    scope: Scope,
    { sql, journeyId, node, cause, part }: { sql: Sql; journeyId: string; node: string; cause: string; part: string },
  ): Promise<EntryBatchRow | null> {
    const [row] = await sql.query<EntryBatchRow>(
      `select ${columns} from entry_batches
        where workspace_id = $1 and journey_id = $2 and node = $3 and cause = $4 and part = $5`,
      [scope.workspaceId, journeyId, node, cause, part],
    );
    return row ?? null;
  }

  /**
   * Begins one anew that has ended; whoever came in by it does not come in again. Who is still on its list is taken off
   * before.
   */
  async restart(
    scope: Scope,
    { sql, id, batch }: { sql: Sql; id: string; batch: Pick<NewEntryBatch, 'data' | 'at' | 'requested_by'> },
  ): Promise<void> {
    await sql.query(
      `update entry_batches
        set state = 'gathering', total = 0, entered = 0, held = 0, refused = '{}', error = null, attempts = 0,
          created_at = now(), finished_at = null, not_before = now(), data = $3, at = $4, requested_by = $5
        where workspace_id = $1 and id = $2 and not ${open}`,
      [scope.workspaceId, id, JSON.stringify(batch.data), batch.at, batch.requested_by],
    );
  }

  /** Stops those that are under way; who was still to come is seen to by whoever works on them next. Their ids. */
  async stop(scope: Scope, { sql, id, journeyId }: { sql: Sql; id?: string; journeyId?: string }): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `update entry_batches set state = 'stopped', finished_at = now(), clearing = true, not_before = now()
        where workspace_id = $1 and (id = $2 or journey_id = $3) and ${open}
        returning id`,
      [scope.workspaceId, id ?? null, journeyId ?? null],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Takes some people off the list of a batch that has come to an end, and writes down for each that this kept them out.
   */
  async clear(scope: Scope, { id, limit }: { id: string; limit: number }): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.lock(scope, { sql, id }))?.clearing) return;
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
             ${keptOutByBatch}
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

  /**
   * Takes a batch with something to do, so that others leave it alone for a while. Null when there is none. Without
   * scope: workers serve all workspaces.
   */
  async claim(leaseSeconds: number): Promise<(EntryBatchRow & { per_minute: number | null }) | null> {
    const [row] = await this.database.query<EntryBatchRow & { per_minute: number | null }>(
      `with due as materialized (
         select workspace_id, id from entry_batches
         where ${busy} and not_before <= now()
         order by not_before limit 1 for update skip locked
       )
       update entry_batches b set not_before = now() + make_interval(secs => $1)
       from due
       where b.workspace_id = due.workspace_id and b.id = due.id
       returning ${columns.replace(/\w+/g, (column) => `b.${column}`)},
         (
           select (c.limits ->> 'perMinute')::float8 from journey_control c
           where c.workspace_id = b.workspace_id and c.journey_id = b.journey_id
         ) as per_minute`,
      [leaseSeconds],
    );
    return row ?? null;
  }

  /**
   * Writes down who is in the source now: they are the batch's people from then on. When they are not about as many as
   * somebody said yes to, nobody comes in.
   */
  async gather(scope: Scope, { sql, batch }: { sql: Sql; batch: EntryBatchRow }): Promise<void> {
    const now = await this.lock(scope, { sql, id: batch.id });
    // The list of the time before is cleared first.
    if (now?.state !== 'gathering' || now.clearing) return;
    const { source } = batch;
    if ('segmentId' in source && !(await this.isBuilt(scope, { sql, batch, segmentId: source.segmentId }))) return;
    const parameters = new Parameters([batch.id]);
    const [row] = await sql.query<{ count: number }>(
      `with gathered as (
         insert into entry_batch_people (workspace_id, batch_id, profile_id)
         select ${parameters.share('workspace', scope.workspaceId, 'uuid')}, $1::uuid, found.id
         from (${foundSql({ batch, parameters })}) found
         on conflict do nothing returning 1
       ) select count(*)::int as count from gathered`,
      parameters.values,
      { assembled: true },
    );
    const count = row?.count ?? 0;
    const expected = expectedOf(source);
    if (expected !== undefined && countChanged(count, expected)) {
      const error = `${'segmentId' in source ? 'The segment had' : 'The event was for'} ${count} people when the batch began, and ${expected} were expected. Nobody entered. Confirm the new count and try again.`;
      return this.fail(scope, { sql, id: batch.id, error, total: count });
    }
    await sql.query(
      `update entry_batches set state = 'running', total = $3, not_before = now() where workspace_id = $1 and id = $2`,
      [scope.workspaceId, batch.id, count],
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
      `select ${isBuiltSql} as built, s.rule is null as manual, exists (
         select from segment_builds b
         where b.workspace_id = s.workspace_id and b.segment_id = s.id and b.state in ('waiting', 'building', 'telling')
       ) as building
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
        ? 'Not everybody could be copied into the segment, so nobody entered. Archive it and restore it to go on copying, then try again.'
        : 'The segment could not be built, so nobody is in it and nobody entered. Build it again, then try again.';
      await this.fail(scope, { sql, id: batch.id, error, total: 0 });
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
   * Takes people off the list and counts what became of them, in the transaction that lets them in. Throws
   * `BatchChanged`, and nobody comes in, when the batch was stopped or somebody else took them.
   */
  async settle(
    scope: Scope,
    {
      sql,
      id,
      profileIds,
      entered,
      held,
      refused,
    }: { sql: Sql; id: string; profileIds: string[]; entered: number; held: number; refused: Record<string, number> },
  ): Promise<void> {
    if ((await this.lock(scope, { sql, id }))?.state !== 'running') throw new BatchChanged();
    const taken = await sql.query(
      `delete from entry_batch_people
        where workspace_id = $1 and batch_id = $2 and profile_id = any($3::uuid[])
        returning 1`,
      [scope.workspaceId, id, profileIds],
    );
    if (taken.length !== profileIds.length) throw new BatchChanged();
    await sql.query(
      `update entry_batches b
        set entered = b.entered + $3, held = b.held + $4, attempts = 0, not_before = now(),
          refused = b.refused || coalesce(
            (
              select jsonb_object_agg(r.key, r.value::int + coalesce((b.refused ->> r.key)::int, 0))
              from jsonb_each_text($5::jsonb) r
            ),
            '{}'
          )
        where b.workspace_id = $1 and b.id = $2`,
      [scope.workspaceId, id, entered, held, JSON.stringify(refused)],
    );
  }

  /**
   * Takes places of a journey that lets in so many a minute. Throws `BatchChanged` when the next are free only later.
   */
  async pace(
    scope: Scope,
    { sql, journeyId, seconds }: { sql: Sql; journeyId: string; seconds: number },
  ): Promise<void> {
    const rows = await sql.query(
      `insert into entry_paces as p (workspace_id, journey_id, taken_until)
        values ($1, $2, clock_timestamp() + make_interval(secs => $3))
        on conflict (workspace_id, journey_id)
        do update set taken_until = greatest(p.taken_until, clock_timestamp()) + make_interval(secs => $3)
        where p.taken_until <= clock_timestamp()
        returning 1`,
      [scope.workspaceId, journeyId, seconds],
    );
    if (rows.length === 0) throw new BatchChanged();
  }

  /** Until when the places of the journey are given away; null when they are not. */
  async takenUntil(scope: Scope, journeyId: string): Promise<Date | null> {
    const [row] = await this.database.query<{ taken_until: Date }>(
      `select taken_until from entry_paces
        where workspace_id = $1 and journey_id = $2 and taken_until > clock_timestamp()`,
      [scope.workspaceId, journeyId],
    );
    return row?.taken_until ?? null;
  }

  /** Leaves a batch to whoever comes next, at once or later; `error`: what went wrong, in words. */
  async release(
    scope: Scope,
    { id, at, error = null }: { id: string; at: Date; error?: string | null },
  ): Promise<void> {
    await this.database.query(
      `update entry_batches
        set not_before = $3, error = $4, attempts = attempts + case when $4::text is null then 0 else 1 end
        where workspace_id = $1 and id = $2 and ${open}`,
      [scope.workspaceId, id, at, error],
    );
  }

  /** Gives a batch up; who was still to come is seen to by whoever works on it next. `total`: how many it would have been. */
  async fail(
    scope: Scope,
    { sql = this.database, id, error, total }: { sql?: Sql; id: string; error: string; total?: number },
  ): Promise<void> {
    await sql.query(
      `update entry_batches
        set state = 'failed', error = $3, total = coalesce($4, total), attempts = attempts + 1, finished_at = now(),
          clearing = true, not_before = now()
        where workspace_id = $1 and id = $2 and ${open}`,
      [scope.workspaceId, id, error, total ?? null],
    );
  }

  /** In how many ms a batch can go on; null: none is left. Without scope: workers serve all workspaces. */
  async nextIn(): Promise<number | null> {
    const [row] = await this.database.query<{ ms: number | null }>(
      `select (extract(epoch from min(not_before) - clock_timestamp()) * 1000)::float8 as ms
        from entry_batches where ${busy}`,
    );
    return row?.ms ?? null;
  }

  /** Ends a batch whose list is empty. Those who were erased or merged meanwhile are counted in the total only. */
  async finish(scope: Scope, id: string): Promise<void> {
    await this.database.query(
      `update entry_batches b set state = 'done', finished_at = now(), error = null
        where b.workspace_id = $1 and b.id = $2 and b.state = 'running'
          and not exists (
            select 1 from entry_batch_people p where p.workspace_id = b.workspace_id and p.batch_id = b.id
          )`,
      [scope.workspaceId, id],
    );
  }

  private async lock(
    scope: Scope,
    { sql, id }: { sql: Sql; id: string },
  ): Promise<Pick<EntryBatchRow, 'state' | 'clearing'> | null> {
    const [row] = await sql.query<Pick<EntryBatchRow, 'state' | 'clearing'>>(
      'select state, clearing from entry_batches where workspace_id = $1 and id = $2 for no key update',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}

type FoundSqlOptions = {
  batch: Pick<EntryBatchRow, 'workspace_id' | 'source' | 'at' | 'cause'>;
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
      where m.workspace_id = ${workspace} and m.segment_id = ${segment}`;
  const of = (which: string): string =>
    `select m.profile_id as id from profiles p
      join segment_members m on m.workspace_id = p.workspace_id and m.profile_id = p.id
      where p.workspace_id = ${workspace} and m.segment_id = ${segment} and ${which}`;
  const said = of(saysZoneSql(parameters.add(zones.said, 'text[]')));
  return zones.unsaid ? `${said} union all ${of(saysNoZoneSql)}` : said;
}

function expectedOf(source: StoredSource): number | undefined {
  if ('chosen' in source) return source.chosen.expected;
  return 'segmentId' in source ? source.expected : undefined;
}
