import { describe, expect, it } from 'vitest';
import { cardWidth, fitViewport, layStubs, leastReadable, openingViewport, revealingViewport, roundedPath, shapeEdge } from './geometry';
import { findLane } from './lanes';

describe('edges', () => {
  it('bend once below the source and end above the target, label at the bend', () => {
    const { points, label } = shapeEdge({ source: { x: 0, y: 0 }, target: { x: 300, y: 150 } });
    expect(points).toEqual([{ x: 0, y: 0 }, { x: 0, y: 40 }, { x: 300, y: 40 }, { x: 300, y: 150 }]);
    expect(label).toEqual({ x: 300, y: 40 });
  });

  it('go around both cards to a target above', () => {
    const { points } = shapeEdge({ source: { x: 0, y: 300 }, target: { x: 100, y: 0 } });
    expect(Math.max(...points.map((point) => point.x))).toBeGreaterThan(100 + cardWidth / 2);
    expect(points.every((point, index) => index === 0 || point.x === points[index - 1]?.x || point.y === points[index - 1]?.y)).toBe(true);
  });

  it('keep the labels of two ports with one target apart', () => {
    const at = (labelShift: number) => shapeEdge({ source: { x: 0, y: 0 }, target: { x: 0, y: 150 }, labelShift }).label.x;
    expect(Math.abs(at(-58) - at(58))).toBeGreaterThan(100);
  });

  it('keep the labels of two ports below their own card where edges of other cards end too', () => {
    const at = (x: number) => shapeEdge({ source: { x, y: 0 }, target: { x: 0, y: 70 }, labelShift: 58, crowded: true });
    expect(at(-288).label.x).toBe(-230);
    expect(at(288).label.x).toBe(346);
    expect(at(288).points.at(-1)).toEqual({ x: 0, y: 70 });
  });

  it('take a lane beside a card that stands in the way', () => {
    const source = { x: 0, y: 0 };
    const target = { x: 0, y: 456 };
    const blocker = { x: 0, y: 228 };
    expect(findLane({ source, target, positions: [source, target] })).toBeNull();
    const lane = findLane({ source, target, positions: [source, target, blocker] });
    expect(lane && (lane.x < blocker.x || lane.x > blocker.x + cardWidth)).toBe(true);
  });

  it('draw corners no larger than the way allows', () => {
    expect(roundedPath([{ x: 0, y: 0 }, { x: 0, y: 10 }, { x: 100, y: 10 }])).toBe('M0 0L0 5Q0 10 5 10L100 10');
  });
});

describe('stubs', () => {
  it('lie left to right without touching, beside the edge that leaves', () => {
    const stubs = layStubs({ labels: ['Sent', 'Not reachable'], connected: true });
    expect(stubs[0]!.x).toBeGreaterThan(cardWidth / 2);
    expect(stubs[1]!.x).toBeGreaterThan(stubs[0]!.x + stubs[0]!.width);
  });
});

describe('fitting', () => {
  it('never enlarges, and begins at the top', () => {
    expect(fitViewport({ positions: [{ x: 0, y: 0 }], width: 1000, height: 800 })).toEqual({ x: 382, y: 28, zoom: 1 });
    expect(fitViewport({ positions: [{ x: 0, y: 0 }, { x: 0, y: 5000 }], width: 1000, height: 800 }).zoom).toBeLessThan(0.2);
  });

  it('opens at the entry, large enough to be read, what is too tall or too wide for that', () => {
    const tall = openingViewport({ positions: [{ x: 0, y: 0 }, { x: 0, y: 5000 }], width: 1000, height: 800 });
    expect(tall.zoom).toBeGreaterThanOrEqual(leastReadable);
    expect(tall.y).toBe(28);
    const wide = openingViewport({ positions: [{ x: 0, y: 100 }, { x: 2000, y: 0 }], width: 390, height: 300 });
    expect(wide.zoom).toBe(leastReadable);
    // The entry, which is the uppermost card, stands in the middle.
    expect(wide.x + (2000 + cardWidth / 2) * wide.zoom).toBeCloseTo(195);
  });

  it('reveals a card by moving no further than needed, and not at all when it is in view', () => {
    const view = { x: 0, y: 0, zoom: 1 };
    const at = (x: number, y: number) => revealingViewport({ view, area: { left: x, top: y, right: x + cardWidth, bottom: y + 78 }, width: 1000, height: 800 });
    expect(at(100, 100)).toBe(view);
    expect(at(100, 900)).toEqual({ x: 0, y: 640 - 978, zoom: 1 });
    expect(at(-300, 100)).toEqual({ x: 340, y: 0, zoom: 1 });
  });

  it('opens what can be read whole as a whole', () => {
    const options = { positions: [{ x: 0, y: 0 }, { x: 0, y: 600 }], width: 1000, height: 800 };
    expect(openingViewport(options)).toEqual(fitViewport(options));
  });
});
