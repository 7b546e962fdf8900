import { cardWidth } from '../geometry';
import type { Point } from '../geometry';
import type { Space } from './space';
import type { Asked, IsFree } from './way';

const bendCost = 30;
/** Cards whose sides are looked at: those nearest to the way. */
const mostCards = 40;

type Step = { column: number; row: number; down: boolean; cost: number; before: Step | null };

type FindWayOptions = {
  asked: Asked;
  isFree: IsFree;
  space: Space;
  room: number;
};

/**
 * The shortest way through the gaps between cards, with few bends (Dijkstra over the lines beside them). Needed where
 * cards stand so that no single lane leads past them, which is rare: null when there is no gap.
 */
export function findWay({ asked, isFree, space, room }: FindWayOptions): Point[] | null {
  const { source, target } = asked;
  const { xs, ys } = linesAround({ asked, space, room });
  const start = { column: xs.indexOf(source.x), row: ys.indexOf(source.y + room + 2) };
  const goal = { column: xs.indexOf(target.x), row: ys.indexOf(target.y - room - 2) };
  const point = (column: number, row: number): Point => ({ x: xs[column] ?? 0, y: ys[row] ?? 0 });
  if (!isFree(source, point(start.column, start.row)) || !isFree(point(goal.column, goal.row), target)) return null;

  const done = new Set<number>();
  const keyOf = (column: number, row: number, down: boolean) => (column * ys.length + row) * 2 + (down ? 1 : 0);
  const queue: Step[] = [];
  put(queue, { ...start, down: true, cost: 0, before: null });
  for (let step = take(queue); step; step = take(queue)) {
    const key = keyOf(step.column, step.row, step.down);
    if (done.has(key)) continue;
    done.add(key);
    if (step.column === goal.column && step.row === goal.row)
      return withoutStraights([source, ...trail(step).map((each) => point(each.column, each.row)), target]);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const [column, row] = [step.column + dx, step.row + dy];
      if (column < 0 || row < 0 || column >= xs.length || row >= ys.length || done.has(keyOf(column, row, dy !== 0)))
        continue;
      const [from, to] = [point(step.column, step.row), point(column, row)];
      if (!isFree(from, to)) continue;
      const down = dy !== 0;
      put(queue, {
        column,
        row,
        down,
        cost: step.cost + Math.abs(to.x - from.x) + Math.abs(to.y - from.y) + (down === step.down ? 0 : bendCost),
        before: step,
      });
    }
  }
  return null;
}

function linesAround({ asked: { source, target, ends }, space, room }: { asked: Asked; space: Space; room: number }): {
  xs: number[];
  ys: number[];
} {
  const middle = { x: (source.x + target.x) / 2, y: (source.y + target.y) / 2 };
  const reach = Math.abs(source.x - target.x) / 2 + Math.abs(source.y - target.y) / 2 + 700;
  const near = space
    .within({ left: middle.x - reach, right: middle.x + reach, top: middle.y - reach, bottom: middle.y + reach })
    .filter(({ id }) => id !== ends.from && id !== ends.to)
    .map((rect) => ({
      rect,
      distance: Math.hypot((rect.left + rect.right) / 2 - middle.x, (rect.top + rect.bottom) / 2 - middle.y),
    }))
    .sort((a, b) => a.distance - b.distance || (a.rect.id < b.rect.id ? -1 : 1))
    .slice(0, mostCards)
    .map(({ rect }) => rect);
  const beside = room + 2;
  const half = cardWidth / 2 + beside;
  const sorted = (values: number[]) => [...new Set(values)].sort((a, b) => a - b);
  return {
    xs: sorted([
      source.x,
      target.x,
      source.x - half,
      source.x + half,
      target.x - half,
      target.x + half,
      ...near.flatMap(({ left, right }) => [left - beside, right + beside]),
    ]),
    ys: sorted([
      source.y + beside,
      target.y - beside,
      ...near.flatMap(({ top, bottom }) => [top - beside, bottom + beside]),
    ]),
  };
}

/** A heap: the cheapest step is at its head. */
function put(heap: Step[], step: Step): void {
  let at = heap.push(step) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (heap[above]!.cost <= step.cost) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = step;
}

function take(heap: Step[]): Step | undefined {
  const [head] = heap;
  const last = heap.pop();
  if (!head || !last || heap.length === 0) return head;
  let at = 0;
  for (let next = 1; next < heap.length; next = at * 2 + 1) {
    if (next + 1 < heap.length && heap[next + 1]!.cost < heap[next]!.cost) next += 1;
    if (heap[next]!.cost >= last.cost) break;
    heap[at] = heap[next]!;
    at = next;
  }
  heap[at] = last;
  return head;
}

function trail(step: Step): Step[] {
  const all: Step[] = [];
  for (let at: Step | null = step; at; at = at.before) all.unshift(at);
  return all;
}

/** Without the points at which nothing bends. */
function withoutStraights(points: Point[]): Point[] {
  return points.filter((at, index) => {
    const before = points[index - 1];
    const after = points[index + 1];
    return !before || !after || !((before.x === at.x && at.x === after.x) || (before.y === at.y && at.y === after.y));
  });
}
