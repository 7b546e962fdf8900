import type { GraphNode } from '../graph.js';

/**
 * Entries in their order: from left to right as they stand on the canvas, then from top to bottom, then by id. Where
 * one event fits several, the first lets the person in.
 */
export function inEntryOrder<Placed extends Pick<GraphNode, 'id' | 'position'>>(nodes: readonly Placed[]): Placed[] {
  return [...nodes].sort(
    (a, b) => a.position.x - b.position.x || a.position.y - b.position.y || (a.id < b.id ? -1 : 1),
  );
}
