import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { IngestOutcome } from '@wend/contract';
import { IngestListeners } from '../events/index.js';
import type { DoneRequest, FailedRequest, IngestListener, TakenRequest } from '../events/index.js';
import { logger } from '../platform/logging/index.js';
import { doneItem, failedItem, itemOf, reasonOf } from './ingest-items.js';
import type { NamedItem } from './ingest-items.js';
import { IngestLogRepository } from './ingest-log.repository.js';
import type { DayCount } from './ingest-log.repository.js';
import { Watching } from './watching.js';

const countsMs = 2_000;
const itemsMs = 250;
/** Of a workspace and between two writes; what is more is counted only. */
const most = { rejections: 100, watched: 200, reasons: 100 };
/** Counts that wait while the database does not answer. */
const mostCounts = 50_000;
const other = 'Other reasons';

/**
 * Notes what became of requests to the ingestion API: counts by day, the last items that were rejected and, while
 * somebody watches a workspace, every item. It gathers in memory and writes every few seconds: a process that is killed
 * loses what it had not written.
 */
@Injectable()
export class IngestLog implements IngestListener, OnModuleInit, OnApplicationShutdown {
  private counts = new Map<string, DayCount>();
  private readonly reasons = new Map<string, Set<string>>();
  private rejections = new Map<string, NamedItem[]>();
  private watched = new Map<string, { items: NamedItem[]; skipped: number }>();
  private countsTimer: NodeJS.Timeout | null = null;
  private itemsTimer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly listeners: IngestListeners,
    private readonly repository: IngestLogRepository,
    private readonly watching: Watching,
  ) {}

  onModuleInit(): void {
    this.listeners.add(this);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  took(request: TakenRequest): void {
    const { events, eventIds, rejected, refused } = request;
    let stored = 0;
    for (const id of eventIds) if (id !== null) stored += 1;
    this.count(request, { outcome: 'accepted', count: stored });
    this.count(request, { outcome: 'duplicate', count: events.length - stored - refused });
    for (const problem of rejected) {
      this.count(request, { outcome: 'rejected', count: 1, reason: reasonOf(problem) });
      this.keep(request, () => itemOf(request, { index: problem.index, outcome: 'rejected', problem }));
    }
    if (!this.watching.isWatched(request.scope)) return;
    const lost = new Set(rejected.map(({ index }) => index));
    for (const [n, { index }] of events.entries())
      if (!lost.has(index))
        this.show(request, () => itemOf(request, { index, outcome: eventIds[n] === null ? 'duplicate' : 'accepted' }));
  }

  failed(request: FailedRequest): void {
    this.count(request, { outcome: 'rejected', count: request.count, reason: request.reason });
    this.keep(request, () => failedItem(request));
  }

  done(request: DoneRequest): void {
    this.count(request, { outcome: 'accepted', count: 1 });
    if (this.watching.isWatched(request.scope)) this.show(request, () => doneItem(request));
  }

  /** Writes what is gathered; also at the end of the process. */
  async flush(): Promise<void> {
    for (const timer of [this.countsTimer, this.itemsTimer]) if (timer) clearTimeout(timer);
    await this.write({ counts: true });
  }

  private count(
    { scope: { workspaceId }, receivedAt }: Pick<TakenRequest, 'scope' | 'receivedAt'>,
    { outcome, count, reason = '' }: { outcome: IngestOutcome; count: number; reason?: string },
  ): void {
    if (count === 0) return;
    const day = dayOf(receivedAt);
    const why = reason === '' ? reason : this.bounded(workspaceId, reason);
    const key = `${workspaceId} ${day} ${outcome} ${why}`;
    const known = this.counts.get(key);
    if (known) known.count += count;
    else if (this.counts.size < mostCounts) this.counts.set(key, { workspaceId, day, outcome, reason: why, count });
    this.countsTimer ??= setTimeout(() => void this.write({ counts: true }), countsMs).unref();
  }

  /** Reasons say what is wrong, not what was sent; should there be many all the same, they are one. */
  private bounded(workspaceId: string, reason: string): string {
    const known = this.reasons.get(workspaceId) ?? new Set();
    if (!known.has(reason) && known.size >= most.reasons) return other;
    this.reasons.set(workspaceId, known.add(reason));
    return reason;
  }

  /** A rejected item, for later and for whoever watches. Made once, and only where there is room. */
  private keep({ scope }: Pick<TakenRequest, 'scope'>, make: () => NamedItem): void {
    const items = this.rejections.get(scope.workspaceId) ?? [];
    const hasRoom = items.length < most.rejections;
    let made: NamedItem | null = null;
    const once = () => (made ??= make());
    if (hasRoom) {
      items.push(once());
      this.rejections.set(scope.workspaceId, items);
    }
    if (this.watching.isWatched(scope)) this.show({ scope }, once);
  }

  private show({ scope }: Pick<TakenRequest, 'scope'>, make: () => NamedItem): void {
    const kept = this.watched.get(scope.workspaceId) ?? { items: [], skipped: 0 };
    this.watched.set(scope.workspaceId, kept);
    if (kept.items.length < most.watched) kept.items.push(make());
    else kept.skipped += 1;
    this.itemsTimer ??= setTimeout(() => void this.write({ counts: false }), itemsMs).unref();
  }

  /** One write after the other. */
  private write({ counts }: { counts: boolean }): Promise<void> {
    this.itemsTimer = null;
    if (counts) this.countsTimer = null;
    this.writing = this.writing.then(async () => {
      if (counts) await this.writeCounts();
      await this.writeItems();
    });
    return this.writing;
  }

  private async writeCounts(): Promise<void> {
    const counts = [...this.counts.values()];
    this.counts = new Map();
    if (counts.length > 0)
      await this.repository.addCounts(counts).catch((error: unknown) => {
        logger.warn({ error }, 'it could not be counted what became of requests; trying again');
        for (const each of counts) this.count({ scope: each, receivedAt: Date.parse(each.day) }, each);
      });
    const rejections = this.rejections;
    this.rejections = new Map();
    for (const [workspaceId, items] of rejections)
      await this.repository
        .addItems({ workspaceId }, { table: 'ingest_rejections', items })
        .catch((error: unknown) => logger.warn({ error }, 'rejected items could not be kept'));
  }

  private async writeItems(): Promise<void> {
    const watched = this.watched;
    this.watched = new Map();
    for (const [workspaceId, { items, skipped }] of watched) {
      const last = items.at(-1);
      if (last && skipped > 0) last.item = { ...last.item, skipped };
      await this.repository
        .addItems({ workspaceId }, { table: 'ingest_items', items })
        .catch((error: unknown) => logger.warn({ error }, 'watched items could not be shown'));
    }
  }
}

const days = { from: 0, to: 0, day: '' };
/** The day (UTC) of a time in ms. Nearly always that of the time before. */
function dayOf(at: number): string {
  if (at < days.from || at >= days.to) {
    const from = at - (((at % 86_400_000) + 86_400_000) % 86_400_000);
    Object.assign(days, { from, to: from + 86_400_000, day: new Date(from).toISOString().slice(0, 10) });
  }
  return days.day;
}
