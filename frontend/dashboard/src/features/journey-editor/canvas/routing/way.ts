import { cardWidth } from '../geometry';
import type { Point } from '../geometry';
import { findWay } from './search';
import { lineArea } from './space';
import type { Area, Space } from './space';
import type { Ends, Tracks } from './tracks';

/** `beside`: where a link runs down that has others from the same card to the same one beside it. */
export type Asked = {
  ends: Ends;
  source: Point;
  target: Point;
  sourceHeight: number;
  targetHeight: number;
  beside?: number | undefined;
};
export type IsFree = (from: Point, to: Point) => boolean;

/** Distances below a source at which its links may bend, the usual one first, and above a target. In px. */
const rails = [40, 30, 50, 20, 60] as const;
const approaches = [22, 14, 30, 38] as const;
/** How far beside a card a link may pass, the usual distance first. */
const lanes = [24, 16, 32, 40] as const;
/** Room between a link and a card that it passes; with less where cards stand closer together. */
const rooms = [10, 3] as const;
/** A card that stands a little aside is reached by a straight line: a tiny bend would look like a mistake. */
const straight = 7;
/** How far aside lanes are looked for, and how many are compared. */
const reaches = [200, 900] as const;
const mostLanes = 16;
/** So much on another link is borne, in px, before a longer way is taken. */
const bearable = 40;

/**
 * The way of a link from the bottom of its source to the top of its target: right angles, around every card, and beside
 * other links where there is room. The plainest way that is free is taken: straight, one bend, a lane beside what
 * stands between, else the shortest through the gaps. Only where cards leave no gap at all a link crosses one.
 */
export function wayOf({ asked, space, tracks }: { asked: Asked; space: Space; tracks?: Tracks | undefined }): Point[] {
  const own = ownCards(asked);
  const { from, to } = asked.ends;
  for (const room of rooms) {
    // The ends are looked at where they are now, which in a drag is not where the space knows them.
    const isFree: IsFree = (a, b) => {
      const area = lineArea(a, b);
      return (
        !own.some(
          (card) =>
            card.left < area.right && card.right > area.left && card.top < area.bottom && card.bottom > area.top,
        ) && !space.touched(area, room, from, to)
      );
    };
    const looking = { asked, isFree, tracks };
    const chosen =
      twinWay(looking) ??
      plainWay(looking) ??
      laneWay({ ...looking, space }) ??
      findWay({ asked, isFree, space, room });
    if (chosen) return chosen;
  }
  return plainShape(asked);
}

function ownCards({ source, target, sourceHeight, targetHeight }: Asked): Area[] {
  const half = cardWidth / 2;
  return [
    { left: source.x - half, right: source.x + half, top: source.y - sourceHeight, bottom: source.y },
    { left: target.x - half, right: target.x + half, top: target.y, bottom: target.y + targetHeight },
  ];
}

type Looking = { asked: Asked; isFree: IsFree; tracks: Tracks | undefined };

const allFree = (points: readonly Point[], isFree: IsFree) =>
  points.every((to, index) => index === 0 || isFree(points[index - 1]!, to));

/** One of several links between the same two cards: each runs down by itself, with room for its words. */
function twinWay({ asked: { source, target, beside }, isFree }: Looking): Point[] | null {
  const gap = target.y - source.y;
  if (beside === undefined || gap < 56) return null;
  const [first, last] = [source.y + 28, target.y - 11];
  const points = [
    source,
    { x: source.x, y: first },
    { x: beside, y: first },
    { x: beside, y: last },
    { x: target.x, y: last },
    target,
  ];
  const bending = points.filter(
    (at, index) => index === 0 || index === 5 || at.x !== points[index - 1]?.x || at.x !== points[index + 1]?.x,
  );
  return allFree(bending, isFree) ? bending : null;
}

/** The first of several places that lies on no other link, else the one that does so least; null when there is none. */
function leastShared<T>(places: Iterable<T>, sharedOf: (place: T) => number): { place: T; shared: number } | null {
  let best: { place: T; shared: number } | null = null;
  for (const place of places) {
    const shared = sharedOf(place);
    if (!best || shared < best.shared) best = { place, shared };
    if (shared === 0) break;
  }
  return best;
}

/** Straight down, or with one bend on the way. */
function plainWay({ asked, isFree, tracks }: Looking): Point[] | null {
  const { source, target, ends } = asked;
  const gap = target.y - source.y;
  if (gap < 8) return null;
  if (Math.abs(target.x - source.x) < straight) {
    const alone = (tracks?.overlap({ from: source, to: target, ends }) ?? 0) === 0;
    return alone && isFree(source, target) ? [source, target] : null;
  }
  const heights =
    gap < rails[0] + approaches[0]
      ? [gap / 2, gap / 2 - 8, gap / 2 + 8].filter((y) => y >= 6 && y <= gap - 6)
      : [...rails.filter((y) => y <= gap - 14), ...approaches.map((y) => gap - y)];
  const shapes = heights
    .map((y) => [source, { x: source.x, y: source.y + y }, { x: target.x, y: source.y + y }, target])
    .filter((points) => allFree(points, isFree));
  const found = leastShared(shapes, ([, from, to]) =>
    from && to
      ? sharedOn({
          tracks,
          pieces: [
            [source, from, true],
            [from, to, false],
            [to, target, true],
          ],
          ends,
        })
      : 0,
  );
  return found && found.shared < bearable ? found.place : null;
}

