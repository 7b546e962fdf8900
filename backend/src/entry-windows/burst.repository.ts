import { Injectable } from '@nestjs/common';
import type { EntryOf, Json } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { Parameters, ruleSql, valueSql } from '../rules/index.js';
import type { BurstEvent } from './debounce.js';
import type { EntryWindow } from './window.js';

/** An event that came since the first window of its person was opened, with the value of the entry's key. */
export type SinceOpened = BurstEvent & { profile_id: string; key: Json };

/** What came since windows were opened. */
@Injectable()
export class BurstRepository {
  constructor(private readonly database: Database) {}

  /** Events that fit the entry and are stored by now, of any key, each once, in the order of receipt. */
  async since(
    { workspaceId }: Scope,
    { sql, entry, windows }: { sql?: Sql; entry: EntryOf<'debounce'>; windows: readonly EntryWindow[] },
  ): Promise<SinceOpened[]> {
    if (windows.length === 0) return [];
    const firsts = firstOfEach(windows);
    const parameters = new Parameters([
      workspaceId,
      firsts.map(({ profile_id }) => profile_id),
      firsts.map(({ received_at }) => received_at),
      firsts.map(({ position }) => position),
    ]);
    const { event, where, key, maxAgeSeconds } = entry;
    const value = key === undefined ? 'null::jsonb' : valueSql({ json: 'e.properties', path: key, parameters });
    const oldest = maxAgeSeconds === undefined ? null : parameters.add(maxAgeSeconds, 'float8');
    const conditions = [
      'e.workspace_id = $1',
      'e.profile_id = r.profile_id',
      `e.name = ${parameters.add(event, 'text')}`,
      // Places are given before they are stored: what has a higher one may have been received a moment before.
      `e.received_at >= r.received_at - interval '1 minute'`,
      'e.position >= r.position',
      `e.origin = 'live'`,
      ...(oldest === null
        ? []
        : [
            `e.time >= e.received_at - make_interval(secs => ${oldest})`,
            `e.time >= r.received_at - interval '1 minute' - make_interval(secs => ${oldest})`,
          ]),
      ...(where ? [ruleSql({ rule: where, properties: 'e.properties', parameters })] : []),
    ].join(' and ');
    return (sql ?? this.database).query<SinceOpened>(
      `select r.profile_id, f.id, f.time, f.received_at, f.position::text as position, f.key
       from unnest($2::uuid[], $3::timestamptz[], $4::bigint[]) as r(profile_id, received_at, position)
       cross join lateral (
         select e.id, e.time, e.received_at, e.position, ${value} as key from events e where ${conditions} offset 0
       ) f
       order by f.position`,
      parameters.values,
    );
  }
}

/** The earliest place of each person's windows: by position, and by when the first of them was received. */
function firstOfEach(windows: readonly EntryWindow[]): Pick<EntryWindow, 'profile_id' | 'received_at' | 'position'>[] {
  const firsts = new Map<string, Pick<EntryWindow, 'profile_id' | 'received_at' | 'position'>>();
  for (const { profile_id, received_at, position } of windows) {
    const first = firsts.get(profile_id);
    firsts.set(profile_id, {
      profile_id,
      received_at: first && first.received_at < received_at ? first.received_at : received_at,
      position: first && BigInt(first.position) < BigInt(position) ? first.position : position,
    });
  }
  return [...firsts.values()];
}
