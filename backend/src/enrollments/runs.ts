import type { RunsClient } from '@wend/temporal';

/** The way to Temporal, given by the process: the worker shares its connection (eager starts), the api has a client of its own. */
export class Runs {
  private connected: RunsClient | null = null;

  get client(): RunsClient {
    if (!this.connected) throw new Error('Temporal is not connected yet.');
    return this.connected;
  }

  use(client: RunsClient): void {
    this.connected = client;
  }
}
