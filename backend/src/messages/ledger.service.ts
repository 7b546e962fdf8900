import { Injectable } from '@nestjs/common';
import type { MessageDetail, ResendBatch, api } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Scope } from '../platform/database/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { retryConflicts } from '../profiles/index.js';
import { assembleLedger } from './ledger.js';
import { LedgerRepository } from './ledger.repository.js';
import type { LedgerRange } from './ledger.repository.js';
import { MessagesService } from './messages.service.js';
import { ResendBatchRepository } from './resend-batch.repository.js';
import type { BatchRow } from './resend-batch.repository.js';
import { resentBy } from './resend-batches.service.js';
import type { ResendRefusal } from './resend-rules.js';
import { ResendService } from './resend.service.js';

const refusals: Record<ResendRefusal, string> = {
  'under-way': 'This message is already on its way. Wait until it’s sent or has failed.',
  'run-left': 'This person has left the journey, so its messages aren’t sent to them anymore.',
  'journey-stopped': 'The journey is stopped. Nothing is sent until it’s published again.',
  'already-sent': 'This message was already sent. Confirm that you want to send it once more.',
  'too-often': 'This message has been sent again 20 times already.',
};

/** What became of the messages of a journey's steps, and sending again what did not get through. */
@Injectable()
export class LedgerService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly batches: ResendBatchRepository,
    private readonly resends: ResendService,
    private readonly messages: MessagesService,
    private readonly audit: AuditLog,
  ) {}

  async figures(
    scope: Scope,
    { journeyId, range, count = true }: { journeyId: string; range: LedgerRange; count?: boolean },
  ): Promise<RouteOutput<typeof api.sendLedger>> {
    const journey = await this.ledger.journey(scope, journeyId);
    if (!journey) throw notFound('journey');
    const [steps, versions] = await Promise.all([
      this.ledger.steps(scope, { journeyId, version: range.version }),
      this.ledger.versions(scope, journeyId),
    ]);
    const nodes = steps.map(({ node }) => node);
    const rows = nodes.length === 0 || !count ? [] : await this.ledger.counts(scope, { journeyId, nodes, range });
    return { journey, versions, items: assembleLedger(steps, rows) };
  }

  async resend(
    caller: Caller,
    { id, body }: { id: string; body: RouteInput<typeof api.resendMessage>['body'] },
  ): Promise<MessageDetail> {
    const made = await retryConflicts(
      () =>
        this.batches.transaction(async (sql) => {
          const results = await this.resends.resend(caller, {
            sql,
            ids: [id],
            request: body.requestId,
            detail: resentBy({ by: actorName(caller), reason: body.reason }),
            sameContent: body.content === 'same',
            although: body.although,
          });
          const result = results.get(id)!;
          if (result.kind === 'refused') {
            if (result.why === 'gone') throw notFound('message');
            throw new UserError(result.why, refusals[result.why], { status: 409 });
          }
          if (!result.again)
            await this.audit.record(caller, {
              action: 'message.resend',
              subject: `message:${id}`,
              detail: {
                message: result.id,
                reason: body.reason,
                content: body.content,
                although: body.although,
              },
              sql,
            });
          return result.id;
        }),
      { what: 'a message was sent again' },
    );
    return this.messages.detail(caller, made);
  }

  /** Starts a batch; the same request, or one of the same step that is under way, is answered with what it started. */
  async start(
    caller: Caller,
    { journeyId, body }: { journeyId: string; body: RouteInput<typeof api.startResendBatch>['body'] },
  ): Promise<ResendBatch> {
    const { requestId, node, kinds, reason, ...range } = body;
    const journey = await this.ledger.journey(caller, journeyId);
    if (!journey) throw notFound('journey');
    const before = await this.batches.find(caller, requestId);
    if (before) return batchOf(before);
    if (journey.stopped) throw new UserError('journey-stopped', refusals['journey-stopped'], { status: 409 });
    await this.batches.transaction(async (sql) => {
      const requestedBy = actorName(caller);
      const inserted = await this.batches.insert(caller, {
        sql,
        id: requestId,
        journey_id: journeyId,
        node,
        selection: { kinds, ...range },
        reason,
        requested_by: requestedBy,
      });
      if (!inserted) return;
      const total = await this.ledger.addMissing(caller, { sql, batchId: requestId, journeyId, node, kinds, range });
      if (total === 0)
        throw new UserError(
          'nothing-missing',
          'Nobody is missing anymore. Reload the ledger to see the latest counts.',
          {
            status: 409,
          },
        );
      await this.batches.setTotal(caller, { sql, id: requestId, total });
      await this.audit.record(caller, {
        action: 'message.resend-missing',
        subject: `journey:${journeyId}`,
        detail: { batch: requestId, node, kinds, reason, total },
        sql,
      });
    });
    const started = await this.batches.find(caller, requestId);
    if (started) return batchOf(started);
    throw new UserError(
      'resend-under-way',
      'This step’s message is already being sent to the missing. Wait until that’s done, or stop it first.',
      { status: 409 },
    );
  }

  async list(scope: Scope, journeyId: string): Promise<{ items: ResendBatch[] }> {
    if (!(await this.ledger.journey(scope, journeyId))) throw notFound('journey');
    return { items: (await this.batches.ofJourney(scope, journeyId)).map(batchOf) };
  }

  async stop(caller: Caller, id: string): Promise<ResendBatch> {
    await this.batches.transaction(async (sql) => {
      if (await this.batches.stop(caller, { sql, id }))
        await this.audit.record(caller, { action: 'message.resend-stop', subject: `resend-batch:${id}`, sql });
    });
    const batch = await this.batches.find(caller, id);
    if (!batch) throw notFound('batch');
    return batchOf(batch);
  }
}

function batchOf(row: BatchRow): ResendBatch {
  return {
    id: row.id,
    node: row.node,
    state: row.state,
    reason: row.reason,
    requestedBy: row.requested_by,
    kinds: row.selection.kinds,
    total: row.total,
    done: row.done,
    skipped: row.skipped,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
