import { proxyActivities } from '@temporalio/workflow';
import type { EntryScheduleActivities, EntryScheduleName } from './protocol.js';

const { runEntrySchedule } = proxyActivities<EntryScheduleActivities>({
  startToCloseTimeout: '5m',
  // An outage of the database is waited out; what is then too late is for the backend to say.
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** What a Temporal Schedule starts when a journey's schedule comes due. What is due, the backend finds out by itself. */
export async function entrySchedule(name: EntryScheduleName): Promise<void> {
  await runEntrySchedule({ ...name, at: Date.now() });
}
