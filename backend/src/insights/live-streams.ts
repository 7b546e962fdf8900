import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { LiveFigures } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';
import { logger } from '../platform/logging/index.js';
import { LiveService, keyOf } from './live.service.js';
import type { FiguresQuery } from './live.service.js';

/** Where figures go to: one open answer. */
export type Listener = { send: (text: string) => void; end: () => void };
type Channel = { query: FiguresQuery; listeners: Set<Listener>; last: string; timer: NodeJS.Timeout; beats: number };

const tickMs = 2_000;
/**
 * Unchanged figures are sent again after so many ticks: browsers see that they are fresh, proxies that the connection
 * lives.
 */
const ticksPerHeartbeat = 5;
/** The browser comes back by itself, and is asked who it is again. */
const lifetimeMs = 15 * 60_000;

/**
 * Pushes the figures of journeys as server-sent events: one query per journey and tick, whoever many look, and only
 * changes.
 */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly channels = new Map<string, Channel>();

  constructor(private readonly live: LiveService) {}

  /** Sends the figures now, then each change. Returns how to leave. Throws 404 when there is no such journey. */
  async join(query: FiguresQuery, listener: Listener): Promise<() => void> {
    const figures = await this.live.figures(query);
    const channel = this.channels.get(keyOf(query)) ?? this.open(query);
    channel.listeners.add(listener);
    listener.send(eventOf(figures));
    const leave = () => {
      clearTimeout(life);
      channel.listeners.delete(listener);
      if (channel.listeners.size === 0) this.close(channel);
    };
    const life = setTimeout(() => {
      leave();
      listener.end();
    }, lifetimeMs);
    return leave;
  }

  /** Open answers would keep the server from closing. */
  onModuleDestroy(): void {
    for (const channel of this.channels.values()) {
      for (const listener of channel.listeners) listener.end();
      this.close(channel);
    }
  }

  /** How many journeys are watched; for tests. */
  get size(): number {
    return this.channels.size;
  }

  private open(query: FiguresQuery): Channel {
    const channel: Channel = {
      query,
      listeners: new Set(),
      last: '',
      beats: 0,
      timer: setInterval(() => void this.tick(channel), tickMs),
    };
    this.channels.set(keyOf(query), channel);
    return channel;
  }

  private close(channel: Channel): void {
    clearInterval(channel.timer);
    if (this.channels.get(keyOf(channel.query)) === channel) this.channels.delete(keyOf(channel.query));
  }

  private async tick(channel: Channel): Promise<void> {
    channel.beats += 1;
    try {
      const figures = await this.live.figures(channel.query);
      const text = JSON.stringify({ ...figures, at: '' });
      if (text === channel.last && channel.beats < ticksPerHeartbeat) return;
      channel.last = text;
      channel.beats = 0;
      tell(channel, eventOf(figures));
    } catch (error) {
      if (error instanceof UserError) return this.finish(channel);
      logger.warn({ error, journeyId: channel.query.journeyId }, 'live figures could not be read; trying again');
      tell(channel, ': the figures cannot be read just now\n\n');
    }
  }

  /** The journey was deleted meanwhile. */
  private finish(channel: Channel): void {
    for (const listener of channel.listeners) listener.end();
    this.close(channel);
  }
}

function tell(channel: Channel, text: string): void {
  for (const listener of channel.listeners) listener.send(text);
}

function eventOf(figures: LiveFigures): string {
  return `data: ${JSON.stringify(figures)}\n\n`;
}
