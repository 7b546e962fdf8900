import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What was counted of somebody, or of everybody, on a channel; of visits the channel is ''. Weights as they are stored. */
export type CountedRow = {
  channel: string;
  hours: number[];
  opens: number;
  clicks: number;
  visits: number;
  sent: number;
  /** Of everybody: how much more people's own hours said than everybody's, and of how many signs; weights as stored. */
  gain: number;
  scored: number;
};

const columns = 'channel, hours, opens::int, clicks::int, visits::int, sent::int';

/** What is known of people's hours. Reads only. */
@Injectable()
export class BestTimeRepository {
  constructor(private readonly database: Database) {}

  /** Whether the workspace uses it. */
  async inUse({ workspaceId }: Scope): Promise<boolean> {
    const rows = await this.database.query('select 1 from best_time_workspaces where workspace_id = $1', [workspaceId]);
    return rows.length > 0;
  }

  /** What was counted of a person, and of everybody. */
  async of({ workspaceId }: Scope, profileId: string): Promise<{ own: CountedRow[]; everybody: CountedRow[] }> {
    const rows = await this.database.query<CountedRow & { of: 'own' | 'everybody' }>(
      `select 'own' as of, ${columns}, 0::float8 as gain, 0::float8 as scored from best_time_people where workspace_id = $1 and profile_id = $2
       union all
       select 'everybody', ${columns}, gain, scored from best_time_everybody where workspace_id = $1`,
      [workspaceId, profileId],
    );
    const own: CountedRow[] = [];
    const everybody: CountedRow[] = [];
    for (const { of, ...row } of rows) (of === 'own' ? own : everybody).push(row);
    return { own, everybody };
  }
}
