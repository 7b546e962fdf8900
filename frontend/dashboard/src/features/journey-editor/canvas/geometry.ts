import { cardSize } from '@wend/contract/plain';

/** Sizes of the canvas in px of the flow, as drawn. */
export const cardWidth = cardSize.width;
export const cardHeight = cardSize.height;
/** Below this zoom words on cards are not drawn. */
export const farZoom = 0.35;
/**
 * Below this cards are boxes of a colour: hundreds are in view, and each line of an icon would cost as much as a card.
 */
export const tinyZoom = 0.16;
export const snap: [number, number] = [8, 8];
/** The least zoom that showing all of a journey may choose, and the room it leaves: the bottom is under the bars. */
export const leastFit = 0.02;
/**
 * Below this words on cards cannot be read with ease; a journey that would need less begins at its entry, at most this
 * large.
 */
export const leastReadable = 0.75;
const comfortable = 0.85;
export const fitRoom = { top: 28, bottom: 76, side: 40 };

/** The stub of a port that leads nowhere: a pill below the card. */
export type Stub = { x: number; width: number };
export const stubHeight = 20;
export const stubGap = 5;
const stubSpace = 6;

function stubWidth(label: string): number {
  return Math.round(Math.min(label.length * 6.2 + 36, 140));
}

/**
 * Lays stubs out left to right. While nothing leaves the card they are centred below it; otherwise they stand right of
 * the middle, where the edge leaves, and end above the height at which edges bend, so that neither hides the other.
 */
export function layStubs({ labels, connected }: { labels: readonly string[]; connected: boolean }): Stub[] {
  const widths = labels.map(stubWidth);
  const total = widths.reduce((sum, width) => sum + width + stubSpace, -stubSpace);
  let x = connected ? cardWidth / 2 + 12 : (cardWidth - total) / 2;
  return widths.map((width) => {
    const stub = { x, width };
    x += width + stubSpace;
    return stub;
  });
}

export type Point = { x: number; y: number };

/** An SVG path through the points with rounded corners. */
export function roundedPath(points: readonly Point[], radius = 10): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x} ${first.y}`;
  let from = first;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) {
      path += `L${point.x} ${point.y}`;
      return;
    }
    const bend = Math.min(radius, distance(from, point) / 2, distance(point, next) / 2);
    const before = towards(point, from, bend);
    const after = towards(point, next, bend);
    path += `L${before.x} ${before.y}Q${point.x} ${point.y} ${after.x} ${after.y}`;
    from = point;
  });
  return path;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to);
  if (length === 0) return from;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}

export type View = Point & { zoom: number };
type Fitting = { positions: readonly Point[]; width: number; height: number };

/** The view port that shows all cards: never enlarged, centred, and beginning at the top, where people enter. */
export function fitViewport({ positions, width, height }: Fitting): View {
  if (positions.length === 0) return { x: width / 2 - cardWidth / 2, y: fitRoom.top, zoom: 1 };
  const { left, top, right, bottom } = boundsOf(positions);
  const across = (width - 2 * fitRoom.side) / (right - left);
  const down = (height - fitRoom.top - fitRoom.bottom) / (bottom - top);
  const zoom = Math.max(Math.min(across, down, 1), leastFit);
  return { x: (width - (right - left) * zoom) / 2 - left * zoom, y: fitRoom.top - top * zoom, zoom };
}

/**
 * The view port a journey opens with: all of it, or, where that could not be read, its beginning with the entry in the
 * middle.
 */
export function openingViewport({ positions, width, height }: Fitting): View {
  const all = fitViewport({ positions, width, height });
  if (all.zoom >= leastReadable) return all;
  const { left, top, right } = boundsOf(positions);
  const across = (width - 2 * fitRoom.side) / (right - left);
  const zoom = Math.min(Math.max(across, leastReadable), comfortable);
  const entry = positions.reduce((first, at) => (at.y < first.y ? at : first));
  const middle = across >= zoom ? (left + right) / 2 : entry.x + cardWidth / 2;
  return { x: width / 2 - middle * zoom, y: fitRoom.top - top * zoom, zoom };
}

export type Area = { left: number; top: number; right: number; bottom: number };

type RevealingViewportOptions = {
  view: View;
  area: Area;
  width: number;
  height: number;
};

/**
 * The view port that shows this part of the flow: the same one when it is in view, else moved no further than needed,
 * so that the way there stays in view too. Below it there is room for what follows; a zoom at which nothing can be read
 * is raised.
 */
export function revealingViewport({ view, area, width, height }: RevealingViewportOptions): View {
  const shown = {
    left: area.left * view.zoom + view.x,
    right: area.right * view.zoom + view.x,
    top: area.top * view.zoom + view.y,
    bottom: area.bottom * view.zoom + view.y,
  };
  if (shown.left > 8 && shown.top > 8 && shown.right < width - 8 && shown.bottom < height - 60) return view;
  const zoom = Math.max(view.zoom, leastReadable);
  const below = Math.min(160, height / 4);
  return {
    x: nearest({
      at: view.x,
      start: area.left * zoom,
      end: area.right * zoom,
      from: fitRoom.side,
      to: width - fitRoom.side,
    }),
    y: nearest({
      at: view.y,
      start: area.top * zoom,
      end: area.bottom * zoom,
      from: fitRoom.top + 12,
      to: height - below,
    }),
    zoom,
  };
}

type NearestOptions = {
  at: number;
  start: number;
  end: number;
  from: number;
  to: number;
};

/** The offset nearest to `at` that brings start and end between `from` and `to`; centred there when they do not fit. */
function nearest({ at, start, end, from, to }: NearestOptions): number {
  if (end - start > to - from) return (from + to - start - end) / 2;
  return Math.min(Math.max(at, from - start), to - end);
}

function boundsOf(positions: readonly Point[]): Area {
  const xs = positions.map((at) => at.x);
  const ys = positions.map((at) => at.y);
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs) + cardWidth,
    bottom: Math.max(...ys) + cardHeight,
  };
}
