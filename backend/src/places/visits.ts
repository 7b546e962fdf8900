/** What is known of somebody and a place, in ms. `since`: null outside; `counted`: the stay was long enough. */
export type Visit = {
  since: number | null;
  counted: boolean;
  /** When this stay was told of. */
  enteredAt: number | null;
  /** When any stay was told of last. */
  toldAt: number | null;
  /** Whether an import said so: what follows from it starts nothing. */
  imported: boolean;
};
/** How a place counts stays. */
export type Counting = { dwellMs: number; quietMs: number };
export type Move = { place: string; move: 'entered' | 'left'; at: number; since: number; imported: boolean };
/** Somebody was somewhere at a time: in these places and in no others. */
export type Sighting = { at: number; inside: readonly string[]; imported: boolean };

type FollowOptions = {
  visits: Map<string, Visit>;
  places: ReadonlyMap<string, Counting>;
  /** In the order of their times. */
  sightings: readonly Sighting[];
  /** What time it is: stays that have become long enough until then count. */
  now: number;
};

/**
 * What follows from where somebody was seen: moves in their order. Changes `visits`. A stay counts when it has become as
 * long as its place wants, also when the leaving is seen together with the coming; one that does not count is told of
 * neither at its beginning nor at its end.
 */
export function follow({ visits, places, sightings, now }: FollowOptions): Move[] {
  const moves: Move[] = [];
  const countUntil = (until: number): void => {
    const due = [...visits].flatMap(([place, visit]) => {
      const at = dueAt(visit, places.get(place));
      return at !== null && at <= until ? [{ place, visit, at }] : [];
    });
    for (const { place, visit, at } of due.sort((a, b) => a.at - b.at || (a.place < b.place ? -1 : 1))) {
      visit.counted = true;
      if (visit.toldAt !== null && at - visit.toldAt < places.get(place)!.quietMs) continue;
      visit.enteredAt = at;
      visit.toldAt = at;
      moves.push({ place, move: 'entered', at, since: visit.since!, imported: visit.imported });
    }
  };
  for (const { at, inside, imported } of sightings) {
    countUntil(at);
    for (const [place, visit] of visits) {
      if (visit.since === null || inside.includes(place)) continue;
      if (visit.enteredAt !== null) moves.push({ place, move: 'left', at, since: visit.since, imported });
      visits.set(place, { since: null, counted: false, enteredAt: null, toldAt: visit.toldAt, imported });
    }
    for (const place of inside) {
      const visit = visits.get(place);
      if (visit && visit.since !== null) continue;
      visits.set(place, { since: at, counted: false, enteredAt: null, toldAt: visit?.toldAt ?? null, imported });
    }
    countUntil(at);
  }
  countUntil(now);
  return moves;
}

/** When a stay that goes on has become long enough; null when it has, or there is none. */
export function dueAt({ since, counted }: Visit, counting: Counting | undefined): number | null {
  return since === null || counted || counting === undefined ? null : since + counting.dwellMs;
}
