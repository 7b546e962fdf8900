import { isDueAt, occurrenceName, occurrencesIn, readDay, zonedTimes } from '@wend/contract';
import type { Schedule } from '@wend/contract';

/** A time of a schedule; see `ZonedTime` for those of each person's zone. */
type DueTime = { name: string; at: number; after: number | null; last: boolean };

/** The widest, which the list of the time zone data leaves out. */
const edges = ['Etc/GMT-14', 'Etc/GMT+12', 'UTC'];
let known: string[] | undefined;

/** A zone for each time that somewhere shows, whoever lives there. */
function zonesOfTheWorld(): string[] {
  return (known ??= [...new Set([...Intl.supportedValuesOf('timeZone'), ...edges])]);
}

type TimesOptions = {
  schedule: Schedule;
  /** The workspace's. */
  zone: string;
  /** ms since 1970. */
  after: number;
};

/** The times of a schedule after an instant, in order. */
function* dueTimes({ schedule, zone, after }: TimesOptions): Generator<DueTime> {
  const { time } = schedule;
  if (schedule.zone === 'person')
    for (const { day, ...each } of zonedTimes({ schedule, zones: zonesOfTheWorld(), after }))
      yield { name: occurrenceName({ day, time }), ...each };
  else
    for (const { day, at } of occurrencesIn({ schedule, zone, after }))
      yield { name: occurrenceName({ day, time }), at, after: null, last: true };
}

/** Times from after `after` until `until`, and the one that comes next, if there is one. */
export function timesUntil({ until, ...options }: TimesOptions & { until: number }): {
  times: DueTime[];
  next: number | null;
} {
  const times: DueTime[] = [];
  for (const each of dueTimes(options)) {
    if (each.at > until) return { times, next: each.at };
    times.push(each);
  }
  return { times, next: null };
}

/** Whether somebody who lives in `zone` is due at a time of a schedule that goes by each person's. */
export function isDueIn(
  zone: string,
  {
    time,
    schedule,
  }: { time: { name: string; due_at: Date; after_at: Date | null; last: boolean }; schedule: Schedule },
): boolean {
  const day = readDay(time.name.slice(0, 10));
  if (day === null) return false;
  const slot = { day, at: time.due_at.getTime(), after: time.after_at?.getTime() ?? null, last: time.last };
  // What it says now may be another time of the day.
  return isDueAt(slot, { schedule: { ...schedule, time: time.name.slice(11) }, zone });
}

/** The next instants, each once, some at most; `more`: there may be others after them. */
export function nextInstants({ limit, ...options }: TimesOptions & { limit: number }): {
  instants: number[];
  more: boolean;
} {
  const instants: number[] = [];
  for (const { at } of dueTimes(options)) {
    if (at === instants.at(-1)) continue;
    if (instants.length >= limit) return { instants, more: true };
    instants.push(at);
  }
  return { instants, more: false };
}
