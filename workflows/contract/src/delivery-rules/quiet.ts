import { z } from 'zod';
import { readClock, readDay } from '../clock-time.js';
import { channel, topicKey } from '../rule.js';
import { holidayCountries } from './public-holidays.js';
import { windowOnDaysWords } from '../when/clock-windows.js';
import { coversTheWeek } from './quiet-time.js';

const clock = z.string().refine((text) => readClock(text) !== null, 'must be a time such as 21:00');
const weekday = z.number().int().min(1).max(7);
const never = 'The quiet hours never end, so nothing would ever be sent. Leave some time of the week free.';

/** From a time to another one, on the days on which it begins (1 is Monday); it may end on the day after. */
export const quietWindow = z.object({ days: z.array(weekday).min(1).max(7), from: clock, to: clock });

/** What has no time of its own: it is judged by the clocks of the person. */
export const quietHours = z.object({
  windows: z
    .array(quietWindow)
    .max(20)
    .refine((windows) => !coversTheWeek(windows), never),
  /** Days that are quiet as a whole, `YYYY-MM-DD`. */
  dates: z
    .array(z.string().refine((text) => readDay(text) !== null, 'must be a day such as 2027-01-01'))
    .max(100)
    .optional(),
  /** The public holidays of a country are quiet as a whole. */
  holidays: z.enum(holidayCountries).optional(),
  /**
   * Who has agreed to be written to all the same: people who have subscribed to a topic on the message's channel, or
   * whose trait says yes.
   */
  unless: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('topic'), topic: topicKey }),
      z.object({ kind: z.literal('trait'), trait: z.string().trim().min(1).max(200) }),
    ])
    .optional(),
});
export type QuietHours = z.infer<typeof quietHours>;

/** The quiet hours of a workspace: for all channels, and for some in their place (null: none for it). */
export const quietSettings = z.object({
  hours: quietHours.nullable(),
  channels: z
    .array(z.object({ channel, hours: quietHours.nullable() }))
    .max(50)
    .refine((all) => new Set(all.map((each) => each.channel)).size === all.length, 'Each channel can stand here once.'),
  /** How many messages a minute leave the backlog once they may go out; null: as fast as rates allow. */
  perMinute: z.number().int().min(1).max(1_000_000).nullable(),
});
export type QuietSettings = z.infer<typeof quietSettings>;

export const noQuietHours: QuietSettings = { hours: null, channels: [], perMinute: null };

/** What a step says of quiet hours: those of the workspace hold for it, others, or none. */
export const quietChoices = ['follow', 'other', 'none'] as const;
export type QuietChoice = (typeof quietChoices)[number];

/** Quiet hours that a step has for itself; each day where it names no days. */
const ownWindow = z.object({ days: z.array(weekday).optional(), from: clock, to: clock });

/** What is wrong with the quiet hours that a step has for itself, in a sentence; null where nothing is. */
export function quietProblem(config: Record<string, unknown>): string | null {
  if (quietChoiceOf(config) !== 'other') return null;
  const windows = ownWindows(config);
  const said = config['quietWindows'];
  // What is written wrongly is said where it stands.
  if (Array.isArray(said) && windows.length < said.length) return null;
  if (windows.length === 0) return 'Add the quiet hours of this step, or let it follow those of the workspace.';
  return coversTheWeek(windows) ? never : null;
}

export function quietChoiceOf(config: Record<string, unknown>): QuietChoice {
  const said = config['quietHours'];
  return said === 'other' || said === 'none' ? said : 'follow';
}

/** The quiet hours that a step has for itself; null where it has none. */
export function ownQuietHours(config: Record<string, unknown>): QuietHours | null {
  const windows = ownWindows(config);
  return windows.length === 0 ? null : { windows };
}

function ownWindows(config: Record<string, unknown>): QuietHours['windows'] {
  const said = config['quietWindows'];
  if (!Array.isArray(said)) return [];
  return said.flatMap((each: unknown) => {
    const read = ownWindow.safeParse(each);
    if (!read.success) return [];
    const { days, from, to } = read.data;
    return [{ days: days && days.length > 0 ? days : [1, 2, 3, 4, 5, 6, 7], from, to }];
  });
}

/** Quiet hours in words, for those who read why a message waited: `21:00–08:00, all day on Sun`. */
export function quietWords({ windows, dates = [], holidays }: QuietHours): string {
  const parts = windows.map(windowOnDaysWords);
  if (holidays) parts.push(`public holidays (${holidays})`);
  if (dates.length > 0) parts.push(dates.length === 1 ? dates[0]! : `${dates.length} days`);
  return parts.join(', ');
}
