import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/**
 * Names of events that runs wait for. Ingestion queues an event for the router only when its name is here or lets people enter a live journey, so
 * that what nobody asks for costs the router nothing. See docs/decisions/0008.
 */
@Injectable()
export class AwaitedNames {
  private readonly known = new Set<string>();

  constructor(private readonly database: Database) {}

  /** After this, every event of these names is queued, or can be seen by a new snapshot. To be called before a wait for them is committed. */
  async ensure(scope: Scope, names: string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.known.has(`${scope.workspaceId}/${name}`)).sort();
    if (missing.length === 0) return;
    const settled = await this.database.query<{ name: string }>('select name from awaited_names where workspace_id = $1 and name = any($2::text[]) and settled', [scope.workspaceId, missing]);
    const unsettled = missing.filter((name) => !settled.some((row) => row.name === name));
    if (unsettled.length > 0) await this.settle(scope, unsettled);
    for (const name of missing) this.known.add(`${scope.workspaceId}/${name}`);
  }

  /** A transaction that began to store events before the names were there may not have queued them: it is waited for. All of them write `event_ids` first. */
  private async settle({ workspaceId }: Scope, names: string[]): Promise<void> {
    await this.database.query('insert into awaited_names (workspace_id, name) select $1, unnest($2::text[]) on conflict do nothing', [workspaceId, names]);
    await this.database.transaction(async (sql) => sql.query('lock table event_ids in share mode'), { settings: [`lock_timeout = '5s'`] });
    await this.database.query('update awaited_names set settled = true where workspace_id = $1 and name = any($2::text[])', [workspaceId, names]);
  }
}
