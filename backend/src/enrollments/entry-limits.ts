import type { Json } from '@wend/contract';
import { drawOf } from '@wend/engine';
import type { Sql } from '../platform/database/index.js';
import { causeText } from './candidate.js';
import type { Candidate, JourneyControl, StoredLimits } from './candidate.js';
import { countIn, earlierParts, knownCauses, lockLimits, placesOf } from './entry-limits.repository.js';
import type { Places } from './entry-limits.repository.js';

/** Limits that keep people out. */
const keepingOut = ['total', 'perDay', 'atOnce'] as const;

type Full = { limit: (typeof keepingOut)[number]; most: number };
/**
 * What somebody is where a journey has a holdout: `out` of it, in its silent `control` group, or one of the `others`.
 */
export type Part = 'out' | 'control' | 'others';
type Holdout = { percent: number; control: boolean };
type Limited = { limits: StoredLimits; places: Places; taken: Map<string, number> };

/**
 * How many may still come into the journeys of a transaction. Journeys whose limits keep people out are locked, so that
 * their transactions go one after the other and a limit is exact; of journeys without limits nothing is asked.
 */
export class EntryLimitsCheck {
  private constructor(
    private readonly limited: Map<string, Limited>,
    private readonly holdouts: Map<string, Holdout>,
    /** By `journey/person`: whether those who came before were held out. */
    private readonly earlier: Map<string, boolean>,
    private readonly known: Set<string>,
  ) {}

  static async of(
    sql: Sql,
    { candidates, controls }: { candidates: readonly Candidate[]; controls: Map<string, JourneyControl> },
  ): Promise<EntryLimitsCheck> {
    const holdouts = new Map<string, Holdout>();
    const limited = new Map<string, Limited>();
    for (const { journey_id: id, limits } of controls.values()) {
      if (limits?.holdoutPercent)
        holdouts.set(id, { percent: limits.holdoutPercent, control: limits.holdoutControl === true });
      if (limits && keepingOut.some((name) => limits[name] !== undefined))
        limited.set(id, { limits, places: noPlaces(), taken: new Map() });
    }
    const earlier = await earlierParts(
      sql,
      candidates.filter(({ entry }) => holdouts.has(entry.journey_id)),
    );
    const coming = candidates.filter(({ entry }) => limited.has(entry.journey_id));
    if (coming.length === 0) return new EntryLimitsCheck(new Map(), holdouts, earlier, new Set());
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
    return new EntryLimitsCheck(limited, holdouts, earlier, known);
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

  /**
   * Which part the person has: drawn per person and journey, not by chance, and the one of before for whoever comes
   * back, also where the share is another one by now. Null where the journey has no holdout.
   */
  partOf({ entry: { journey_id: journeyId }, profileId }: Candidate): Part | null {
    const holdout = this.holdouts.get(journeyId);
    if (holdout === undefined) return null;
    const { percent, control } = holdout;
    const held = this.earlier.get(`${journeyId}/${profileId}`) ?? isHeldOut({ journeyId, profileId, percent });
    return held ? (control ? 'control' : 'out') : 'others';
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
