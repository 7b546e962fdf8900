import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { ProfileRow } from '../profiles/index.js';
import { Parameters, peopleSql, settingsForMany } from '../rules/index.js';

type Asked = { rule: Rule; at: number };

/** For whom a rule holds that is no segment's yet. Merged and test profiles are nobody. */
@Injectable()
export class PreviewRepository {
  constructor(private readonly database: Database) {}

  async size(scope: Scope, { rule, at }: Asked): Promise<number> {
    const parameters = new Parameters([scope.workspaceId]);
    const holds = peopleSql({ rule, at, profile: 'p', parameters, workspaceId: scope.workspaceId });
    return this.planned(holds, async (sql) => {
      const [row] = await sql.query<{ count: number }>(
        `select count(*)::int as count from profiles p
         where p.workspace_id = $1 and p.merged_into is null and not p.test and (${holds})`,
        parameters.values,
        { assembled: true },
      );
      return row!.count;
    });
  }

  async everybody(scope: Scope): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from profiles
       where workspace_id = $1 and merged_into is null and not test`,
      [scope.workspaceId],
    );
    return row!.count;
  }

  /** Some of them, by the order of their ids, which is chance. */
  async sample(scope: Scope, { rule, at, limit }: Asked & { limit: number }): Promise<ProfileRow[]> {
    const parameters = new Parameters([scope.workspaceId, limit]);
    const holds = peopleSql({ rule, at, profile: 'p', parameters, workspaceId: scope.workspaceId });
    return this.planned(holds, (sql) =>
      sql.query<ProfileRow>(
        `select p.id, p.external_id, p.traits, p.demo, p.created_at, p.last_seen_at from profiles p
         where p.workspace_id = $1 and p.merged_into is null and not p.test and (${holds})
         order by p.id limit $2`,
        parameters.values,
        { assembled: true },
      ),
    );
  }

  /** Of the first `limit` of them: how many can be reached by each channel, in the order of the channels. */
  async reachable(
    scope: Scope,
    { rule, at, channels, limit }: Asked & { channels: string[]; limit: number },
  ): Promise<{ looked: number; counts: number[] }> {
    const parameters = new Parameters([scope.workspaceId, limit]);
    const sqlOf = (each: Rule): string =>
      peopleSql({ rule: each, at, profile: 'p', parameters, workspaceId: scope.workspaceId });
    const counts = channels.map(
      (channel) =>
        `count(*) filter (where ${sqlOf({
          op: 'compare',
          left: { source: 'reachable', channel },
          is: 'equals',
          value: true,
        })})::int`,
    );
    const holds = sqlOf(rule);
    return this.planned(holds, async (sql) => {
      const [row] = await sql.query<{ looked: number; counts: number[] }>(
        `select count(*)::int as looked, array[${counts.join(', ')}]::int[] as counts
         from (
           select p.* from profiles p
           where p.workspace_id = $1 and p.merged_into is null and not p.test and (${holds})
           order by p.id limit $2
         ) p`,
        parameters.values,
        { assembled: true },
      );
      return row!;
    });
  }

  private planned<Result>(holds: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work, { settings: settingsForMany(holds) });
  }
}
