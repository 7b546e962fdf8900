import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import type { ChangeKind, ProfileChange } from './change.js';
import type { ChangeListener } from './change-listeners.js';

/** A change on the queue; one without a place was a time that has come. */
export type QueuedChange = ProfileChange & {
  workspaceId: string;
  place: { lane: number; position: string } | null;
  attempts: number;
};
type Row = {
  lane: number;
  position: string;
  workspace_id: string;
  profile_id: string;
  what: ChangeKind;
  name: string;
  origin: ProfileChange['origin'];
  event_id: string | null;
  received_at: Date | null;
  attempts: number;
};
type TakeOptions = { lanes: number; batch: number; at: Date; listeners: readonly ChangeListener[] };
export type Taken = { sql: Sql; changes: QueuedChange[] };

/** As the router's queue: it is short nearly always, and a plan made then must not be used for a backlog. */
const onlyIndexes = ['enable_seqscan = off', 'enable_bitmapscan = off'];

/** Without scope: a lane carries the changes of all workspaces; each names its own. */
@Injectable()
export class ChangeQueueRepository {
  constructor(private readonly database: Database) {}

  /**
   * Works on the oldest changes, and the times that have come, of a few lanes that nobody else holds; true when some are
   * sure to be left. The lanes are held until `work` is done.
   */
  withLanes({ lanes, batch, at, listeners }: TakeOptions, work: (taken: Taken) => Promise<void>): Promise<boolean> {
    return this.database.transaction(
      async (sql) => {
        const lapses = listeners.flatMap((listener) => listener.lapses ?? []);
        const due = lapses.map(
          ({ table, at: time = 'at' }) =>
            `or exists (select 1 from ${table} d where d.lane = l.lane and d.${time} <= $2)`,
        );
        const held = await sql.query<{ lane: number }>(
          `select l.lane from change_lanes l
         where exists (
           select 1 from profile_changes c where c.lane = l.lane and (c.not_before is null or c.not_before <= $2)
         ) ${due.join(' ')}
         order by random() limit $1 for update of l skip locked`,
          [lanes, at],
        );
        if (held.length === 0) return false;
        const mine = held.map(({ lane }) => lane);
        const perLane = Math.ceil(batch / mine.length);
        const rows = await sql.query<Row>(
          `select c.* from unnest($1::smallint[]) as held (lane)
         cross join lateral (
           select lane, position::text, workspace_id, profile_id, what, name, origin, event_id, received_at, attempts
           from profile_changes
           where lane = held.lane and (not_before is null or not_before <= $3)
           order by profile_changes.position
           limit $2
         ) c
         order by c.position::bigint`,
          [mine, perLane, at],
        );
        const changes = rows.map(changeOf);
        for (const { take } of lapses)
          for (const time of await take(sql, { lanes: mine, at, limit: batch }))
            changes.push({ ...time, what: 'time', origin: 'live', event: null, place: null, attempts: 0 });
        // What is asked about people has plans of its own.
        await sql.send('set local enable_seqscan = on; set local enable_bitmapscan = on');
        if (changes.length > 0) await work({ sql, changes });
        return held.length === lanes || changes.length >= perLane;
      },
      { settings: onlyIndexes },
    );
  }

  /** What does not come off is undone, and the transaction goes on. */
  async attempt(sql: Sql, work: () => Promise<void>): Promise<void> {
    await sql.query('savepoint attempt');
    try {
      await work();
      await sql.query('release savepoint attempt');
    } catch (error) {
      await sql.query('rollback to savepoint attempt');
      throw error;
    }
  }

  async remove(sql: Sql, changes: QueuedChange[]): Promise<void> {
    const places = changes.flatMap(({ place }) => place ?? []);
    if (places.length === 0) return;
    await sql.send(
      `delete from profile_changes c using unnest($1::smallint[], $2::bigint[]) as done (lane, position)
       where c.lane = done.lane and c.position = done.position`,
      [places.map(({ lane }) => lane), places.map(({ position }) => position)],
    );
  }

  /** To be told again later, on the queue. */
  async postpone(sql: Sql, { changes, until }: { changes: QueuedChange[]; until: Date }): Promise<void> {
    await this.remove(sql, changes);
    await sql.query(
      `insert into profile_changes (lane, workspace_id, profile_id, what, name, origin, event_id, received_at, attempts, not_before)
       select change_lane(t.profile_id), t.workspace_id, t.profile_id, t.what, t.name, t.origin, t.event_id, t.received_at,
         t.attempts, $9
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[], $8::int[])
         as t (workspace_id, profile_id, what, name, origin, event_id, received_at, attempts)`,
      [
        changes.map(({ workspaceId }) => workspaceId),
        changes.map(({ profileId }) => profileId),
        changes.map(({ what }) => what),
        changes.map(({ name }) => name),
        changes.map(({ origin }) => origin),
        changes.map(({ event }) => event?.id ?? null),
        changes.map(({ event }) => event?.receivedAt ?? null),
        changes.map(({ attempts }) => attempts + 1),
        until,
      ],
    );
  }
}

function changeOf(row: Row): QueuedChange {
  return {
    workspaceId: row.workspace_id,
    profileId: row.profile_id,
    what: row.what,
    name: row.name,
    origin: row.origin,
    event: row.event_id === null ? null : { id: row.event_id, receivedAt: row.received_at! },
    place: { lane: row.lane, position: row.position },
    attempts: row.attempts,
  };
}
