import { Injectable } from '@nestjs/common';
import type { Backlog, BacklogCancellation, BacklogFilter, HeldMessage } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { RuleSettings } from '../delivery-rules/index.js';
import { OutcomesService } from '../messages/index.js';
import { Remembered } from '../platform/cache/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { decodeCursor, displayName, encodeCursor } from '../profiles/index.js';
import { BacklogRepository } from './backlog.repository.js';
import type { HeldCount, HeldRow } from './backlog.repository.js';
import { CancellationRepository } from './cancellation.repository.js';
import type { CancellationRow } from './cancellation.repository.js';
import { cancelHeld } from './cancellations.service.js';

/** A count reads all that is held: who looks shares one that took long, and has a new one each time of a few messages. */
const countedFor = (tookMs: number): number => (tookMs < 100 ? 0 : tookMs * 10);

/** What delivery rules keep back, and how members take messages out of it. */
@Injectable()
export class BacklogService {
  private readonly counts = new Remembered<HeldCount[]>();

  constructor(
    private readonly repository: BacklogRepository,
    private readonly cancellations: CancellationRepository,
    private readonly settings: RuleSettings,
    private readonly outcomes: OutcomesService,
    private readonly audit: AuditLog,
  ) {}

  async summary(scope: Scope): Promise<Backlog> {
    const [counts, { quiet }, cancellations] = await Promise.all([
      this.counts.get(scope.workspaceId, { freshMs: countedFor, load: () => this.repository.counts(scope) }),
      this.settings.read(scope),
      this.cancellations.last(scope),
    ]);
    const next = earliest(counts.map(({ next_at: at }) => at));
    const oldest = earliest(counts.map(({ oldest_at: at }) => at));
    return {
      ...sumOf(counts),
      total: sumOf(counts).count,
      perMinute: quiet.perMinute,
      nextAt: next,
      oldestAt: oldest,
      channels: grouped(counts, ({ channel }) => channel).map(([channel, rows]) => ({ channel, ...sumOf(rows) })),
      journeys: grouped(counts, ({ journey_id: id }) => id).map(([id, rows]) => ({
        id,
        name: rows[0]!.journey_name ?? 'Deleted journey',
        ...sumOf(rows),
      })),
      rules: grouped(counts, ({ held_by: rule }) => rule).map(([rule, rows]) => ({ rule, ...sumOf(rows) })),
      cancellations: cancellations.map(cancellationOf),
    };
  }

  async list(
    scope: Scope,
    { cursor, limit, ...filter }: BacklogFilter & { cursor?: string | undefined; limit: number },
  ): Promise<{ items: HeldMessage[]; next: string | null }> {
    const { rows, end } = await this.repository.list(scope, {
      ...filter,
      after: decodeCursor(cursor, 'backlog'),
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const next = rows.length > limit && last ? { at: last.cursor, id: last.id } : end;
    return { items: items.map(heldOf), next: next && encodeCursor(next, 'backlog') };
  }

  /** Throws `UserError` 404 for a message that is not there, 409 for one that does not wait any more. */
  async cancel(caller: Caller, id: string): Promise<{ canceled: true }> {
    if (!(await this.repository.exists(caller, id))) throw notFound('message');
    if (!(await cancelHeld(this.outcomes, { scope: caller, id, by: actorName(caller) })))
      throw new UserError('not-held', 'This message isn’t waiting anymore. Reload the backlog to see what is.', {
        status: 409,
      });
    await this.audit.record(caller, { action: 'message.cancel', subject: `message:${id}` });
    return { canceled: true };
  }

  /** Throws `UserError` 409 when there are more than the caller has seen. The same request is answered with what it began. */
  async cancelAll(
    caller: Caller,
    { requestId, filter, expected }: { requestId: string; filter: BacklogFilter; expected: number },
  ): Promise<BacklogCancellation> {
    const before = await this.cancellations.find(caller, requestId);
    if (before) return cancellationOf(before);
    const total = await this.repository.count(caller, filter);
    if (total > expected)
      throw new UserError(
        'backlog-grew',
        `There are ${total.toLocaleString('en-US')} messages now, more than you have seen. Check the number and confirm again.`,
        { status: 409 },
      );
    await this.cancellations.transaction(async (sql) => {
      await this.cancellations.insert(caller, { sql, id: requestId, filter, requested_by: actorName(caller), total });
      await this.audit.record(caller, {
        action: 'backlog.cancel',
        subject: `backlog-cancellation:${requestId}`,
        detail: { filter, total },
        sql,
      });
    });
    return cancellationOf((await this.cancellations.find(caller, requestId))!);
  }
}

function cancellationOf(row: CancellationRow): BacklogCancellation {
  const { id, filter, state, total, done } = row;
  return { id, filter, state, total, done, requestedBy: row.requested_by, createdAt: row.created_at.toISOString() };
}

function heldOf(row: HeldRow): HeldMessage {
  return {
    id: row.id,
    channel: row.channel,
    profile: {
      id: row.profile_id,
      name: displayName({ traits: row.traits ?? {}, externalId: row.external_id }),
    },
    journey: { id: row.journey_id, name: row.journey_name ?? 'Deleted journey' },
    nodeName: row.node_name ?? row.node,
    rule: row.held_by,
    says: row.ruling?.says ?? null,
    priority: row.held_priority,
    queuedAt: row.queued_at.toISOString(),
    since: row.held_at?.toISOString() ?? null,
    until: row.held_until.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

function sumOf(rows: readonly HeldCount[]): { count: number; due: number } {
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    due: rows.reduce((sum, row) => sum + row.due, 0),
  };
}

/** The most first. */
function grouped<Key>(rows: readonly HeldCount[], key: (row: HeldCount) => Key): [Key, HeldCount[]][] {
  const groups = new Map<Key, HeldCount[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups].sort(([, one], [, other]) => sumOf(other).count - sumOf(one).count);
}

function earliest(times: readonly (Date | null)[]): string | null {
  const known = times.flatMap((time) => time?.getTime() ?? []);
  return known.length === 0 ? null : new Date(Math.min(...known)).toISOString();
}
