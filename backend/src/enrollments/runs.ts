import type { RunsClient } from '@wend/temporal';

/**
 * The way to Temporal, given by the process: the worker shares its connection (eager starts), the api has a client of
 * its own.
 */
export class Runs {
  private connected: RunsClient | null = null;

  get client(): RunsClient {
    if (!this.connected) throw new Error('Temporal is not connected yet.');
    return this.connected;
  }

  /** False when it is known that the Temporal server does not let time pass for test runs. */
  async canSkip(): Promise<boolean> {
    return (await this.connected?.canSkip()) ?? true;
  }

  use(client: RunsClient): void {
    this.connected = client;
  }
}