type SharedOnOptions = {
  tracks: Tracks | undefined;
  pieces: readonly (readonly [Point, Point, boolean])[];
  ends: Ends;
};

function sharedOn({ tracks, pieces, ends }: SharedOnOptions): number {
  return tracks ? pieces.reduce((sum, [from, to, port]) => sum + tracks.overlap({ from, to, ends, port }), 0) : 0;
}

/** Down, across to a lane, along it, across to the target and down. */
function laneWay({ asked, isFree, tracks, space }: Looking & { space: Space }): Point[] | null {
  const { ends, source, target } = asked;
  const found = leastShared(
    freeLanes({ asked, isFree, space }),
    (x) =>
      sharedOn({ tracks, pieces: [[{ x, y: source.y + rails[0] }, { x, y: target.y - approaches[0] }, false]], ends }) +
      crossingsOf({ asked, x, isFree, tracks }).shared,
  );
  return found ? crossingsOf({ asked, x: found.place, isFree, tracks }).points : null;
}

/** How the two ends of a link come to its lane: each at the height at which it lies least on others. */
function crossingsOf({ asked: { source, target, ends }, x, isFree, tracks }: Looking & { x: number }): {
  points: Point[];
  shared: number;
} {
  const height = (offsets: readonly number[], at: (by: number) => [Point, Point, Point]) =>
    leastShared(
      offsets.filter((by) => {
        const [end, corner, lane] = at(by);
        return isFree(end, corner) && isFree(corner, lane);
      }),
      (by) => {
        const [end, corner, lane] = at(by);
        return sharedOn({
          tracks,
          pieces: [
            [end, corner, true],
            [corner, lane, false],
          ],
          ends,
        });
      },
    );
  const below = height(rails, (by) => [source, { x: source.x, y: source.y + by }, { x, y: source.y + by }]);
  const above = height(approaches, (by) => [target, { x: target.x, y: target.y - by }, { x, y: target.y - by }]);
  const y1 = source.y + (below?.place ?? rails[0]);
  const y2 = target.y - (above?.place ?? approaches[0]);
  return {
    points: [source, { x: source.x, y: y1 }, { x, y: y1 }, { x, y: y2 }, { x: target.x, y: y2 }, target],
    shared: (below?.shared ?? 0) + (above?.shared ?? 0),
  };
}

/** Lanes beside every card near the way, the shortest detour first, that a link can come to and leave. */
function* freeLanes({ asked, isFree, space }: { asked: Asked; isFree: IsFree; space: Space }): Generator<number> {
  const { source, target } = asked;
  const known = new Set<number>();
  let count = 0;
  const fits = (x: number): boolean => {
    if (known.has(x)) return false;
    known.add(x);
    // Most lanes lie under a card; that is seen at once.
    if (!isFree({ x, y: source.y + rails[0] }, { x, y: target.y - approaches[0] })) return false;
    const { points } = crossingsOf({ asked, x, isFree, tracks: undefined });
    const [, , from, to] = points;
    return from !== undefined && to !== undefined && Math.abs(to.y - from.y) >= 12 && allFree(points, isFree);
  };
  // Between two cards that stand side by side, which needs no look around.
  const between = (source.x + target.x) / 2;
  if (
    Math.abs(target.x - source.x) - cardWidth >= 2 * lanes[1] &&
    Math.abs(target.x - source.x) < 2 * cardWidth &&
    fits(between)
  )
    yield between;
  for (const reach of reaches) {
    for (const x of lanesWithin({ asked, space, reach })) {
      if (!fits(x)) continue;
      yield x;
      count += 1;
      if (count >= mostLanes) return;
    }
    if (count > 0) return;
  }
}

type LanesWithinOptions = {
  asked: Asked;
  space: Space;
  reach: number;
};

function lanesWithin({ asked: { source, target }, space, reach }: LanesWithinOptions): number[] {
  const half = cardWidth / 2;
  const xs = [source.x, target.x];
  const beside = (left: number, right: number) => {
    for (const by of lanes) xs.push(left - by, right + by);
  };
  beside(source.x - half, source.x + half);
  beside(target.x - half, target.x + half);
  const area = {
    left: Math.min(source.x, target.x) - reach,
    right: Math.max(source.x, target.x) + reach,
    top: Math.min(source.y, target.y) - 30,
    bottom: Math.max(source.y, target.y) + 30,
  };
  for (const { left, right } of space.within(area)) beside(left, right);
  const detour = (x: number) => Math.abs(x - source.x) + Math.abs(x - target.x);
  return xs.sort((a, b) => detour(a) - detour(b) || a - b);
}

/** The way that takes no heed of cards. */
function plainShape({ source, target }: Asked): Point[] {
  const gap = target.y - source.y;
  if (gap >= 12)
    return Math.abs(target.x - source.x) < straight
      ? [source, target]
      : [
          source,
          { x: source.x, y: source.y + Math.min(rails[0], gap / 2) },
          { x: target.x, y: source.y + Math.min(rails[0], gap / 2) },
          target,
        ];
  const x = Math.max(source.x, target.x) + cardWidth / 2 + lanes[0];
  return [
    source,
    { x: source.x, y: source.y + rails[0] },
    { x, y: source.y + rails[0] },
    { x, y: target.y - approaches[0] },
    { x: target.x, y: target.y - approaches[0] },
    target,
  ];
}
