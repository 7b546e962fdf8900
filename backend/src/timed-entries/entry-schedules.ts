import type { EntrySchedulesClient } from '@wend/temporal';

/** The way to Temporal Schedules, given by the worker process. */
export class EntrySchedules {
  private connected: EntrySchedulesClient | null = null;

  get client(): EntrySchedulesClient {
    if (!this.connected) throw new Error('Temporal is not connected yet.');
    return this.connected;
  }

  use(client: EntrySchedulesClient): void {
    this.connected = client;
  }
}
