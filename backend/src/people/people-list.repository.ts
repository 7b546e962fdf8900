import { Injectable } from '@nestjs/common';
import type { Rule, profileSorts } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, inNameIndex, nameSearchOf, pageOf, standsInName } from '../profiles/index.js';
import type { Bind, Cursor, NameSearch, ProfileRow } from '../profiles/index.js';
import { Parameters, peopleSql, settingsForMany } from '../rules/index.js';

export type Sort = (typeof profileSorts)[number];

/** Which people; all that is given must hold. */
export type PeopleFilter = {
  search?: string | undefined;
  email?: string | undefined;
  externalId?: string | undefined;
  /** These people and no others. */
  ids?: string[] | undefined;
  segment?: string | undefined;
  rule?: Rule | undefined;
};

type ListOptions = PeopleFilter & { cursor?: string | undefined; limit: number; sort: Sort };

/** So many people are looked at in the order of the list before an index is asked who has the words. */
const nearest = 5_000;
/** An export asks about everybody, and nobody waits at a screen: it may take longer than other questions. */
export const exportLongestMs = 600_000;
/** The place of the last row of those who were gathered: nobody’s. */
const lastPlace = 2_147_483_647;
/** So many are counted. */
export const mostCounted = 10_000;

/**
 * The time by which a list is in order, as an index has it. Who was never seen counts as seen at the beginning of time.
 * Indexes have the day of it only (`last_seen_day`): the time changes with every event. `list`: what cursors of it say.
 */
const orders: Record<Sort, { list?: string; time: string; by: string; after: (at: string, id: string) => string }> = {
  newest: {
    time: 'p.created_at',
    by: 'p.created_at desc, p.id',
    after: (at, id) => `(p.created_at < ${at} or (p.created_at = ${at} and p.id > ${id}))`,
  },
  seen: {
    list: 'seen',
    time: "coalesce(p.last_seen_at, timestamptz '1970-01-01 00:00:00Z')",
    by: "p.last_seen_day desc, coalesce(p.last_seen_at, timestamptz '1970-01-01 00:00:00Z') desc, p.id",
    after: (at, id) => `p.last_seen_day <= (${at} at time zone 'UTC')::date
      and (coalesce(p.last_seen_at, timestamptz '1970-01-01 00:00:00Z') < ${at}
        or (coalesce(p.last_seen_at, timestamptz '1970-01-01 00:00:00Z') = ${at} and p.id > ${id}))`,
  },
};

const columns = 'p.id, p.external_id, p.traits, p.demo, p.created_at, p.last_seen_at';
/** People whom lists have: nobody who was merged away, or made up for a test. */
const listed = 'p.workspace_id = $1 and p.merged_into is null and not p.test';

type CursorRow = ProfileRow & { cursor: string };

/** Lists of people. Plans are made for what is asked: a word that half of all have is another question than a name. */
@Injectable()
export class PeopleListRepository {
  constructor(private readonly database: Database) {}

  async page(
    scope: Scope,
    { cursor, limit, sort, ...filter }: ListOptions,
  ): Promise<{ rows: ProfileRow[]; next: string | null }> {
    const after = decodeCursor(cursor, orders[sort].list);
    const search = nameSearchOf(filter.search ?? '');
    const everywhere = everywhereOf(scope, { filter, after, limit, sort });
    return this.planned(everywhere.conditions, async (sql) => {
      // Words that many have are found at once among the first people; those that few have, by the index.
      if (search && isSearchOnly(filter)) {
        const { rows, all } = await near(scope, { sql, search, after, limit, sort });
        if (all || rows.length > limit) return pageOf(rows, limit, orders[sort].list);
      }
      const rows = await sql.query<CursorRow>(everywhere.text, everywhere.values, { assembled: true });
      return pageOf(rows, limit, orders[sort].list);
    });
  }

  /**
   * Notes in `export_people` all whom a filter finds now, numbered, and a last row. One question, however many there are:
   * what a rule asks of events is added up once.
   */
  async gather(scope: Scope, { exportId, ...filter }: PeopleFilter & { exportId: string }): Promise<void> {
    const { values, bind } = binder(scope);
    const id = bind(exportId);
    const conditions = conditionsOf(scope, { filter, values, bind });
    await this.planned(
      conditions,
      async (sql) => {
        await sql.query(
          `insert into export_people (workspace_id, export_id, place, profile_id)
           select $1, ${id}::uuid, row_number() over (order by p.id), p.id
           from profiles p
           where ${[listed, ...conditions].join('\n       and ')}`,
          values,
          { assembled: true },
        );
        await sql.query('insert into export_people (workspace_id, export_id, place) values ($1, $2, $3)', [
          scope.workspaceId,
          exportId,
          lastPlace,
        ]);
      },
      exportLongestMs,
    );
  }

  /**
   * The next of them in the order of their places, as they are now; whoever is gone meanwhile is left out. `last`: the
   * place after which it goes on, null when there are no more. Throws when they are not whole any more: after a crash of
   * the database, or when they are so old that they are cleaned up soon (`upkeep/tables.ts`).
   */
  async gathered(
    scope: Scope,
    { exportId, after, limit }: { exportId: string; after: number; limit: number },
  ): Promise<{ rows: ProfileRow[]; last: number | null }> {
    const found = await this.database.query<ProfileRow & { place: number; id: string | null }>(
      `select e.place, p.*
       from (
         select place, profile_id from export_people
         where workspace_id = $1 and export_id = $2 and place > $3 and created_at > now() - interval '23 hours'
         order by place limit $4
       ) e
       left join lateral (
         select ${columns} from profiles p where ${listed} and p.id = e.profile_id offset 0
       ) p on true
       order by e.place`,
      [scope.workspaceId, exportId, after, limit],
    );
    const last = found.at(-1);
    if (!last) throw new Error('Whom an export is of went before it had ended, so that its file is not whole.');
    return {
      rows: found.flatMap(({ place: _, ...row }) => (row.id === null ? [] : [row])),
      last: last.place === lastPlace ? null : last.place,
    };
  }

