import { cardHeight, cardWidth } from './geometry';
import type { Point } from './geometry';

/**
 * Edges never pass under a card. Between neighbouring rows the plain way is free; a way past several rows may need a lane: an x at which
 * nothing stands between the two rows. `source` and `target` are the corners of the cards it was found for.
 */
export type Lane = { x: number; source: Point; target: Point };

const margin = 14;
const beside = 26;
const bend = 40;
const clearance = 22;

/** The lane an edge needs, or null when the plain way (straight down at the target) is free, or no lane is better. */
export function findLane({ source, target, positions }: { source: Point; target: Point; positions: readonly Point[] }): Lane | null {
  const top = source.y + cardHeight + bend;
  const bottom = target.y - clearance;
  if (bottom - top < cardHeight) return null;
  const between = positions.filter((at) => at.y + cardHeight > top - 8 && at.y < bottom + 8 && !same(at, source) && !same(at, target));
  const plain = target.x + cardWidth / 2;
  if (isFree({ x: plain, between })) return null;
  const start = source.x + cardWidth / 2;
  const candidates = [start, ...between.flatMap((at) => [at.x - beside, at.x + cardWidth + beside])].filter((x) => isFree({ x, between }));
  const cost = (x: number) => Math.abs(x - start) + Math.abs(x - plain);
  const best = candidates.sort((a, b) => cost(a) - cost(b))[0];
  return best === undefined ? null : { x: best, source, target };
}

function isFree({ x, between }: { x: number; between: readonly Point[] }): boolean {
  return between.every((at) => x < at.x - margin || x > at.x + cardWidth + margin);
}

function same(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

export function sameLane(a: Lane | null, b: Lane | null): boolean {
  return a === b || (a !== null && b !== null && a.x === b.x && same(a.source, b.source) && same(a.target, b.target));
}
