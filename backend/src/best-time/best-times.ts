import { Injectable } from '@nestjs/common';
import type { BestTime } from '@wend/contract';
import { BestTimeRepository } from './best-time.repository.js';
import type { CountedRow } from './best-time.repository.js';
import { bestTime } from './best-time.js';
import type { Learned } from './best-time.js';
import { added, decayed, noHours } from './habits.js';
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
    return bestTime({ ...options, at, own: learned(own, counts), everybody: learned(everybody, counts).hours });
  }
}

/** What counts for a channel, or for all: its own opens and clicks, and visits. */
export function learned(
  rows: readonly CountedRow[],
  { channel, at }: { channel: string | undefined; at: number },
): Learned {
  const counting = rows.filter((row) => channel === undefined || row.channel === '' || row.channel === channel);
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
