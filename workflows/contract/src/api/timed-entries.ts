import { z } from 'zod';
import { timedEntryEndpoints } from './endpoints.js';
import { idParams, isoTime, route } from './route.js';

/**
 * `running`: people are coming in; `ran`: they have; `stopped`: somebody stopped them midway, or the journey was closed
 * before they came; `failed`: they could not be let in; `missed`: nothing ran at the time and until it was too late;
 * `skipped`: the journey was paused.
 */
export const occurrenceState = z.enum(['running', 'ran', 'stopped', 'failed', 'missed', 'skipped']);
export type OccurrenceState = z.infer<typeof occurrenceState>;

/** One time of a schedule. Where each person's zone counts it lasts a day: it goes round the world. */
export const scheduleOccurrence = z.object({
  /** The day and the time on the clock: `2026-12-01T09:00`. */
  name: z.string(),
  /** The first and the last time at which people were due. */
  from: isoTime,
  until: isoTime,
  state: occurrenceState,
  /** Times of zones that nothing ran at; of a schedule in the workspace's zone at most one. */
  missed: z.number().int(),
  /** People of the segment, those who came in, those who are held while the journey is paused, and those kept out. */
  people: z.number().int(),
  entered: z.number().int(),
  held: z.number().int(),
  refused: z.number().int(),
});
export type ScheduleOccurrence = z.infer<typeof scheduleOccurrence>;

export const journeySchedule = z.object({
  /** The step. */
  node: z.string(),
  /** The next five times; where each person's zone counts, as they come in the workspace's. Empty: it is over, or closed. */
  next: z.array(isoTime),
  /** The latest first, of 90 days; 50 at most. */
  past: z.array(scheduleOccurrence),
});
export type JourneySchedule = z.infer<typeof journeySchedule>;

export const timedEntriesApi = {
  journeySchedules: route({
    ...timedEntryEndpoints.journeySchedules,
    summary: 'Next and past times of a journey’s schedules, and what became of them',
    params: idParams,
    response: z.object({ schedules: z.array(journeySchedule) }),
  }),
} as const;
