import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { DeviceRow } from '../profiles/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type FactSubject = {
  profileId: string;
  /** Traits with what a test run set laid over them. */
  traits: JsonObject;
  devices: Pick<DeviceRow, 'kind' | 'permission'>[];
  unsubscribed: string[];
  workspaceTimeZone: string;
};

@Injectable()
export class FactsRepository {
  constructor(private readonly database: Database) {}

  /** The person of a run. The enrollment's profile counts, since profiles merge; before it exists, the given one. */
  async subject(scope: Scope, { enrollmentId, profileId }: { enrollmentId: string; profileId: string }): Promise<FactSubject> {
    const [row] = await this.database.query<{ profile_id: string; traits: JsonObject; devices: FactSubject['devices']; unsubscribed: string[]; time_zone: string }>(
      `select p.id as profile_id, p.traits || coalesce((select t.traits from test_traits t where t.workspace_id = $1 and t.enrollment_id = $2), '{}') as traits, w.time_zone,
         coalesce((select jsonb_agg(jsonb_build_object('kind', d.kind, 'permission', d.permission)) from devices d where d.workspace_id = $1 and d.profile_id = p.id), '[]') as devices,
         coalesce((select array_agg(c.channel) from consents c where c.workspace_id = $1 and c.profile_id = p.id and c.state = 'unsubscribed'), '{}') as unsubscribed
       from profiles p join workspaces w on w.id = p.workspace_id
       where p.workspace_id = $1 and p.id = coalesce((select e.profile_id from enrollments e where e.workspace_id = $1 and e.id = $2), $3)`,
      [scope.workspaceId, enrollmentId, profileId],
    );
    if (!row) return { profileId, traits: {}, devices: [], unsubscribed: [], workspaceTimeZone: 'UTC' };
    return { profileId: row.profile_id, traits: row.traits, devices: row.devices, unsubscribed: row.unsubscribed, workspaceTimeZone: row.time_zone };
  }

  /** How often an event happened up to `at` (run time), or, when a filter has to look at them, the properties of the last 1,000. */
  async events(scope: Scope, { profileId, enrollmentId, event, at, withinSeconds, filtered }: { profileId: string; enrollmentId: string; event: string; at: number; withinSeconds?: number; filtered: boolean }): Promise<{ count: number; properties: JsonObject[] }> {
    const until = new Date(at);
    const from = withinSeconds === undefined ? new Date(0) : new Date(at - withinSeconds * 1_000);
    const where = `from events e where e.workspace_id = $1 and e.profile_id = $2 and e.name = $3 and e.time > $4 and e.time <= $5 and (e.origin <> 'test' or e.enrollment_id = $6)`;
    const values = [scope.workspaceId, profileId, event, from, until, enrollmentId];
    if (!filtered) {
      const [row] = await this.database.query<{ count: number }>(`select count(*)::int as count ${where}`, values);
      return { count: row?.count ?? 0, properties: [] };
    }
    const rows = await this.database.query<{ properties: JsonObject }>(`select e.properties ${where} order by e.time desc limit 1000`, values);
    return { count: rows.length, properties: rows.map((row) => row.properties) };
  }
}
