import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { AuditLog } from '../access/index.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { entryBatchOf } from './entry-batches.service.js';
import { TriggerService } from './trigger.service.js';
import { WhyService } from './why.service.js';

/** Letting people in by call, batches, and why somebody is not in a journey. */
@Controller()
export class WaysInController {
  constructor(
    private readonly triggers: TriggerService,
    private readonly batches: EntryBatchRepository,
    private readonly whys: WhyService,
    private readonly audit: AuditLog,
  ) {}

  @Route(api.triggerJourney)
  trigger({
    caller,
    params,
    body,
  }: RouteInput<typeof api.triggerJourney>): Promise<RouteOutput<typeof api.triggerJourney>> {
    return this.triggers.trigger(caller, { journeyId: params.id, body });
  }

  @Route(api.entryBatches)
  async list({ caller, params }: RouteInput<typeof api.entryBatches>): Promise<RouteOutput<typeof api.entryBatches>> {
    if (!(await this.batches.journeyExists(caller, params.id))) throw notFound('journey');
    return { items: (await this.batches.ofJourney(caller, params.id)).map(entryBatchOf) };
  }

  @Route(api.stopEntryBatch)
  async stop({
    caller,
    params,
  }: RouteInput<typeof api.stopEntryBatch>): Promise<RouteOutput<typeof api.stopEntryBatch>> {
    await this.batches.transaction(async (sql) => {
      const stopped = await this.batches.stop(caller, { sql, id: params.id });
      if (stopped.length > 0)
        await this.audit.record(caller, { action: 'journey.batch-stop', subject: `entry-batch:${params.id}`, sql });
    });
    const batch = await this.batches.find(caller, params.id);
    if (!batch) throw notFound('batch');
    return entryBatchOf(batch);
  }

  @Route(api.whyNotIn)
  why({ caller, params, query }: RouteInput<typeof api.whyNotIn>): Promise<RouteOutput<typeof api.whyNotIn>> {
    return this.whys.why(caller, { journeyId: params.id, ...query });
  }
}
