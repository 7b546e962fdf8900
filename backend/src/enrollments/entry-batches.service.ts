import { Injectable } from '@nestjs/common';
import type { EntryBatch } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { BatchPeopleRepository } from './batch-people.repository.js';
import { BatchChanged } from './entry-batch.js';
import type { EntryBatchRow, InSegment, NewEntryBatch } from './entry-batch.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { Entering } from './entering.service.js';
import type { EntryCandidate, EntryOutcome } from './entering.service.js';
import { isOutage } from './outage.js';
import { RecipientsRepository } from './recipients.repository.js';

/** People of one transaction: it is short, and little is done again after a kill. */
const atOnce = 200;
/** People who are taken off the list of a batch that came to an end, in one transaction. */
const clearedAtOnce = 1_000;
/** Longer than a chunk takes: after it another worker goes on. */
const leaseSeconds = 20;
const maximumAttempts = 8;
const tryingAgain =
  'People couldn’t be let in just now. Wend keeps trying; if this stays, look into the log of the worker.';
const givenUp = `People couldn’t be let in, ${maximumAttempts} times in a row. Whoever entered stays in. The log of the worker says why; start again when it’s fixed.`;

type BeginOptions = Omit<NewEntryBatch, 'journey_id' | 'requested_by'> & {
  journeyId: string;
  /** Who asked for it, if somebody did. */
  by?: string | null;
  sql?: Sql;
  /** Goes through the source once more when the cause has had its batch; whoever came in by it does not come again. */
  again?: boolean;
};

/**
 * Lets many people into a journey by one cause, some at a time. A chunk is one transaction with its progress, so that
 * after a kill nobody comes in twice and nobody is left out; any worker goes on.
 */
@Injectable()
export class EntryBatches {
  constructor(
    private readonly repository: EntryBatchRepository,
    private readonly people: BatchPeopleRepository,
    private readonly entering: Entering,
    private readonly recipients: RecipientsRepository,
  ) {}

  /**
   * Begins a batch by an entry, `node`. `cause`: what lets them in, before the person's id (`schedule/<instant>`); a
   * cause has one batch by an entry, which is what is returned when it has it already. `name`, `data`, `at`: as of
   * every candidate. With `sql` it begins when that transaction commits.
   */
  async begin(scope: Scope, { journeyId, by = null, sql, again = false, ...given }: BeginOptions): Promise<EntryBatch> {
    const batch = { ...given, journey_id: journeyId, requested_by: by };
    const work = async (within: Sql): Promise<EntryBatchRow> => {
      const made = await this.repository.insert(scope, { sql: within, batch });
      if (made) return made;
      const { node, cause, part = '' } = batch;
      const before = await this.repository.byCause(scope, { sql: within, journeyId, node, cause, part });
      if (!before) throw new Error(`A batch of ${cause} was begun and is not there.`);
      if (again) await this.repository.restart(scope, { sql: within, id: before.id, batch });
      return before;
    };
    return entryBatchOf(await (sql ? work(sql) : this.repository.transaction(work)));
  }

  /** Batches as they are now, by id; those whose journey was deleted are gone. */
  async byIds(scope: Scope, ids: readonly string[]): Promise<Map<string, EntryBatch>> {
    if (ids.length === 0) return new Map();
    const rows = await this.repository.ofIds(scope, ids);
    return new Map(rows.map((row) => [row.id, entryBatchOf(row)]));
  }

  /** Lets the next people of a batch in; false when there is nothing to do. */
  async work(): Promise<boolean> {
    const batch = await this.repository.claim(leaseSeconds);
    if (!batch) return false;
    const scope = { workspaceId: batch.workspace_id };
    if (batch.clearing) return this.clear(scope, batch);
    try {
      if (batch.state === 'gathering') {
        await this.repository.transactionForMany((sql) => this.people.gather(scope, { sql, batch }));
        return true;
      }
      return await this.chunk(scope, batch);
    } catch (error) {
      if (isOutage(error)) throw error;
      const failed = batch.attempts + 1 >= maximumAttempts;
      logger.error({ err: error, batch: batch.id, failed }, 'a batch of people could not go on');
      // What went wrong within is no word for those who look at it.
      if (failed) await this.repository.fail(scope, { id: batch.id, error: givenUp });
      else
        await this.repository.release(scope, {
          id: batch.id,
          at: new Date(Date.now() + 1_000 * 2 ** batch.attempts),
          error: tryingAgain,
        });
      return true;
    }
  }

  /** Whether anybody of a segment would come in by such a batch now. */
  hasPeople(scope: Scope, source: InSegment): Promise<boolean> {
    return this.people.hasPeople(scope, source);
  }

  /** In how many ms there will be something to do, when there is nothing now; null: nobody knows. */
  nextIn(): Promise<number | null> {
    return this.repository.nextIn();
  }

