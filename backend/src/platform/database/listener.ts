import pg from 'pg';
import type { Logger } from 'pino';

type ListenerOptions = {
  url: string;
  channels: string[];
  /** `payload`: what the notification says; empty when it says nothing. */
  notify: (channel: string, payload: string) => void;
  logger: Pick<Logger, 'warn'>;
};

/**
 * Calls `notify` with the channel for each notification; connects again when the connection is lost. Each channel is
 * told of once when it is listened to again: what was missed meanwhile is looked for.
 */
export class Listener {
  private client: pg.Client | null = null;
  private stopped = false;

  constructor(private readonly options: ListenerOptions) {}

  async start(): Promise<void> {
    if (this.stopped) return;
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'wend-listen',
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload }) => this.options.notify(channel, payload ?? ''));
    client.on('error', (error) => this.again(client, error));
    client.on('end', () => this.again(client, null));
    try {
      await client.connect();
      for (const channel of this.options.channels) await client.query(`listen ${channel}`);
      // It was stopped meanwhile: the connection must not outlive that.
      if (this.stopped) return await client.end();
      this.client = client;
      for (const channel of this.options.channels) this.options.notify(channel, '');
    } catch (error) {
      this.again(client, error as Error);
    }
  }

  private dropped = new WeakSet<pg.Client>();

  private again(client: pg.Client, error: Error | null): void {
    if (this.stopped || this.dropped.has(client)) return;
    this.dropped.add(client);
    if (error) this.options.logger.warn({ err: error }, 'Lost the connection for notifications; connecting again');
    client.end().catch(() => undefined);
    setTimeout(() => void this.start(), 1_000).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.client?.end();
  }
}
