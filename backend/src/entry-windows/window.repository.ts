import { Injectable } from '@nestjs/common';
import type { Entry, Reentry } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { EntryWindow, NextWindow, WindowEvent, WindowStep } from './window.js';

const columns =
  'w.id, w.journey_id, w.node, w.opening, w.profile_id, w.key, w.event_id, w.received_at, w.happened_at, w.position::text as position, w.due_at';

export type ClaimedWindow = { workspace_id: string; id: string; profile_id: string };
export type NewWindow = Pick<WindowStep, 'journey_id' | 'node' | 'opening'> & {
  key: string;
  event: WindowEvent;
  dueAt: Date;
};
type EventPlace = { id: string; receivedAt: Date };

/** Windows, and the events that they are about. */
@Injectable()
export class WindowRepository {
  constructor(private readonly database: Database) {}

  /** Entries of open journeys that open windows, as they are published now. */
  async steps({ workspaceId }: Scope, sql: Sql = this.database): Promise<WindowStep[]> {
    const rows = await sql.query<Omit<WindowStep, 'entry'> & { entries: Entry[]; reentry: Reentry }>(
      `select s.journey_id, s.node, s.opening, v.id as version_id, v.entries, v.reentry
       from entry_window_steps s
       join journeys j on j.workspace_id = s.workspace_id and j.id = s.journey_id
       join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
         and v.number = j.published_version
       where s.workspace_id = $1 and s.open`,
      [workspaceId],
    );
    return rows.flatMap(({ entries, ...step }) =>
      entries.filter(({ node }) => node === step.node).map((entry) => ({ ...step, entry })),
    );
  }

