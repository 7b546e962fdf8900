import { Injectable } from '@nestjs/common';
import type { DeliveryRuleKind, JourneyCaps } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** What is stored of a workspace: settings by kind; and the priority that no live journey goes before. */
export type StoredRules = { settings: Partial<Record<DeliveryRuleKind, unknown>>; firstPriority: number | null };
export type JourneyRules = { priority: number; caps: JourneyCaps | null };

/** $1 workspace. One that is under way begins anew. */
const askForRecheck = `insert into backlog_rechecks (workspace_id) values ($1)
  on conflict (workspace_id) do update set asked_at = now(), after_until = excluded.after_until, after_id = excluded.after_id`;

@Injectable()
export class RuleSettingsRepository {
  constructor(private readonly database: Database) {}

  async read(scope: Scope, sql: Pick<Sql, 'query'> = this.database): Promise<StoredRules> {
    const [row] = await sql.query<StoredRules>(
      `select coalesce(
           (select jsonb_object_agg(kind, settings) from delivery_rules where workspace_id = $1), '{}'
         ) as settings,
         (
           select min(j.priority)
           from journeys j
           join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state = 'live'
           where j.workspace_id = $1
         ) as "firstPriority"`,
      [scope.workspaceId],
    );
    return row!;
  }

  async save(
    scope: Scope,
    { kind, settings, sql = this.database }: { kind: DeliveryRuleKind; settings: unknown; sql?: Pick<Sql, 'query'> },
  ): Promise<void> {
    await sql.query(
      `insert into delivery_rules (workspace_id, kind, settings) values ($1, $2, $3::jsonb)
       on conflict (workspace_id, kind) do update set settings = excluded.settings, updated_at = now()`,
      [scope.workspaceId, kind, JSON.stringify(settings)],
    );
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** Asks that what is held be judged anew. */
  async recheck(scope: Scope, sql: Sql): Promise<void> {
    await sql.query(askForRecheck, [scope.workspaceId]);
  }

  /** Null when there is no such journey. */
  async journey(scope: Scope, journeyId: string): Promise<JourneyRules | null> {
    const [row] = await this.database.query<JourneyRules>(
      'select priority, caps from journeys where workspace_id = $1 and id = $2',
      [scope.workspaceId, journeyId],
    );
    return row ?? null;
  }

  /** False when there is no such journey. */
  async saveJourney(
    scope: Scope,
    { journeyId, priority, caps }: JourneyRules & { journeyId: string },
  ): Promise<boolean> {
    const rows = await this.database.query(
      `with saved as (
         update journeys set priority = $3, caps = $4::jsonb where workspace_id = $1 and id = $2 returning id
       ), asked as (
         ${askForRecheck}
       )
       select id from saved`,
      [scope.workspaceId, journeyId, priority, caps && JSON.stringify(caps)],
    );
    return rows.length > 0;
  }
}
