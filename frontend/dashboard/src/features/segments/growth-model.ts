import type { SegmentDay } from '@wend/contract';

export type Frame = { width: number; height: number };
export type Point = { x: number; y: number; day: SegmentDay };
type Chart = {
  points: Point[];
  line: string;
  area: string;
  /** Values of the axis at the left, with their height. */
  ticks: { value: number; y: number }[];
};

/**
 * Days as a line of sizes from nothing to the highest, in a frame: a scale that does not begin at nothing would make
 * much of little.
 */
export function chartOf(days: readonly SegmentDay[], { width, height }: Frame): Chart {
  const most = Math.max(1, ...days.map(({ size }) => size));
  const step = niceStep(most);
  const top = Math.ceil(most / step) * step;
  const x = (index: number) => (days.length < 2 ? width / 2 : (index / (days.length - 1)) * width);
  const y = (size: number) => height - (size / top) * height;
  const points = days.map((day, index) => ({ x: x(index), y: y(day.size), day }));
  const line = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`).join('');
  const [first, last] = [points[0], points.at(-1)];
  return {
    points,
    line,
    area: first && last ? `${line}L${round(last.x)} ${height}L${round(first.x)} ${height}Z` : '',
    ticks: Array.from({ length: top / step + 1 }, (_, index) => ({ value: index * step, y: y(index * step) })),
  };
}

/** The day that is nearest to a place from the left. */
export function nearest(points: readonly Point[], x: number): number {
  return points.reduce(
    (best, point, index) => (Math.abs(point.x - x) < Math.abs((points[best]?.x ?? Infinity) - x) ? index : best),
    0,
  );
}

/** The smallest step of 1, 2, 5, 10, 20, 50 … that reaches the highest value with four lines at most above nothing. */
function niceStep(most: number): number {
  for (let size = 1; ; size *= 10) for (const step of [1, 2, 5]) if (4 * step * size >= most) return step * size;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
