import type { Graph, GraphNode } from '@wend/contract';
import { cardSize } from '@wend/contract/plain';

type Point = { x: number; y: number };

/** Cards lie on this grid, in px. */
const grid = 8;
/** From the top of one row to the top of the next. */
export const rowPitch = cardSize.height + cardSize.rankGap;

export function snapped({ x, y }: Point): Point {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

type PlaceBehindOptions = {
  graph: Graph;
  source: GraphNode;
  portIndex: number;
  portCount: number;
};

/** Where a node goes behind a port: below its source, moved sideways until it lies on no other card. */
export function placeBehind({ graph, source, portIndex, portCount }: PlaceBehindOptions): Point {
  const others = graph.edges.some((edge) => edge.from === source.id);
  const spread = others && portCount > 1 ? (portIndex - (portCount - 1) / 2) * (cardSize.width + cardSize.nodeGap) : 0;
  return freePlace({ graph, at: { x: source.position.x + spread, y: source.position.y + rowPitch } });
}

/** Where a node goes on an edge: below the source, in the line of the target. */
export function placeOnEdge({ source, target }: { source: GraphNode; target: GraphNode }): Point {
  const below = target.position.y > source.position.y;
  return { x: below ? target.position.x : source.position.x, y: source.position.y + rowPitch };
}

/** The nearest place in the same row that no card covers, else below all. */
export function freePlace({ graph, at }: { graph: Graph; at: Point }): Point {
  const start = { x: Math.round(at.x), y: Math.round(at.y) };
  for (let step = 0; step < 60; step += 1) {
    const shift = Math.ceil(step / 2) * 72 * (step % 2 === 0 ? 1 : -1);
    if (isFree({ graph, places: [{ x: start.x + shift, y: start.y }] })) return { x: start.x + shift, y: start.y };
  }
  return { x: start.x, y: belowAll(graph) };
}

const between = 16;

/** Whether cards may lie at these places without lying on, or touching, one that is there. */
function isFree({ graph, places }: { graph: Graph; places: readonly Point[] }): boolean {
  return Object.values(graph.nodes).every(({ position }) =>
    places.every(
      ({ x, y }) =>
        Math.abs(position.x - x) >= cardSize.width + between || Math.abs(position.y - y) >= cardSize.height + between,
    ),
  );
}

function belowAll(graph: Graph): number {
  return Math.max(...Object.values(graph.nodes).map(({ position }) => position.y), 0) + rowPitch;
}

/**
 * How far several cards, as they lie to one another, move so that none lies on a card of the graph: the nearest way,
 * beside or below.
 */
export function freeShift({ graph, places }: { graph: Graph; places: readonly Point[] }): Point {
  const steps = Array.from({ length: 25 }, (_, index) => index * 5 * grid);
  const shifts = steps
    .flatMap((x) =>
      steps.flatMap((y) => [
        { x, y },
        { x: -x, y },
      ]),
    )
    .sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y) || b.x - a.x);
  const found = shifts.find((shift) =>
    isFree({ graph, places: places.map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y })) }),
  );
  return found ?? { x: 0, y: Math.ceil((belowAll(graph) - Math.min(...places.map(({ y }) => y))) / grid) * grid };
}
