/** Where the marks of a time line stand, in px from its left end. */
export type TimeLineLayout = { width: number; positions: number[] };

export const smallestGap = 22;

/**
 * Places times on a line: distances follow the time between, but no two marks come closer than `smallestGap`, so that a
 * mail and the click on it can both be hit. When there are more marks than fit, the line grows beyond `width` and
 * scrolls. `times` must be in order.
 */
export function layoutTimeLine({ times, width }: { times: readonly number[]; width: number }): TimeLineLayout {
  const gaps = times.slice(1).map((time, index) => Math.max(0, time - (times[index] ?? time)));
  const needed = gaps.length * smallestGap;
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  const spare = Math.max(0, width - needed);
  let at = 0;
  const positions = times.map((_, index) => {
    const gap = gaps[index - 1];
    if (gap !== undefined) at += smallestGap + (total > 0 ? (spare * gap) / total : spare / gaps.length);
    return Math.round(at * 10) / 10;
  });
  return { width: Math.max(width, needed), positions };
}

type LabelledMarksOptions = {
  positions: readonly number[];
  first: readonly number[];
  room: number;
};

/** Which marks get words below them: those in `first` before others, none nearer than `room` px to another. */
export function labelledMarks({ positions, first, room }: LabelledMarksOptions): Set<number> {
  const chosen = new Set<number>();
  const candidates = [...new Set([...first, ...positions.keys()])].filter(
    (index) => index >= 0 && index < positions.length,
  );
  for (const index of candidates) {
    const here = positions[index] ?? 0;
    if ([...chosen].every((other) => Math.abs((positions[other] ?? 0) - here) >= room)) chosen.add(index);
  }
  return chosen;
}
