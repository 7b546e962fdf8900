import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, pointOf } from './location.js';
import { follow } from './visits.js';
import type { Counting, Move, Visit } from './visits.js';

const minute = 60_000;
type Seen = { at: number; inside: string[]; imported: boolean };
/** As it comes, some at a time. */
function all(places: Record<string, Counting>, seen: Seen[], now: number, cuts: number[] = []): Move[] {
  const visits = new Map<string, Visit>();
  const known = new Map(Object.entries(places));
  const moves: Move[] = [];
  let from = 0;
  for (const cut of [...cuts, seen.length].sort((a, b) => a - b)) {
    const some = seen.slice(from, cut);
    from = cut;
    // Whoever is told between two locations is told at the time of the later one at most.
    const until = cut < seen.length ? Math.max(seen[cut - 1]?.at ?? 0, 0) : now;
    moves.push(...follow({ visits, places: known, sightings: some, now: until }));
  }
  return moves;
}
const brief = (moves: Move[]) => moves.map(({ place, move, at }) => `${move} ${place} ${at / minute}`);
const at = (minutes: number, ...inside: string[]): Seen => ({ at: minutes * minute, inside, imported: false });

describe('a stay', () => {
  it('counts at once where its place wants no time, and ends where somebody is seen elsewhere', () => {
    const shop = { dwellMs: 0, quietMs: 0 };
    expect(brief(all({ shop }, [at(1, 'shop'), at(2, 'shop'), at(5), at(6, 'shop')], 10 * minute))).toEqual([
      'entered shop 1',
      'left shop 5',
      'entered shop 6',
    ]);
  });

  it('counts when it has become long enough, by the clock or by what is seen next', () => {
    const shop = { dwellMs: 3 * minute, quietMs: 0 };
    expect(brief(all({ shop }, [at(1, 'shop')], 3 * minute))).toEqual([]);
    expect(brief(all({ shop }, [at(1, 'shop')], 4 * minute))).toEqual(['entered shop 4']);
    expect(brief(all({ shop }, [at(1, 'shop'), at(9)], 9 * minute))).toEqual(['entered shop 4', 'left shop 9']);
    expect(brief(all({ shop }, [at(1, 'shop'), at(3)], 9 * minute))).toEqual([]);
  });

  it('that an import told of starts nothing, also when it becomes long enough later', () => {
    const shop = { dwellMs: 3 * minute, quietMs: 0 };
    const seen = [{ ...at(1, 'shop'), imported: true }, at(9)];
    expect(all({ shop }, seen, 9 * minute).map(({ move, imported }) => [move, imported])).toEqual([
      ['entered', true],
      ['left', false],
    ]);
  });

  it('within the quiet time is told of at neither end', () => {
    const shop = { dwellMs: 0, quietMs: 60 * minute };
    const seen = [at(0, 'shop'), at(5), at(30, 'shop'), at(35), at(61, 'shop')];
    expect(brief(all({ shop }, seen, 99 * minute))).toEqual(['entered shop 0', 'left shop 5', 'entered shop 61']);
  });
});

it('entered and left come in pairs, long enough and not too often, however the locations are cut', () => {
  const places = { a: { dwellMs: 0, quietMs: 4 * minute }, b: { dwellMs: 2 * minute, quietMs: 0 } };
  const sightings = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.subarray(['a', 'b'])), { maxLength: 25 })
    .map((steps) => {
      let time = 0;
      return steps.map(([by, inside]) => at((time += by), ...inside));
    });
  fc.assert(
    fc.property(sightings, fc.array(fc.nat(24)), (seen, cuts) => {
      const now = (seen.at(-1)?.at ?? 0) + 10 * minute;
      const moves = all(places, seen, now);
      const inParts = all(
        places,
        seen,
        now,
        cuts.filter((cut) => cut < seen.length),
      );
      expect(inParts).toEqual(moves);
      expect(moves.map((move) => move.at)).toEqual(moves.map((move) => move.at).sort((x, y) => x - y));
      for (const place of ['a', 'b'] as const) {
        const own = moves.filter((move) => move.place === place);
        own.forEach(({ move, at: time, since }, index) => {
          expect(move).toBe(index % 2 === 0 ? 'entered' : 'left');
          if (move === 'left') expect(since).toBe(own[index - 1]!.since);
          else expect(time - since).toBe(places[place].dwellMs);
          const before = own[index - 2];
          if (move === 'entered' && before) expect(time - before.at).toBeGreaterThanOrEqual(places[place].quietMs);
        });
      }
    }),
  );
});

it.each([
  [
    { lat: 1, lng: 2 },
    { lat: 1, lng: 2 },
  ],
  [
    { latitude: -90, longitude: 180 },
    { lat: -90, lng: 180 },
  ],
  [{ location: { lat: 1, longitude: 2 } }, { lat: 1, lng: 2 }],
  [{ location: { location: { lat: 1, lng: 2 } } }, null],
  [{ lat: '1', lng: 2 }, null],
  [{ lat: 91, lng: 2 }, null],
  [{ lat: 1 }, null],
  [[1, 2], null],
  ['1,2', null],
  [null, null],
])('the point of %j is %j', (value, point) => {
  expect(pointOf(value)).toEqual(point);
});

it('the box of a circle holds all of it', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -89.9, max: 89.9, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: 20, max: 100_000, noNaN: true }),
      fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
      (lat, lng, radius, bearing) => {
        const [west, south, east, north] = boundsOf({ lat, lng, radius });
        const reach = radius / 6_371_008.8;
        const from = (lat * Math.PI) / 180;
        const to = Math.asin(Math.sin(from) * Math.cos(reach) + Math.cos(from) * Math.sin(reach) * Math.cos(bearing));
        const by = Math.atan2(
          Math.sin(bearing) * Math.sin(reach) * Math.cos(from),
          Math.cos(reach) - Math.sin(from) * Math.sin(to),
        );
        const [y, x] = [(to * 180) / Math.PI, lng + (by * 180) / Math.PI];
        expect(y).toBeGreaterThanOrEqual(south);
        expect(y).toBeLessThanOrEqual(north);
        expect(x).toBeGreaterThanOrEqual(west);
        expect(x).toBeLessThanOrEqual(east);
      },
    ),
  );
});
