import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { unheardSql } from './window.sql.js';
import type { EntryWindow, NextWindow, WindowEvent, WindowStep } from './window.js';

const columns =
  'w.id, w.journey_id, w.node, w.opening, w.profile_id, w.key, w.event_id, w.received_at, w.happened_at, w.position::text as position, w.due_at';

export type ClaimedWindow = { workspace_id: string; id: string; profile_id: string };
export type NewWindow = Pick<WindowStep, 'journey_id' | 'node' | 'opening'> & {
  key: string;
  event: WindowEvent;
  dueAt: Date;
};

/** Windows: when somebody has to be looked at. What people did: `window-event.repository.ts`. */
@Injectable()
export class WindowRepository {
  constructor(private readonly database: Database) {}

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
           and not ${unheardSql('entry_windows')}
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

/** Where windows of a person that share a key are. */
export function placeOf({
  journey_id,
  node,
  profileId,
  key,
}: Pick<NewWindow, 'journey_id' | 'node' | 'key'> & { profileId: string }): string {
  return [journey_id, node, profileId, key].join('/');
}