  async events(
    { workspaceId }: Scope,
    { sql = this.database, places }: { sql?: Sql; places: readonly EventPlace[] },
  ): Promise<Map<string, WindowEvent>> {
    if (places.length === 0) return new Map();
    const rows = await sql.query<WindowEvent>(
      `select e.id, e.profile_id, e.name, e.time, e.received_at, e.position::text as position, e.properties
       from unnest($2::uuid[], $3::timestamptz[]) as p(id, received_at)
       join events e on e.workspace_id = $1 and e.id = p.id and e.received_at = p.received_at`,
      [workspaceId, places.map(({ id }) => id), places.map(({ receivedAt }) => receivedAt)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Who people are now, by the ids that they had: those who were erased are left out. None of them is merged away before
   * the transaction ends.
   */
  async hold(
    { workspaceId }: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<Map<string, string>> {
    const into = new Map<string, string | null>();
    for (let asked = [...new Set(profileIds)].sort(); asked.length > 0;) {
      const rows = await sql.query<{ id: string; merged_into: string | null }>(
        `select id, merged_into from profiles
         where workspace_id = $1 and id = any($2::uuid[]) and not test order by id for key share`,
        [workspaceId, asked],
      );
      for (const { id, merged_into } of rows) into.set(id, merged_into);
      asked = rows.flatMap(({ merged_into: id }) => (id === null || into.has(id) ? [] : [id])).sort();
    }
    const now = (id: string): string | null => {
      const next = into.get(id);
      return next === undefined ? null : next === null ? id : now(next);
    };
    return new Map(profileIds.flatMap((id) => (now(id) === null ? [] : [[id, now(id)!]])));
  }

  /** Opens windows, where their entry is still open as it was; one that closes meanwhile finds them. */
  async open(
    { workspaceId }: Scope,
    { sql, windows }: { sql: Sql; windows: readonly (NewWindow & { profileId: string })[] },
  ): Promise<void> {
    if (windows.length === 0) return;
    await sql.query(
      `insert into entry_windows (
         workspace_id, journey_id, node, opening, profile_id, key, event_id, received_at, happened_at, position, due_at
       )
       select $1, r.*
       from unnest(
         $2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::text[], $7::uuid[], $8::timestamptz[], $9::timestamptz[],
           $10::bigint[], $11::timestamptz[]
       ) as r(journey_id, node, opening, profile_id, key, event_id, received_at, happened_at, position, due_at)
       join (
         select journey_id, node, opening from entry_window_steps where workspace_id = $1 and open
         order by journey_id, node for key share
       ) s on s.journey_id = r.journey_id and s.node = r.node and s.opening = r.opening`,
      [
        workspaceId,
        windows.map((each) => each.journey_id),
        windows.map((each) => each.node),
        windows.map((each) => each.opening),
        windows.map((each) => each.profileId),
        windows.map((each) => each.key),
        windows.map((each) => each.event.id),
        windows.map((each) => each.event.received_at),
        windows.map((each) => each.event.time),
        windows.map((each) => each.event.position),
        windows.map((each) => each.dueAt),
      ],
    );
  }

  /**
   * Which of these keys of people have a window. It does not end before the transaction does; one that ends at this
   * moment is waited for, so that what is left out here is seen by who decides.
   */
  async openKeys(
    { workspaceId }: Scope,
    { sql, windows }: { sql: Sql; windows: readonly (NewWindow & { profileId: string })[] },
  ): Promise<Set<string>> {
    if (windows.length === 0) return new Set();
    const rows = await sql.query<{ journey_id: string; node: string; profile_id: string; key: string }>(
      `select w.journey_id, w.node, w.profile_id, w.key
       from entry_windows w
       where w.workspace_id = $1 and w.id in (
         select o.id
         from unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::text[]) as r(journey_id, node, opening, profile_id, key)
         join entry_windows o on o.workspace_id = $1 and o.profile_id = r.profile_id and o.journey_id = r.journey_id
           and o.node = r.node and o.key = r.key and o.opening = r.opening
       )
       order by w.id for update of w`,
      [
        workspaceId,
        windows.map((each) => each.journey_id),
        windows.map((each) => each.node),
        windows.map((each) => each.opening),
        windows.map((each) => each.profileId),
        windows.map((each) => each.key),
      ],
    );
    return new Set(rows.map((row) => placeOf({ ...row, profileId: row.profile_id })));
  }

  /**
   * Some that are due, those that are due longest first, for whoever asks alone for a minute. Not of people who did
   * something that was not heard yet: it may belong to the window. Without scope: of all workspaces.
   */
  async claim(at: Date, limit: number): Promise<ClaimedWindow[]> {
    return this.database.query(
      `update entry_windows w set claimed_until = now() + interval '1 minute'
       from (
         select workspace_id, id from entry_windows
         where due_at <= $1 and (claimed_until is null or claimed_until < now())
           and not ${unheard('entry_windows')}
         order by due_at limit $2 for update skip locked
       ) c
       where w.workspace_id = c.workspace_id and w.id = c.id
       returning w.workspace_id, w.id, w.profile_id`,
      [at, limit],
    );
  }

  /**
   * These windows, and those that share a key with them. With `sql` nobody else decides about them, nor opens another one
   * of such a key, before the transaction ends.
   */
  async groupsOf({ workspaceId }: Scope, { sql, ids }: { sql?: Sql; ids: readonly string[] }): Promise<EntryWindow[]> {
    // Locked in this order, whatever they are called by; a window that is gone meanwhile is left out.
    return (sql ?? this.database).query<EntryWindow>(
      `select ${columns} from (
         select distinct g.id
         from entry_windows c
         join entry_windows g on g.workspace_id = c.workspace_id and g.profile_id = c.profile_id
           and g.journey_id = c.journey_id and g.node = c.node and g.key = c.key and (g.key <> '' or g.id = c.id)
         where c.workspace_id = $1 and c.id = any($2::uuid[])
       ) found
       join entry_windows w on w.workspace_id = $1 and w.id = found.id
       order by w.id ${sql ? 'for update of w' : ''}`,
      [workspaceId, ids],
    );
  }

  /** Those of these people who did something that was not heard yet. */
  async unheard(
    { workspaceId }: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<Set<string>> {
    const rows = await sql.query<{ id: string }>(
      `select w.profile_id as id from (select $1::uuid as workspace_id, unnest($2::uuid[]) as profile_id) w
       where ${unheard('w')}`,
      [workspaceId, profileIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** The windows of a person in a journey, the soonest first. */
  async ofPerson(
    { workspaceId }: Scope,
    { journeyId, profileId, limit }: { journeyId: string; profileId: string; limit: number },
  ): Promise<EntryWindow[]> {
    return this.database.query(
      `select ${columns} from entry_windows w
       where w.workspace_id = $1 and w.profile_id = $2 and w.journey_id = $3 order by w.due_at, w.id limit $4`,
      [workspaceId, profileId, journeyId, limit],
    );
  }

  async remove({ workspaceId }: Scope, { sql, ids }: { sql: Sql; ids: readonly string[] }): Promise<void> {
    if (ids.length === 0) return;
    await sql.query('delete from entry_windows where workspace_id = $1 and id = any($2::uuid[])', [workspaceId, ids]);
  }

  /** In the place of windows that have ended others open. */
  async reopen(
    { workspaceId }: Scope,
    { sql, next }: { sql: Sql; next: ReadonlyMap<string, NextWindow> },
  ): Promise<void> {
    if (next.size === 0) return;
    const opened = [...next.values()];
    await sql.query(
      `update entry_windows w
       set event_id = r.event_id, received_at = r.received_at, happened_at = r.happened_at, position = r.position,
         due_at = r.due_at, claimed_until = null
       from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::timestamptz[])
         as r(id, event_id, received_at, happened_at, position, due_at)
       where w.workspace_id = $1 and w.id = r.id`,
      [
        workspaceId,
        [...next.keys()],
        opened.map(({ first }) => first.id),
        opened.map(({ first }) => first.received_at),
        opened.map(({ first }) => first.time),
        opened.map(({ first }) => first.position),
        opened.map(({ dueAt }) => dueAt),
      ],
    );
  }

  /** They are looked at again then. */
  async putOff({ workspaceId }: Scope, { sql, until }: { sql: Sql; until: ReadonlyMap<string, Date> }): Promise<void> {
    if (until.size === 0) return;
    await sql.query(
      `update entry_windows w set due_at = r.until, claimed_until = null
       from unnest($2::uuid[], $3::timestamptz[]) as r(id, until) where w.workspace_id = $1 and w.id = r.id`,
      [workspaceId, [...until.keys()], [...until.values()]],
    );
  }
}

/** Whether an event of a row's person is still on the queue of changes: asked of each row alone, for the queue may be long. */
function unheard(row: string): string {
  return `exists (
    select from profile_changes h
    where h.workspace_id = ${row}.workspace_id and h.profile_id = ${row}.profile_id and h.what = 'event'
    offset 0
  )`;
}

/** Where windows of a person that share a key are. */
export function placeOf({
  journey_id,
  node,
  profileId,
  key,
}: Pick<NewWindow, 'journey_id' | 'node' | 'key'> & { profileId: string }): string {
  return [journey_id, node, profileId, key].join('/');
}
