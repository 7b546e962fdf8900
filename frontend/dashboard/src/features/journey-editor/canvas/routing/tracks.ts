import type { Point } from '../geometry';
import type { Area } from './space';

/** Whose pieces these are: links of one source or one target may run together, like a branch and its stem. */
export type Ends = { id: string; from: string; to: string };
type Piece = Ends & { at: number; start: number; end: number };
type Shelf = Map<number, Piece[]>;

/** Pieces of links nearer than this, in px, look like one line. */
const apart = 7;
const band = 300;
const keyOf = (line: number, part: number) => line * 100_003 + part;

/** The pieces of links that are laid already, by where they run, so that unrelated links do not run on one another. */
export function createTracks() {
  const across: Shelf = new Map();
  const down: Shelf = new Map();

  const put = (shelf: Shelf, piece: Piece) => {
    const line = Math.round(piece.at / apart);
    for (let part = Math.floor(piece.start / band); part <= Math.floor(piece.end / band); part += 1) {
      const there = shelf.get(keyOf(line, part));
      if (there) there.push(piece);
      else shelf.set(keyOf(line, part), [piece]);
    }
  };

  return {
    add({ points, ends }: { points: readonly Point[]; ends: Ends }): void {
      for (let index = 1; index < points.length; index += 1) {
        const from = points[index - 1]!;
        const to = points[index]!;
        const { id, from: source, to: target } = ends;
        if (runsDown(from, to))
          put(down, {
            id,
            from: source,
            to: target,
            at: from.x,
            start: Math.min(from.y, to.y),
            end: Math.max(from.y, to.y),
          });
        else
          put(across, {
            id,
            from: source,
            to: target,
            at: from.y,
            start: Math.min(from.x, to.x),
            end: Math.max(from.x, to.x),
          });
      }
    },
    /**
     * How many pixels of this piece lie on links that have nothing to do with it. `port`: where it leaves or enters a
     * card, which it shares with twins.
     */
    overlap({ from, to, ends, port = false }: { from: Point; to: Point; ends: Ends; port?: boolean }): number {
      const vertical = runsDown(from, to);
      const at = vertical ? from.x : from.y;
      const start = Math.min(vertical ? from.y : from.x, vertical ? to.y : to.x);
      const end = Math.max(vertical ? from.y : from.x, vertical ? to.y : to.x);
      const line = Math.round(at / apart);
      let shared = 0;
      for (let near = line - 1; near <= line + 1; near += 1) {
        for (let part = Math.floor(start / band); part <= Math.floor(end / band); part += 1) {
          for (const piece of (vertical ? down : across).get(keyOf(near, part)) ?? none) {
            if (Math.abs(piece.at - at) >= apart || ignored({ piece, ends, port })) continue;
            shared += Math.max(
              0,
              Math.min(piece.end, end, (part + 1) * band) - Math.max(piece.start, start, part * band),
            );
          }
        }
      }
      return shared;
    },
    /** Whether a piece of any other link runs through the area. */
    runThrough: (area: Area, id: string): boolean =>
      passes(across, area.top, area.bottom, area.left, area.right, id) ||
      passes(down, area.left, area.right, area.top, area.bottom, id),
  };
}
export type Tracks = ReturnType<typeof createTracks>;

const none: readonly Piece[] = [];
const runsDown = (from: Point, to: Point) => Math.abs(to.x - from.x) < Math.abs(to.y - from.y);

function passes(shelf: Shelf, first: number, last: number, start: number, end: number, id: string): boolean {
  for (let line = Math.floor(first / apart); line <= Math.ceil(last / apart); line += 1) {
    for (let part = Math.floor(start / band); part <= Math.floor(end / band); part += 1) {
      for (const piece of shelf.get(keyOf(line, part)) ?? none)
        if (piece.at > first && piece.at < last && piece.start < end && piece.end > start && piece.id !== id)
          return true;
    }
  }
  return false;
}

/** Two ways between the same cards are told apart by where they run. */
function ignored({ piece, ends, port }: { piece: Piece; ends: Ends; port: boolean }): boolean {
  const from = piece.from === ends.from;
  const to = piece.to === ends.to;
  return port ? from || to : from !== to;
}
