import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntryOf } from '@wend/contract';
import { EntryHooksRegistry } from '../journeys/index.js';
import type { Opening } from '../journeys/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { BatchPeopleRepository } from './batch-people.repository.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { EntryBatches } from './entry-batches.service.js';

/**
 * Entries by segment: who enters or leaves one comes by its event; who is in it already when the journey is published
 * comes by a batch, once. Batches of a journey that closes are stopped, whatever began them.
 */
@Injectable()
export class SegmentEntries implements OnModuleInit {
  constructor(
    private readonly hooks: EntryHooksRegistry,
    private readonly batches: EntryBatches,
    private readonly repository: EntryBatchRepository,
    private readonly people: BatchPeopleRepository,
  ) {}

  onModuleInit(): void {
    this.hooks.add({
      kind: 'segment',
      opened: (scope, opening) => this.opened(scope, opening),
      closed: (scope, closing) => this.closed(scope, closing),
    });
  }

  private async opened(scope: Scope, { sql, journeyId, entries, previous, by }: Opening<'segment'>): Promise<void> {
    const isNew = ({ node, segment }: EntryOf<'segment'>): boolean =>
      !previous.some((each) => each.node === node && each.segment === segment && each.present);
    for (const entry of entries)
      if (entry.present && isNew(entry)) await this.begin(scope, { sql, journeyId, by, entry });
  }

  private async begin(
    scope: Scope,
    { sql, journeyId, by, entry }: { sql: Sql; journeyId: string; by: string; entry: EntryOf<'segment'> },
  ): Promise<void> {
    const name = await this.people.segmentName(scope, { sql, id: entry.segment });
    await this.batches.begin(scope, {
      sql,
      journeyId,
      node: entry.node,
      source: { segmentId: entry.segment, onlyNew: true },
      cause: `segment/${entry.segment}`,
      name: 'In the segment',
      data: { segmentId: entry.segment, ...(name !== null && { segmentName: name }) },
      at: new Date(),
      by,
      again: true,
    });
  }

  private async closed(scope: Scope, { sql, journeyId }: { sql: Sql; journeyId: string }): Promise<void> {
    await this.repository.stop(scope, { sql, journeyId });
  }
}
