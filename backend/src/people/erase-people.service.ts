import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Erasure, Page } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Runs } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { retryConflicts } from '../profiles/index.js';
import { ErasureRepository, ErasureService } from '../upkeep/index.js';
import type { ErasedRows } from '../upkeep/index.js';
import { ErasureReceiptRepository } from './erasure-receipt.repository.js';
import type { ErasureRow } from './erasure-receipt.repository.js';

/** So long whoever asks waits for the receipt; then it is told that the work goes on. */
const patienceMs = 3_000;
const lookEveryMs = 15_000;

/**
 * Deletes people for good. What is asked for is written down first and done by whichever api process gets to it, so that
 * it is finished however often one is stopped; the receipt says what went, and nothing of whom.
 */
@Injectable()
export class ErasePeopleService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly under = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly database: Database,
    private readonly receipts: ErasureReceiptRepository,
    private readonly runs: Runs,
    private readonly audit: AuditLog,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.finishOthers(), lookEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.under);
  }

  /** Asked twice it is the same deletion. Resolves with the receipt, or after some seconds with how far it has come. */
  async erase(caller: Caller, profileId: string): Promise<Erasure> {
    const row = await retryConflicts(() => this.database.transaction((sql) => this.ask(caller, { sql, profileId })), {
      what: 'a deletion was asked for',
    });
    const work = this.track(this.work(caller, row.id));
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
    return this.find(caller, row.id);
  }

  async find(scope: Scope, id: string): Promise<Erasure> {
    const row = await this.receipts.find(scope, id);
    if (!row) throw notFound('deletion');
    return receiptOf(row);
  }

  async list(scope: Scope, query: { cursor?: string | undefined; limit: number }): Promise<Page<Erasure>> {
    const { rows, next } = await this.receipts.list(scope, query);
    return { items: rows.map(receiptOf), next };
  }

  private async ask(caller: Caller, { sql, profileId }: { sql: Sql; profileId: string }): Promise<ErasureRow> {
    const asked = await this.receipts.ask(caller, { sql, profileId, by: actorName(caller) });
    if (!asked) throw notFound('profile');
    if (asked.isNew)
      await this.audit.record(caller, { action: 'profile.erase', subject: `erasure:${asked.row.id}`, sql });
    return asked.row;
  }

  /** Goes on with what another process has left. */
  private async finishOthers(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      for (const { workspace_id: workspaceId, id } of await this.receipts.left())
        await this.track(this.work({ workspaceId }, id));
    } catch (error) {
      logger.warn({ error }, 'deletions of people could not be looked for; trying again');
    } finally {
      this.looking = false;
    }
  }

  private track(work: Promise<void>): Promise<void> {
    this.under.add(work);
    return work.finally(() => this.under.delete(work));
  }

  /** Failures are logged, and it is tried again later: nobody is left half deleted. */
  private async work(scope: Scope, id: string): Promise<void> {
    try {
      const profileId = await this.receipts.take(scope, id);
      if (profileId === null) return;
      const erasure = new ErasureService(new ErasureRepository(this.database, false), this.runs.client);
      await erasure.person(scope, profileId, {
        progress: (erased) => this.receipts.add(scope, { id, erased }),
        done: (erased, sql) => this.receipts.finish(scope, { id, erased, sql }),
      });
    } catch (error) {
      logger.error({ error, erasureId: id }, 'a person could not be deleted yet; trying again');
      await this.receipts.giveBack(scope, id).catch(() => undefined);
    }
  }
}

const named = {
  profiles: 'profiles',
  identities: 'identities',
  events: 'events',
  messages: 'messages',
  enrollments: 'runs',
  executions: 'executions',
} as const;

function receiptOf(row: ErasureRow): Erasure {
  const deleted = { profiles: 0, identities: 0, events: 0, messages: 0, runs: 0, executions: 0, other: 0 };
  for (const [table, count] of Object.entries(row.rows as ErasedRows))
    deleted[table in named ? named[table as keyof typeof named] : 'other'] += count;
  return {
    id: row.id,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    deleted,
  };
}