  /** How many there are, `mostCounted` and one at most. */
  async count(scope: Scope, filter: PeopleFilter): Promise<number> {
    const { values, bind } = binder(scope);
    const conditions = conditionsOf(scope, { filter, values, bind });
    return this.planned(conditions, async (sql) => {
      const [row] = await sql.query<{ count: number }>(
        `select count(*)::int4 as count
         from (
           select 1 from profiles p where ${[listed, ...conditions].join(' and ')} limit ${mostCounted + 1}
         ) counted`,
        values,
        { assembled: true },
      );
      return row!.count;
    });
  }

  /** Whether there is such a segment; an archived one still has its members. */
  async hasSegment(scope: Scope, id: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from segments where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
    return rows.length > 0;
  }

  private planned<Result>(
    conditions: string[],
    work: (sql: Sql) => Promise<Result>,
    longestMs?: number,
  ): Promise<Result> {
    const settings = settingsForMany(conditions.join(' '));
    return this.database.transaction(work, { settings, ...(longestMs !== undefined && { longestMs }) });
  }
}

/** An id is found by its own index and needs no order; rules and segments are dear to ask of people one by one. */
function isSearchOnly({ email, externalId, ids, segment, rule }: PeopleFilter): boolean {
  return [email, externalId, ids, segment, rule].every((each) => each === undefined);
}

type Looking = { sql: Sql; after: Cursor | null; limit: number; sort: Sort };

/** Looks at the next people in the order of the list. `all`: there are no others. */
async function near(
  scope: Scope,
  { sql, search, after, limit, sort }: Looking & { search: NameSearch },
): Promise<{ rows: CursorRow[]; all: boolean }> {
  const { values, bind } = binder(scope);
  const order = orders[sort];
  const rows = await sql.query<CursorRow & { looked: number; id: string | null }>(
    `with near as materialized (
       select p.id, p.external_id, p.traits, p.demo, p.created_at, p.last_seen_at, p.last_seen_day, p.search
       from profiles p
       where ${[listed, ...afterOf({ after, sort, bind })].join(' and ')}
       order by ${order.by}
       limit ${nearest}
     )
     select looked.looked, found.*
     from (select count(*)::int4 as looked from near) looked
     left join lateral (
       select ${columns}, ${cursorTime(order.time)} as cursor
       from near p
       where ${standsInName(search, bind)}
       order by ${order.by}
       limit ${bind(limit + 1)}
     ) found on true`,
    values,
    { assembled: true },
  );
  return { rows: rows.filter(({ id }) => id !== null), all: (rows[0]?.looked ?? 0) < nearest };
}

/** The statement of a page of whomever a filter finds. */
function everywhereOf(
  scope: Scope,
  { filter, after, limit, sort }: Omit<Looking, 'sql'> & { filter: PeopleFilter },
): { text: string; values: unknown[]; conditions: string[] } {
  const { values, bind } = binder(scope);
  const order = orders[sort];
  const conditions = [...conditionsOf(scope, { filter, values, bind }), ...afterOf({ after, sort, bind })];
  const text = `select ${columns}, ${cursorTime(order.time)} as cursor
     from profiles p
     where ${[listed, ...conditions].join('\n       and ')}
     order by ${order.by}
     limit ${bind(limit + 1)}`;
  return { text, values, conditions };
}

function afterOf({ after, sort, bind }: { after: Cursor | null; sort: Sort; bind: Bind }): string[] {
  return after ? [orders[sort].after(`${bind(after.at)}::timestamptz`, `${bind(after.id)}::uuid`)] : [];
}

type ConditionsOptions = { filter: PeopleFilter; values: unknown[]; bind: Bind };

function conditionsOf({ workspaceId }: Scope, { filter, values, bind }: ConditionsOptions): string[] {
  const search = nameSearchOf(filter.search ?? '');
  const parts: string[] = [];
  if (filter.ids !== undefined) parts.push(`p.id = any(${bind(filter.ids)}::uuid[])`);
  if (filter.email !== undefined) parts.push(`p.email_key = lower(${bind(filter.email)}::text)`);
  if (filter.externalId !== undefined) {
    const value = bind(filter.externalId);
    parts.push(
      `p.id = (select i.profile_id from identities i where i.workspace_id = $1 and i.kind = 'user' and i.value = ${value}::text)`,
    );
  }
  if (filter.segment !== undefined)
    parts.push(
      `exists (
         select 1
         from segment_members m
         where m.workspace_id = $1 and m.segment_id = ${bind(filter.segment)}::uuid and m.profile_id = p.id
       )`,
    );
  if (filter.rule !== undefined) {
    const parameters = new Parameters(values);
    parts.push(peopleSql({ rule: filter.rule, at: Date.now(), profile: 'p', parameters, workspaceId }));
  }
  if (search) parts.push(inNameIndex(search, bind), standsInName(search, bind));
  return parts;
}

function binder(scope: Scope): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [scope.workspaceId];
  return { values, bind: (value) => `$${values.push(value)}` };
}
