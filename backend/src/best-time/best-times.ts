import { Injectable } from '@nestjs/common';
import type { BestTime, ProfileHabits } from '@wend/contract';
import { BestTimeRepository } from './best-time.repository.js';
import type { CountedRow } from './best-time.repository.js';
import { bestChannelOf } from './best-channel.js';
import { bestTime } from './best-time.js';
import type { Learned } from './best-time.js';
import {
  added,
  confidenceOf,
  decayed,
  fadeAt,
  leastOfEverybody,
  likelihood,
  noHours,
  ownHelps,
  total,
} from './habits.js';
import type { Scope } from '../platform/database/index.js';

type BestTimeOfOptions = {
  profileId: string;
  /** Left out: opens and clicks of all. */
  channel?: string | undefined;
  at: number;
  withinHours: number;
  zone: string;
  /** When to go on (ms) if nothing is known of the person; null: by everybody's habits. */
  otherwise: number | null;
};

/** Says when people are likeliest to look. */
@Injectable()
export class BestTimes {
  constructor(private readonly repository: BestTimeRepository) {}

  async of(scope: Scope, { profileId, channel, at, ...options }: BestTimeOfOptions): Promise<BestTime> {
    const { own, everybody } = await this.repository.of(scope, profileId);
    const counts = { channel, at };
    const mine = believed(own, { ...counts, everybody });
    return bestTime({ ...options, at, own: mine, everybody: learned(everybody, counts).hours });
  }

  /** All that is known of a person's hours and channels; null where the workspace does not use it. */
  async habits(
    scope: Scope,
    { profileId, at, reachable }: { profileId: string; at: number; reachable: Readonly<Record<string, boolean>> },
  ): Promise<ProfileHabits | null> {
    if (!(await this.repository.inUse(scope))) return null;
    const { own, everybody } = await this.repository.of(scope, profileId);
    const hoursOf = (channel: string | undefined) => {
      const mine = believed(own, { channel, at, everybody });
      const all = learned(everybody, { channel, at });
      const shares = likelihood({ own: mine.hours, everybody: all.hours });
      return { mine, shares, known: total(mine.hours) > 0 || total(all.hours) >= leastOfEverybody };
    };
    const timeOf = (channel: string | undefined): ProfileHabits['times'][number] => {
      const { mine, shares, known } = hoursOf(channel);
      const { hours, helps, ...counts } = mine;
      return {
        channel: channel ?? null,
        hour: known ? shares.indexOf(Math.max(...shares)) : null,
        confidence: confidenceOf(hours),
        helps,
        ...counts,
      };
    };
    const channels = own.flatMap(({ channel, opens, clicks }) =>
      channel !== '' && opens + clicks > 0 ? [channel] : [],
    );
    return {
      times: [timeOf(undefined), ...channels.map(timeOf)],
      hours: hoursOf(undefined).shares,
      bestChannel: bestChannelOf({ own, everybody: everybody.filter(({ channel }) => reachable[channel] === true) }),
    };
  }
}

/** What counts for a channel, or for all: its own opens and clicks, and visits. */
export function learned(
  rows: readonly CountedRow[],
  { channel, at }: { channel: string | undefined; at: number },
): Learned {
  const counting = countingFor(rows, channel);
  const count = (of: (row: CountedRow) => number) => counting.reduce((sum, row) => sum + of(row), 0);
  return {
    hours: decayed(
      counting.reduce<readonly number[]>((sum, row) => added(sum, row.hours), noHours),
      at,
    ),
    opens: count(({ opens }) => opens),
    clicks: count(({ clicks }) => clicks),
    visits: count(({ visits }) => visits),
  };
}

/**
 * What is believed of a person's own hours: nothing where people's own hours have turned out to say no more than
 * everybody's. The counts stay, for who asks what is known.
 */
function believed(
  own: readonly CountedRow[],
  { channel, at, everybody }: { channel: string | undefined; at: number; everybody: readonly CountedRow[] },
): Learned & { helps: boolean } {
  const all = countingFor(everybody, channel);
  const sum = (of: (row: CountedRow) => number) => fadeAt(at) * all.reduce((before, row) => before + of(row), 0);
  const helps = ownHelps({ gain: sum(({ gain }) => gain), scored: sum(({ scored }) => scored) });
  const mine = learned(own, { channel, at });
  return { ...mine, hours: helps ? mine.hours : noHours, helps };
}

function countingFor(rows: readonly CountedRow[], channel: string | undefined): readonly CountedRow[] {
  return rows.filter((row) => channel === undefined || row.channel === '' || row.channel === channel);
}
