import type { Category } from '@wend/contract';
import type { CardNode } from './derive';
import { cardHeight, cardWidth } from './geometry';

export type Box = { x: number; y: number; width: number; height: number };
type Placed = Pick<CardNode, 'position' | 'measured'> & { data: { manifest: { category: Category } | null } };

const corner = 10;

/** What is around all cards, in px of the flow. */
export function areaAround(nodes: readonly Pick<Placed, 'position' | 'measured'>[]): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { position, measured } of nodes) {
    left = Math.min(left, position.x);
    top = Math.min(top, position.y);
    right = Math.max(right, position.x + cardWidth);
    bottom = Math.max(bottom, position.y + (measured?.height ?? cardHeight));
  }
  return nodes.length === 0 ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

type OverviewBoxOptions = {
  cards: Box | null;
  view: Box;
  width: number;
  height: number;
};

/**
 * The part of the flow that an overview of this size shows: all cards and what is in view, centred, with a little room
 * around.
 */
export function overviewBox({ cards, view, width, height }: OverviewBoxOptions): Box {
  const all = cards ? union(cards, view) : view;
  const scale = Math.max(all.width / width, all.height / height) || 1;
  const room = 2 * scale;
  const shown = { width: scale * width + 2 * room, height: scale * height + 2 * room };
  return { x: all.x - (shown.width - all.width) / 2, y: all.y - (shown.height - all.height) / 2, ...shown };
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** One path per category of nodes; `unknown` holds those whose type is not installed. */
export function overviewShapes(nodes: readonly Placed[]): Map<Category | 'unknown', string> {
  const paths = new Map<Category | 'unknown', string[]>();
  for (const { position, measured, data } of nodes) {
    const category = data.manifest?.category ?? 'unknown';
    const shape = card({ ...position, width: cardWidth, height: measured?.height ?? cardHeight });
    const path = paths.get(category);
    if (path) path.push(shape);
    else paths.set(category, [shape]);
  }
  return new Map([...paths].map(([category, shapes]) => [category, shapes.join('')]));
}

function card({ x, y, width, height }: Box): string {
  const arc = (dx: number, dy: number) => `a${corner} ${corner} 0 0 1 ${dx} ${dy}`;
  const across = width - 2 * corner;
  const down = height - 2 * corner;
  return `M${x + corner} ${y}h${across}${arc(corner, corner)}v${down}${arc(-corner, corner)}h${-across}${arc(-corner, -corner)}v${-down}${arc(corner, -corner)}z`;
}
