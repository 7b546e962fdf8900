import { Injectable } from '@nestjs/common';
import type { EntryOf, Json, Omitted } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { Parameters, ruleSql, valueSql } from '../rules/index.js';
import type { EntryWindow, Moment, WindowEvent } from './window.js';

/** What followed an event: of those with one value of a property (`value`) the first. */
export type Followed = Moment & { window: string; value: Json };

/** What people did after the events that opened their windows. */
@Injectable()
export class OmissionRepository {
  constructor(private readonly database: Database) {}

  /** The last event of a person that opened a window, or could have; null when there is none. */
  async lastOpening(
    { workspaceId }: Scope,
    { profileId, entry: { event, where } }: { profileId: string; entry: EntryOf<'omission'> },
  ): Promise<WindowEvent | null> {
    const parameters = new Parameters([workspaceId, profileId, event]);
    const fits = where ? `and ${ruleSql({ rule: where, properties: 'e.properties', parameters })}` : '';
    const [row] = await this.database.query<WindowEvent>(
      `select e.id, e.profile_id, e.name, e.time, e.received_at, e.position::text as position, e.properties
       from events e
       where e.workspace_id = $1 and e.profile_id = $2 and e.name = $3 and e.origin in ('live', 'demo') ${fits}
       order by e.time desc, e.position desc
       limit 1`,
      parameters.values,
    );
    return row ?? null;
  }

  /**
   * Events that would keep people out, which are stored by now: for each window the first, or the first of each value of
   * the property that has to be the same. Those of test runs are nobody's.
   */
  async followed(
    { workspaceId }: Scope,
    { sql, omitted, windows }: { sql?: Sql; omitted: Omitted; windows: readonly EntryWindow[] },
  ): Promise<Followed[]> {
    if (windows.length === 0) return [];
    const parameters = new Parameters([
      workspaceId,
      windows.map(({ id }) => id),
      windows.map(({ profile_id }) => profile_id),
      windows.map(({ happened_at }) => happened_at),
      windows.map(({ position }) => position),
    ]);
    const { event, where, same } = omitted;
    const value = same ? valueSql({ json: 'e.properties', path: same.property, parameters }) : null;
    const conditions = [
      'e.workspace_id = $1',
      'e.profile_id = r.profile_id',
      `e.name = ${parameters.add(event, 'text')}`,
      'e.time >= r.happened_at',
      '(e.time, e.position) > (r.happened_at, r.position)',
      // Nothing is received before it happens: what partitions are chosen by.
      `e.received_at >= r.happened_at - interval '1 hour'`,
      `e.origin <> 'test'`,
      ...(where ? [ruleSql({ rule: where, properties: 'e.properties', parameters })] : []),
    ].join(' and ');
    const first = value
      ? `select distinct on (1) ${value} as value, e.time, e.position from events e where ${conditions}
         order by 1, e.time, e.position`
      : `select null::jsonb as value, e.time, e.position from events e where ${conditions}
         order by e.time, e.position limit 1`;
    return (sql ?? this.database).query<Followed>(
      `select r.id as window, f.value, f.time, f.position::text as position
       from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[]) as r(id, profile_id, happened_at, position)
       cross join lateral (${first}) f`,
      parameters.values,
    );
  }
}
