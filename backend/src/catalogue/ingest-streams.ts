import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { IngestFilter, IngestNews } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { IngestLogRepository } from './ingest-log.repository.js';
import type { ReadItem } from './ingest-log.repository.js';
import { passes } from './ingest-filter.js';

/** Where items go to: one open answer. */
export type IngestReader = { filter: IngestFilter; send: (text: string) => void; end: () => void };
type Channel = {
  scope: Scope;
  readers: Set<IngestReader>;
  /** Items that were read, by number, with the time. */
  seen: Map<string, number>;
  after: string;
  timer: NodeJS.Timeout;
  announcer: NodeJS.Timeout;
  busy: boolean;
  quietTicks: number;
};

const tickMs = 400;
const announceMs = 5_000;
/** Proxies see that the connection lives. */
const ticksPerHeartbeat = 25;
const atOnce = 500;
/** Longer than a statement that adds items can take from giving a number to its commit. */
const lateMs = 10_000;
const lifetimeMs = 15 * 60_000;

/**
 * Pushes items of requests as server-sent events: one query per workspace and tick, whoever many watch. While somebody
 * does, all processes are told so, and keep the items that they get.
 */
@Injectable()
export class IngestStreams implements OnModuleDestroy {
  private readonly channels = new Map<string, Channel>();

  constructor(private readonly repository: IngestLogRepository) {}

  /**
   * Sends what is there that passes, then what comes. An item that comes meanwhile may be sent twice, with the same id.
   * Returns how to leave.
   */
  async join(scope: Scope, reader: IngestReader): Promise<() => void> {
    await this.repository.announce(scope);
    const channel = this.channels.get(scope.workspaceId) ?? this.open(scope);
    channel.readers.add(reader);
    try {
      const before = await this.repository.last(scope, { table: 'ingest_items', limit: atOnce });
      if (channel.readers.size === 1) note(channel, before);
      reader.send(eventOf(newsFor(reader, before.reverse())));
    } catch (error) {
      channel.readers.delete(reader);
      if (channel.readers.size === 0) this.close(channel);
      throw error;
    }
    const leave = () => {
      clearTimeout(life);
      channel.readers.delete(reader);
      if (channel.readers.size === 0) this.close(channel);
    };
    const life = setTimeout(() => {
      leave();
      reader.end();
    }, lifetimeMs);
    return leave;
  }

  /** Open answers would keep the server from closing. */
  onModuleDestroy(): void {
    for (const channel of this.channels.values()) {
      for (const reader of channel.readers) reader.end();
      this.close(channel);
    }
  }

  /** How many workspaces are watched here; for tests. */
  get size(): number {
    return this.channels.size;
  }

  private open(scope: Scope): Channel {
    const channel: Channel = {
      scope: { workspaceId: scope.workspaceId },
      readers: new Set(),
      seen: new Map(),
      after: '0',
      busy: false,
      quietTicks: 0,
      timer: setInterval(() => void this.tick(channel), tickMs),
      announcer: setInterval(() => void this.announce(channel), announceMs),
    };
    this.channels.set(scope.workspaceId, channel);
    return channel;
  }

  private close(channel: Channel): void {
    clearInterval(channel.timer);
    clearInterval(channel.announcer);
    if (this.channels.get(channel.scope.workspaceId) === channel) this.channels.delete(channel.scope.workspaceId);
  }

  private async announce({ scope }: Channel): Promise<void> {
    await this.repository
      .announce(scope)
      .catch((error: unknown) => logger.warn({ error }, 'it could not be said that somebody watches'));
  }

  private async tick(channel: Channel): Promise<void> {
    if (channel.busy || channel.readers.size === 0) return;
    channel.busy = true;
    channel.quietTicks += 1;
    try {
      const { scope, after, seen } = channel;
      const items = await this.repository.unseen(scope, { after, seen: [...seen.keys()], limit: atOnce });
      note(channel, items);
      for (const reader of channel.readers) {
        const news = newsFor(reader, items);
        if (news.items.length + news.skipped > 0) reader.send(eventOf(news));
        else if (channel.quietTicks >= ticksPerHeartbeat) reader.send(': nothing came\n\n');
      }
      if (items.length > 0 || channel.quietTicks >= ticksPerHeartbeat) channel.quietTicks = 0;
    } catch (error) {
      logger.warn({ error }, 'watched items could not be read; trying again');
      for (const reader of channel.readers) reader.send(': the items cannot be read just now\n\n');
    } finally {
      channel.busy = false;
    }
  }
}

/** Remembers what was read; numbers that are old enough have nothing below them that could still come. */
function note(channel: Channel, items: readonly ReadItem[]): void {
  const now = Date.now();
  for (const { id } of items) channel.seen.set(id, now);
  for (const [id, at] of channel.seen) {
    if (at > now - lateMs) continue;
    if (BigInt(id) > BigInt(channel.after)) channel.after = id;
    channel.seen.delete(id);
  }
}

function newsFor({ filter }: IngestReader, items: readonly ReadItem[]): IngestNews {
  return {
    items: items.filter((item) => passes(item, filter)).map(({ skipped: _, ...item }) => item),
    skipped: items.reduce((sum, { skipped = 0 }) => sum + skipped, 0),
  };
}

function eventOf(news: IngestNews): string {
  return `data: ${JSON.stringify(news)}\n\n`;
}
