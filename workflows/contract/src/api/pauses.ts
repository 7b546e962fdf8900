import { z } from 'zod';
import { isoTime } from './route.js';
import { overduePolicies } from './statuses.js';

export type { OverduePolicy } from './statuses.js';

const overdue = z.enum(overduePolicies);

/** Most that goes on in a minute of what a pause held. */
export const mostPerMinute = 100_000;

export const controlBody = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('pause'),
    /** What becomes of what falls due meanwhile; without it `hold`. While the journey is paused it changes that. */
    overdue: overdue.optional(),
  }),
  z.strictObject({
    action: z.literal('resume'),
    /** In place of what was said when the journey was paused. */
    overdue: overdue.optional(),
    /** So many runs and messages that were held go on in a minute; without it as many as can. */
    perMinute: z.number().int().min(1).max(mostPerMinute).optional(),
  }),
  z.strictObject({
    action: z.literal('stop'),
    /** Why: each run says that it ended by it. */
    reason: z.string().trim().min(1).max(500).optional(),
  }),
]);
export type ControlBody = z.infer<typeof controlBody>;

export const journeyPause = z.object({
  /** Null: the journey was never paused. */
  pause: z
    .object({
      overdue,
      pausedAt: isoTime,
      pausedBy: z.string().nullable(),
      /** Null: it is paused now. */
      resumedAt: isoTime.nullable(),
      resumedBy: z.string().nullable(),
      perMinute: z.number().int().nullable(),
    })
    .nullable(),
  /** What is held now, also of what goes on since a resume. */
  held: z.object({
    /** Runs to which something has happened, or for which a time has come; those too that have not begun. */
    runs: z.number().int(),
    /** Of these, people who came in meanwhile. */
    entering: z.number().int(),
    /** Messages that were queued. */
    messages: z.number().int(),
    /** Of these, messages after which another one to the same person is held. */
    superseded: z.number().int(),
    /** Since when the oldest message is queued. */
    oldestMessage: isoTime.nullable(),
    /** Since when the run that is there the longest is at its step, or in the journey. */
    oldestRun: isoTime.nullable(),
  }),
  /** Runs that wait for a time or for events, and are not held. */
  waiting: z.number().int(),
  /** Runs, held ones too, whose wait is over later if the pause shifts it. */
  shifting: z.number().int(),
});
export type JourneyPause = z.infer<typeof journeyPause>;

/** How a journey was stopped last; `stop` null: it never was. */
export const journeyStop = z.object({
  stop: z
    .object({
      stoppedAt: isoTime,
      stoppedBy: z.string(),
      reason: z.string().nullable(),
      /** People in it then. */
      runs: z.number().int(),
      /** Of these, runs that have not ended yet. */
      left: z.number().int(),
    })
    .nullable(),
});
export type JourneyStop = z.infer<typeof journeyStop>;
