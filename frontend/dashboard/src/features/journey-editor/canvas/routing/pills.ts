import type { Point } from '../geometry';
import { createSpace } from './space';
import type { Rect, Space } from './space';
import type { Tracks } from './tracks';

/** Where the words of a link stand: the middle, and how wide they are. */
export type Pill = Point & { width: number };

export const pillHeight = 22;
const plainPill = 22;
const widest = 208;
/** Room between two pills, and between a pill and a card. */
const apart = 3;
const usual = 40;

/** The room that words take on a link, in px; reckoned, so that where they stand is known before anything is drawn. */
export function pillWidth(words: string): number {
  if (words === '') return plainPill;
  let width = 30;
  for (const letter of words) width += letterWidth(letter);
  return Math.min(Math.ceil(width), widest);
}

function letterWidth(letter: string): number {
  if (letter > '\u2e80') return 12.5;
  if (/[iljtfrI.,:;|!'’() ]/.test(letter)) return 4.4;
  if (/[mwMW%@—…]/.test(letter)) return 10.6;
  return /[A-Z]/.test(letter) ? 8.4 : 7;
}

export type PillLink = { id: string; points: readonly Point[]; width: number; crowded: boolean };

type PlacePillsOptions = {
  links: readonly PillLink[];
  cards: Space;
  tracks?: Tracks | undefined;
};

/**
 * A place for the words of every link: on the link, as near as can be to where it leaves its card or bends, and on no
 * card, no port and no other words. On a line of another link only where there is no other place; beside the link only
 * where it is too short for its words.
 */
export function placePills({ links, cards, tracks }: PlacePillsOptions): Map<string, Pill> {
  const placed = createSpace();
  const pills = new Map<string, Pill>();
  for (const link of links) {
    const box = ({ x, y }: Point): Rect => ({
      id: link.id,
      left: x - link.width / 2,
      right: x + link.width / 2,
      top: y - pillHeight / 2,
      bottom: y + pillHeight / 2,
    });
    const free = (at: Point) => {
      const area = box(at);
      return !cards.touched(area, apart) && !placed.touched(area, apart);
    };
    const alone = (at: Point) => tracks?.runThrough(box(at), link.id) !== true;
    const ideal = idealPlace(link);
    const at = (free(ideal) && alone(ideal) ? ideal : null) ?? elsewhere({ link, ideal, free, alone });
    placed.add(box(at));
    pills.set(link.id, { ...at, width: link.width });
  }
  return pills;
}

type Looking = { link: PillLink; ideal: Point; free: (at: Point) => boolean; alone: (at: Point) => boolean };

/** The place nearest to the ideal one: on the link alone, else on it, else beside it. */
function elsewhere({ link: { points }, ideal, free, alone }: Looking): Point {
  const places = along({ points, ideal });
  let first: Point | undefined;
  for (const place of places) {
    if (!free(place)) continue;
    if (alone(place)) return place;
    first ??= place;
  }
  return first ?? beside({ from: ideal, free });
}

/** Points of the link, those nearest to the ideal place first. */
function along({ points, ideal }: { points: readonly Point[]; ideal: Point }): Point[] {
  const all: { at: Point; distance: number }[] = [];
  for (const [index, to] of points.entries()) {
    const from = points[index - 1];
    if (!from) continue;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const count = Math.min(Math.max(1, Math.ceil(length / 8)), 100);
    for (let step = 0; step <= count; step += 1) {
      const at = { x: from.x + ((to.x - from.x) * step) / count, y: from.y + ((to.y - from.y) * step) / count };
      all.push({ at, distance: Math.abs(at.x - ideal.x) + Math.abs(at.y - ideal.y) });
    }
  }
  return all.sort((a, b) => a.distance - b.distance).map(({ at }) => at);
}

function idealPlace({ points, crowded }: Pick<PillLink, 'points' | 'crowded'>): Point {
  const [first = { x: 0, y: 0 }, bend = first, turn] = points;
  const last = points.at(-1) ?? first;
  if (points.length <= 2 || !turn)
    return {
      x: first.x + (last.x - first.x) / 2,
      y: bend.y - first.y > 2 * usual ? first.y + usual : (first.y + last.y) / 2,
    };
  // Between the same two cards: in the middle of what is its own.
  const after = points[3];
  if (points.length === 6 && after && Math.abs(after.y - turn.y) < 2 * usual && after.x === turn.x)
    return { x: turn.x, y: (turn.y + after.y) / 2 };
  // Where links of several cards end, words above the target would be those of which one? They stand half-way.
  return points.length === 4 && crowded && Math.abs(turn.x - bend.x) > 90
    ? { x: (bend.x + turn.x) / 2, y: bend.y }
    : turn;
}

/** The nearest free place around: there always is one, since the canvas has no end. */
function beside({ from, free }: { from: Point; free: (at: Point) => boolean }): Point {
  for (let ring = 1; ; ring += 1) {
    const radius = ring * 13;
    for (let step = 0; step < ring * 8; step += 1) {
      const angle = (step / (ring * 8)) * 2 * Math.PI;
      const at = {
        x: Math.round(from.x + radius * 1.6 * Math.cos(angle)),
        y: Math.round(from.y + radius * Math.sin(angle)),
      };
      if (free(at)) return at;
    }
  }
}
