import type { Json } from '@wend/contract';
import { drawOf } from '@wend/engine';
import type { Sql } from '../platform/database/index.js';
import { causeText } from './candidate.js';
import type { Candidate, JourneyControl, StoredLimits } from './candidate.js';
import { countIn, knownCauses, lockLimits, placesOf } from './entry-limits.repository.js';
import type { Places } from './entry-limits.repository.js';

/** Limits that keep people out. */
const keepingOut = ['total', 'perDay', 'atOnce'] as const;

type Full = { limit: (typeof keepingOut)[number]; most: number };
type Limited = { limits: StoredLimits; places: Places; taken: Map<string, number> };

/**
 * How many may still come into the journeys of a transaction. Journeys whose limits keep people out are locked, so that
 * their transactions go one after the other and a limit is exact; of journeys without limits nothing is asked.
 */
export class EntryLimitsCheck {
  private constructor(
    private readonly limited: Map<string, Limited>,
    private readonly holdouts: Map<string, number>,
    private readonly known: Set<string>,
  ) {}

  static async of(
    sql: Sql,
    { candidates, controls }: { candidates: readonly Candidate[]; controls: Map<string, JourneyControl> },
  ): Promise<EntryLimitsCheck> {
    const holdouts = new Map<string, number>();
    const limited = new Map<string, Limited>();
    for (const { journey_id: id, limits } of controls.values()) {
      if (limits?.holdoutPercent) holdouts.set(id, limits.holdoutPercent);
      if (limits && keepingOut.some((name) => limits[name] !== undefined))
        limited.set(id, { limits, places: noPlaces(), taken: new Map() });
    }
    const coming = candidates.filter(({ entry }) => limited.has(entry.journey_id));
    if (coming.length === 0) return new EntryLimitsCheck(new Map(), holdouts, new Set());
    // One after the other: what the last holder of the lock wrote is seen by statements that begin after it.
    await lockLimits(sql, [...new Set(coming.map(({ entry }) => entry.journey_id))]);
    const known = await knownCauses(sql, coming);
    for (const [journeyId, each] of limited) {
      const ofJourney = coming.filter(({ entry }) => entry.journey_id === journeyId);
      if (ofJourney[0])
        each.places = await placesOf(
          { workspaceId: ofJourney[0].entry.workspace_id },
          { sql, journeyId, limits: each.limits, times: ofJourney.map(({ start }) => start.first.at) },
        );
    }
    return new EntryLimitsCheck(limited, holdouts, known);
  }

  /** Whether the same event or cause let somebody into the journey before. Known only where places are counted. */
  knows(candidate: Candidate): boolean {
    return this.known.has(`${candidate.entry.journey_id}/${causeText(candidate)}`);
  }

  /** The limit that keeps the person out. */
  full(candidate: Candidate): (Full & Record<string, Json>) | null {
    const found = this.limited.get(candidate.entry.journey_id);
    if (!found) return null;
    const { limits, places, taken } = found;
    const day = places.dayOf(candidate.start.first.at);
    const now = {
      total: places.total + sum(taken.values()),
      perDay: (places.days.get(day) ?? 0) + (taken.get(day) ?? 0),
      atOnce: places.inside + sum(taken.values()),
    };
    for (const limit of keepingOut) {
      const most = limits[limit];
      if (most !== undefined && now[limit] >= most) return { limit, most };
    }
    return null;
  }

  /** Whether the person is of the share that is kept out: drawn per person and journey, not by chance. */
  isHeldOut({ entry, profileId }: Candidate): boolean {
    const percent = this.holdouts.get(entry.journey_id);
    return percent !== undefined && isHeldOut({ journeyId: entry.journey_id, profileId, percent });
  }

  /** Gives a place away. */
  take(candidate: Candidate): void {
    const found = this.limited.get(candidate.entry.journey_id);
    if (!found) return;
    const day = found.places.dayOf(candidate.start.first.at);
    found.taken.set(day, (found.taken.get(day) ?? 0) + 1);
  }

  /** Writes down what was given away. */
  async keep(sql: Sql): Promise<void> {
    for (const [journeyId, { places, taken }] of this.limited)
      if (taken.size > 0) await countIn({ workspaceId: places.workspaceId }, { sql, journeyId, places, taken });
  }
}

/** Whether a person is in the holdout of a journey. The same answer each time; a larger share holds the smaller one. */
export function isHeldOut({
  journeyId,
  profileId,
  percent,
}: {
  journeyId: string;
  profileId: string;
  percent: number;
}): boolean {
  return drawOf(`${journeyId}/${profileId}/holdout`) * 100 < percent;
}

function noPlaces(): Places {
  return { workspaceId: '', total: 0, inside: 0, days: new Map(), dayOf: () => '' };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
