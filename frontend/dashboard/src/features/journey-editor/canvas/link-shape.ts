import { cardWidth, roundedPath, shapeEdge } from './geometry';
import type { Point } from './geometry';
import type { Lane } from './lanes';

type LinkPlace = { source: Point; target: Point; labelShift: number; crowded: boolean; lane: Lane | null };

/** The path of a link between the bottom of a card and the top of another, and where its words stand. */
export function linkShape({ source, target, labelShift, crowded, lane }: LinkPlace): { path: string; label: Point } {
  const shape = shapeEdge({ source, target, labelShift, crowded, lane: lane && fits({ lane, source, target }) ? lane.x : undefined });
  return { path: roundedPath(shape.points), label: shape.label };
}

/** While a card is dragged the lane found for its old place does not fit. */
function fits({ lane, source, target }: { lane: Lane; source: Point; target: Point }): boolean {
  return Math.abs(lane.target.x + cardWidth / 2 - target.x) < 1 && Math.abs(lane.source.x + cardWidth / 2 - source.x) < 1 && Math.abs(lane.target.y - target.y) < 1;
}
