import type { Graph, GraphNode } from '@wend/contract';
import { cardSize } from '@wend/contract/plain';

type Point = { x: number; y: number };

/** Cards lie on this grid, in px. */
export const grid = 8;
/** From the top of one row to the top of the next. */
export const rowPitch = cardSize.height + cardSize.rankGap;

export function snapped({ x, y }: Point): Point {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

/** Where a node goes behind a port: below its source, moved sideways until it lies on no other card. */
export function placeBehind({ graph, source, portIndex, portCount }: { graph: Graph; source: GraphNode; portIndex: number; portCount: number }): Point {
  const others = graph.edges.some((edge) => edge.from === source.id);
  const spread = others && portCount > 1 ? (portIndex - (portCount - 1) / 2) * (cardSize.width + cardSize.nodeGap) : 0;
  return freePlace({ graph, at: { x: source.position.x + spread, y: source.position.y + rowPitch } });
}

/** Where a node goes on an edge: below the source, in the line of the target. */
export function placeOnEdge({ source, target }: { source: GraphNode; target: GraphNode }): Point {
  const below = target.position.y > source.position.y;
  return { x: below ? target.position.x : source.position.x, y: source.position.y + rowPitch };
}

/** The nearest place in the same row that no card covers. */
export function freePlace({ graph, at }: { graph: Graph; at: Point }): Point {
  const start = { x: Math.round(at.x), y: Math.round(at.y) };
  const taken = Object.values(graph.nodes).map((node) => node.position);
  const free = (x: number) => taken.every((other) => Math.abs(other.x - x) >= cardSize.width + 16 || Math.abs(other.y - start.y) >= cardSize.height + 16);
  for (let step = 0; step < 60; step += 1) {
    const shift = Math.ceil(step / 2) * 72 * (step % 2 === 0 ? 1 : -1);
    if (free(start.x + shift)) return { x: start.x + shift, y: start.y };
  }
  return start;
}
