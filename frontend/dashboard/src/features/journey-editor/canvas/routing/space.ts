import type { Point } from '../geometry';

export type Area = { left: number; top: number; right: number; bottom: number };
/** What stands on the canvas, in px of the flow. */
export type Rect = Area & { id: string };

const cell = 200;
const keyOf = (column: number, row: number) => column * 100_003 + row;

/** Rectangles by the cells that they touch, so that asking what lies in a way looks at few of a thousand cards. */
export type Space = {
  add: (rect: Rect) => void;
  /** Whether a rectangle, of none of these two ids, shares more than an edge with the area widened by `room`. */
  touched: (area: Area, room?: number, but?: string, nor?: string) => boolean;
  within: (area: Area) => Rect[];
};

export function createSpace(rects: Iterable<Rect> = []): Space {
  const cells = new Map<number, Rect[]>();
  const add = (rect: Rect) => {
    for (let column = Math.floor(rect.left / cell); column <= Math.floor(rect.right / cell); column += 1) {
      for (let row = Math.floor(rect.top / cell); row <= Math.floor(rect.bottom / cell); row += 1) {
        const there = cells.get(keyOf(column, row));
        if (there) there.push(rect);
        else cells.set(keyOf(column, row), [rect]);
      }
    }
  };
  for (const rect of rects) add(rect);
  return {
    add,
    touched: (area, room = 0, but, nor) => {
      const left = area.left - room;
      const right = area.right + room;
      const top = area.top - room;
      const bottom = area.bottom + room;
      for (let column = Math.floor(left / cell); column <= Math.floor(right / cell); column += 1) {
        for (let row = Math.floor(top / cell); row <= Math.floor(bottom / cell); row += 1) {
          for (const rect of cells.get(keyOf(column, row)) ?? none) {
            if (
              rect.left < right &&
              rect.right > left &&
              rect.top < bottom &&
              rect.bottom > top &&
              rect.id !== but &&
              rect.id !== nor
            )
              return true;
          }
        }
      }
      return false;
    },
    within: (area) => {
      const found = new Set<Rect>();
      for (let column = Math.floor(area.left / cell); column <= Math.floor(area.right / cell); column += 1) {
        for (let row = Math.floor(area.top / cell); row <= Math.floor(area.bottom / cell); row += 1) {
          for (const rect of cells.get(keyOf(column, row)) ?? none) if (crosses(rect, area)) found.add(rect);
        }
      }
      return [...found];
    },
  };
}
const none: readonly Rect[] = [];

/** Whether two areas share more than an edge. A line is an area without a width. */
export function crosses(a: Area, b: Area): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/** The area of a piece of a link. */
export function lineArea(a: Point, b: Point): Area {
  return { left: Math.min(a.x, b.x), right: Math.max(a.x, b.x), top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y) };
}