  private async clear(scope: Scope, { id }: EntryBatchRow): Promise<true> {
    try {
      await this.people.clear(scope, { id, limit: clearedAtOnce });
    } catch (error) {
      if (isOutage(error)) throw error;
      logger.error({ err: error, batch: id }, 'the list of a batch could not be cleared; again when its lease ends');
    }
    return true;
  }

  private async chunk(scope: Scope, batch: EntryBatchRow & { per_minute: number | null }): Promise<boolean> {
    const perMinute = batch.per_minute;
    const taken = perMinute === null ? null : await this.repository.takenUntil(scope, batch.journey_id);
    if (taken) {
      // It alone rests.
      await this.repository.release(scope, { id: batch.id, at: taken });
      return true;
    }
    // Of a journey that lets in so many a minute, those of a second.
    const limit = perMinute === null ? atOnce : Math.min(atOnce, Math.max(1, Math.floor(perMinute / 60)));
    const people = await this.people.next(scope, { id: batch.id, limit });
    if (people.length === 0) {
      await this.repository.finish(scope, batch.id);
      return true;
    }
    try {
      await this.let(scope, { batch, people, perMinute });
      // There is one of a few people for every run that reaches some: nobody need look again.
      if (people.length < limit) await this.repository.finish(scope, batch.id);
    } catch (error) {
      if (error instanceof BatchChanged) {
        await this.repository.release(scope, { id: batch.id, at: new Date() });
        return true;
      }
      if (isOutage(error)) throw error;
      // One person's data holds up nobody else: each alone, and who cannot be let in is counted.
      const pace = people.length === 1 ? perMinute : null;
      for (const one of people) await this.letAlone(scope, { batch, one, perMinute: pace });
    }
    return true;
  }

  private async letAlone(
    scope: Scope,
    { batch, one, perMinute }: { batch: EntryBatchRow; one: string; perMinute: number | null },
  ): Promise<void> {
    try {
      await this.let(scope, { batch, people: [one], perMinute });
    } catch (error) {
      if (isOutage(error) || error instanceof BatchChanged) throw error;
      logger.error({ err: error, batch: batch.id, profile: one }, 'a person of a batch could not be let in');
      const nobody = { profileIds: [one], entered: 0, held: 0, refused: { error: 1 } };
      await this.repository.transaction((sql) => this.repository.settle(scope, { sql, id: batch.id, ...nobody }));
    }
  }

  private async let(
    scope: Scope,
    { batch, people, perMinute }: { batch: EntryBatchRow; people: string[]; perMinute: number | null },
  ): Promise<void> {
    const candidates = people.map((profileId): EntryCandidate => ({
      workspaceId: scope.workspaceId,
      journeyId: batch.journey_id,
      node: batch.node,
      profileId,
      cause: { name: `${batch.cause}/${profileId}` },
      occasions: batch.occasions ?? undefined,
      name: batch.name,
      at: batch.at.getTime(),
      data: batch.data,
      bulk: true,
      ...('chosen' in batch.source ? { decided: true } : {}),
      ...('recipients' in batch.source ? { by: batch.source.recipients.by } : {}),
    }));
    const reaching = 'recipients' in batch.source ? batch.source.recipients : null;
    const { at } = batch;
    await this.entering.enter(candidates, {
      ...(reaching && { still: ({ sql, people }) => this.recipients.still(scope, { sql, reaching, at, people }) }),
      also: async ({ sql, outcomes }) => {
        const came = outcomes.flatMap((each) => (each.outcome === 'refused' ? [] : [each.profileId]));
        if (reaching) await this.recipients.keep(scope, { sql, reaching, at, batchId: batch.id, people: came });
        if (perMinute !== null)
          await this.repository.pace(scope, {
            sql,
            journeyId: batch.journey_id,
            seconds: (people.length * 60) / perMinute,
          });
        await this.repository.settle(scope, { sql, id: batch.id, profileIds: people, ...countsOf(outcomes) });
      },
    });
  }
}

function countsOf(outcomes: readonly EntryOutcome[]): {
  entered: number;
  held: number;
  refused: Record<string, number>;
} {
  const counts = { entered: 0, held: 0, refused: {} as Record<string, number> };
  for (const each of outcomes)
    if (each.outcome === 'refused') counts.refused[each.reason] = (counts.refused[each.reason] ?? 0) + 1;
    else counts[each.outcome] += 1;
  return counts;
}

/** A batch as the API tells of it. */
export function entryBatchOf(row: EntryBatchRow): EntryBatch {
  return {
    id: row.id,
    node: row.node,
    name: row.name,
    segmentId: 'segmentId' in row.source ? row.source.segmentId : null,
    state: row.state,
    total: row.total,
    entered: row.entered,
    held: row.held,
    refused: row.refused,
    recipients: ('recipients' in row.source && row.source.recipients.counts) || null,
    requestedBy: row.requested_by,
    error: row.error,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
