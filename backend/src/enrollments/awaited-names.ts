import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** Names that are remembered here; custom nodes can wait for names without end. */
const rememberedNames = 10_000;
/** How long a name is taken to be there without another look. Far shorter than it is kept, so that what is remembered has not been forgotten. */
const rememberedMs = 3_600_000;
/** A name that no run waits for is kept this long after a run was about to wait for it. */
const keptHours = 24;
/** A transaction that stores events takes milliseconds; one whose process is frozen is ended by the database after some seconds. */
const settleMs = 15_000;
const firstPollMs = 2;
const longestPollMs = 50;

/**
 * Names of events that runs wait for. Ingestion queues an event for the router only when its name is here or lets people enter a live journey, so
 * that what nobody asks for costs the router nothing. See docs/decisions/0008.
 */
@Injectable()
export class AwaitedNames {
  /** When each name was last known to be in the table, the longest ago first. */
  private readonly known = new Map<string, number>();
  private readonly confirming = new Map<string, Promise<void>>();

  constructor(private readonly database: Database) {}

  /** After this, every event of these names is queued, or can be seen by a new snapshot. To be called just before a wait for them is committed. */
  async ensure(scope: Scope, names: string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.isKnown(scope, name));
    await Promise.all(missing.map((name) => this.confirmOnce(scope, name)));
  }

  /** Forgets names that no run waits for any more: their events need not be queued. Whoever needs one again makes it known again. Without scope: it tidies all workspaces. */
  async prune(): Promise<number> {
    const gone = await this.database.query(
      `delete from awaited_names a where a.used_at < now() - interval '${keptHours} hours' and not exists (select 1 from waits w where w.workspace_id = a.workspace_id and w.event_name = a.name) returning 1`,
    );
    return gone.length;
  }

  private isKnown({ workspaceId }: Scope, name: string): boolean {
    const at = this.known.get(`${workspaceId}/${name}`);
    return at !== undefined && Date.now() - at < rememberedMs;
  }

  private remember({ workspaceId }: Scope, { name, at }: { name: string; at: number }): void {
    const key = `${workspaceId}/${name}`;
    this.known.delete(key);
    this.known.set(key, at);
    const [oldest] = this.known.keys();
    if (this.known.size > rememberedNames && oldest !== undefined) this.known.delete(oldest);
  }

  /** Runs that come to wait for the same name at the same time ask once. */
  private confirmOnce(scope: Scope, name: string): Promise<void> {
    const key = `${scope.workspaceId}/${name}`;
    const under = this.confirming.get(key) ?? this.confirm(scope, name).finally(() => this.confirming.delete(key));
    this.confirming.set(key, under);
    return under;
  }

  private async confirm(scope: Scope, name: string): Promise<void> {
    const at = Date.now();
    const settled = await this.database.query('update awaited_names set used_at = now() where workspace_id = $1 and name = $2 and settled returning 1', [scope.workspaceId, name]);
    if (settled.length === 0) await this.settle(scope, name);
    this.remember(scope, { name, at });
  }

  /**
   * A transaction that began to store events before the name was there may not have queued them: it is waited for, and nobody else. All of them
   * write `event_ids` before they look for names, so those that hold its lock now, with the name committed, are all there can be. Nothing is
   * locked: events go on being stored meanwhile.
   */
  private async settle({ workspaceId }: Scope, name: string): Promise<void> {
    await this.database.query('insert into awaited_names (workspace_id, name) values ($1, $2) on conflict (workspace_id, name) do update set used_at = now()', [workspaceId, name]);
    const until = performance.now() + settleMs;
    let storing = await this.storing();
    for (let pause = firstPollMs; storing.length > 0; pause = Math.min(longestPollMs, pause * 2)) {
      if (performance.now() > until) throw new Error(`Events that may be "${name}" are still being stored after ${settleMs / 1_000} s.`);
      await delay(pause);
      const still = new Set(await this.storing());
      storing = storing.filter((each) => still.has(each));
    }
    await this.database.query('update awaited_names set settled = true where workspace_id = $1 and name = $2', [workspaceId, name]);
  }

  /** Transactions that have begun to store events, of all workspaces: their ids among those that run, which are given once. */
  private async storing(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select virtualtransaction as id from pg_locks where locktype = 'relation' and relation = 'event_ids'::regclass and mode = 'RowExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.map(({ id }) => id);
  }
}
