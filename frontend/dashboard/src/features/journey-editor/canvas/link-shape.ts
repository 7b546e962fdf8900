import type { EdgeDecoration } from './decoration';
import type { CardNode, LinkData, LinkEdge } from './derive';
import { cardHeight, cardWidth, roundedPath } from './geometry';
import type { Point } from './geometry';
import { followLink } from './routing';
import type { Pill, Routes } from './routing';

type LinkPlace = { source: Point; target: Point; data: Pick<LinkData, 'edge' | 'route'>; routes: Routes | null };

/**
 * The path of a link between the bottom of a card and the top of another, and where its words stand: as laid out for
 * the whole picture, or, while an end of it is dragged, by itself.
 */
export function linkShape({ source, target, data: { edge, route }, routes }: LinkPlace): { path: string; pill: Pill } {
  const { points, pill } = route;
  if (near(points[0], source) && near(points.at(-1), target)) return { path: roundedPath(points), pill };
  if (!routes) return { path: roundedPath([source, target]), pill };
  const followed = followLink({ routes, from: edge.from, to: edge.to, source, target, width: pill.width });
  return { path: roundedPath(followed.points), pill: followed.pill };
}

/** React Flow's handles lie within a pixel of where the picture has the ends. */
function near(a: Point | undefined, b: Point): boolean {
  return a !== undefined && Math.abs(a.x - b.x) < 1.5 && Math.abs(a.y - b.y) < 1.5;
}

type Look = Pick<EdgeDecoration, 'state' | 'width'> & { selected: boolean };

type PathsByLookOptions = {
  nodes: readonly CardNode[];
  edges: readonly LinkEdge[];
  routes: Routes | null;
  decorations: Readonly<Record<string, EdgeDecoration>>;
};

/** All links, those that look the same as one path. */
export function pathsByLook({ nodes, edges, routes, decorations }: PathsByLookOptions) {
  const cards = new Map(nodes.map((node) => [node.id, node]));
  const groups = new Map<string, { key: string; look: Look; path: string }>();
  for (const { id, source, target, data, selected = false } of edges) {
    const from = cards.get(source);
    const to = cards.get(target);
    if (!from || !to || !data) continue;
    const { state, width } = decorations[id] ?? {};
    const key = `${state} ${width} ${selected}`;
    const { path } = linkShape({
      data,
      routes,
      source: { x: from.position.x + cardWidth / 2, y: from.position.y + (from.measured?.height ?? cardHeight) },
      target: { x: to.position.x + cardWidth / 2, y: to.position.y },
    });
    const group = groups.get(key);
    if (group) group.path += path;
    else groups.set(key, { key, look: { state, width, selected }, path });
  }
  return [...groups.values()];
}
