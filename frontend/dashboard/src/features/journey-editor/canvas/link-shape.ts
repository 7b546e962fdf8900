import type { EdgeDecoration } from './decoration';
import type { CardNode, LinkEdge } from './derive';
import { cardHeight, cardWidth, roundedPath, shapeEdge } from './geometry';
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

type Look = Pick<EdgeDecoration, 'state' | 'width'> & { selected: boolean };

/** All links, those that look the same as one path. */
export function pathsByLook({ nodes, edges, decorations }: { nodes: readonly CardNode[]; edges: readonly LinkEdge[]; decorations: Readonly<Record<string, EdgeDecoration>> }) {
  const cards = new Map(nodes.map((node) => [node.id, node]));
  const groups = new Map<string, { key: string; look: Look; path: string }>();
  for (const { id, source, target, data, selected = false } of edges) {
    const from = cards.get(source);
    const to = cards.get(target);
    if (!from || !to || !data) continue;
    const { state, width } = decorations[id] ?? {};
    const key = `${state} ${width} ${selected}`;
    const { path } = linkShape({ ...data, source: { x: from.position.x + cardWidth / 2, y: from.position.y + (from.measured?.height ?? cardHeight) }, target: { x: to.position.x + cardWidth / 2, y: to.position.y } });
    const group = groups.get(key);
    if (group) group.path += path;
    else groups.set(key, { key, look: { state, width, selected }, path });
  }
  return [...groups.values()];
}
