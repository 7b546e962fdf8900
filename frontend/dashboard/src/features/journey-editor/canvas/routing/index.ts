import { cardWidth } from '../geometry';
import type { Point } from '../geometry';
import { placePills } from './pills';
import type { Pill } from './pills';
import { createSpace } from './space';
import type { Area, Rect, Space } from './space';
import { createTracks } from './tracks';
import { wayOf } from './way';

export { pillHeight, pillWidth } from './pills';
export type { Pill } from './pills';

export type PlacedCard = Point & { id: string; height: number; stubs: readonly Area[] };
/** `width`: of its words, in px. `order`: of the port among those of its card. */
export type LinkToRoute = { id: string; from: string; to: string; width: number; order: number };
export type Route = { points: readonly Point[]; pill: Pill };
export type Routes = { routes: ReadonlyMap<string, Route>; space: Space; heights: ReadonlyMap<string, number> };

/**
 * The ways of all links of a picture and the places of their words: a pure function of where cards stand, so that a
 * journey looks the same while it is drawn, after a reload, and to everybody. Whatever the order in which they are
 * given: short links are laid first, then by id.
 */
export function routeLinks({ cards, links }: { cards: readonly PlacedCard[]; links: readonly LinkToRoute[] }): Routes {
  const byId = new Map(cards.map((card) => [card.id, card]));
  const rects = cards.map(({ id, x, y, height }): Rect => ({
    id,
    left: x,
    right: x + cardWidth,
    top: y,
    bottom: y + height,
  }));
  const space = createSpace(rects);
  const tracks = createTracks();
  const sources = new Map<string, Set<string>>();
  const beside = twinPlaces(links);
  const known = links
    .flatMap((link) => {
      const from = byId.get(link.from);
      const to = byId.get(link.to);
      if (!from || !to) return [];
      sources.set(link.to, (sources.get(link.to) ?? new Set()).add(link.from));
      const source = { x: from.x + cardWidth / 2, y: from.y + from.height };
      const target = { x: to.x + cardWidth / 2, y: to.y };
      return [
        {
          link,
          asked: {
            ends: { id: link.id, from: link.from, to: link.to },
            source,
            target,
            sourceHeight: from.height,
            targetHeight: to.height,
            beside: twinAt({ beside, link, target }),
          },
          length: Math.abs(source.x - target.x) + Math.abs(source.y - target.y),
        },
      ];
    })
    .sort((a, b) => a.length - b.length || (a.link.id < b.link.id ? -1 : 1));
  const ways = known.map(({ link, asked }) => {
    const points = wayOf({ asked, space, tracks });
    tracks.add({ points, ends: asked.ends });
    return { id: link.id, points, width: link.width, crowded: (sources.get(link.to)?.size ?? 0) > 1 };
  });
  const filled = createSpace([...rects, ...cards.flatMap(({ id, stubs }) => stubs.map((stub) => ({ id, ...stub })))]);
  const pills = placePills({ links: ways, cards: filled, tracks });
  const routes = new Map(
    ways.map(({ id, points, width }): [string, Route] => [
      id,
      { points, pill: pills.get(id) ?? { x: 0, y: 0, width } },
    ]),
  );
  return { routes, space, heights: new Map(cards.map(({ id, height }) => [id, height])) };
}

/** Room between the words of links that run side by side. */
const twinGap = 10;

/** How far from the middle each of several links between the same two cards runs, in the order of their ports. */
function twinPlaces(links: readonly LinkToRoute[]): Map<string, number> {
  const groups = new Map<string, LinkToRoute[]>();
  for (const link of links)
    groups.set(`${link.from} ${link.to}`, [...(groups.get(`${link.from} ${link.to}`) ?? []), link]);
  const places = new Map<string, number>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const sorted = group.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
    let x = -sorted.reduce((sum, { width }) => sum + width + twinGap, -twinGap) / 2;
    for (const { id, width } of sorted) {
      places.set(id, Math.round(x + width / 2));
      x += width + twinGap;
    }
  }
  return places;
}

type TwinAtOptions = {
  beside: ReadonlyMap<string, number>;
  link: LinkToRoute;
  target: Point;
};

function twinAt({ beside, link, target }: TwinAtOptions): number | undefined {
  const offset = beside.get(link.id);
  return offset === undefined ? undefined : target.x + offset;
}

type FollowLinkOptions = {
  routes: Routes;
  from: string;
  to: string;
  source: Point;
  target: Point;
  width: number;
};

/** The way of one link while an end of it is dragged: around all other cards where they stood before. */
export function followLink({ routes, from, to, source, target, width }: FollowLinkOptions): Route {
  const { space, heights } = routes;
  const asked = {
    ends: { id: '', from, to },
    source,
    target,
    sourceHeight: heights.get(from) ?? 0,
    targetHeight: heights.get(to) ?? 0,
  };
  const points = wayOf({ asked, space });
  const pills = placePills({ links: [{ id: '', points, width, crowded: false }], cards: createSpace() });
  return { points, pill: pills.get('') ?? { ...source, width } };
}
