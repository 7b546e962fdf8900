import { describe, expect, it } from 'vitest';
import {
  cardHeight,
  cardWidth,
  fitViewport,
  fitRoom,
  layStubs,
  leastReadable,
  openingViewport,
  revealingViewport,
  roundedPath,
} from './geometry';

describe('edges', () => {
  it('draw corners no larger than the way allows', () => {
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 0, y: 10 },
        { x: 100, y: 10 },
      ]),
    ).toBe('M0 0L0 5Q0 10 5 10L100 10');
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
    expect(
      fitViewport({
        positions: [
          { x: 0, y: 0 },
          { x: 0, y: 5000 },
        ],
        width: 1000,
        height: 800,
      }).zoom,
    ).toBeLessThan(0.2);
  });

  it('shows all of a journey of a thousand steps, however large', () => {
    const positions = Array.from({ length: 1_000 }, (_, index) => ({
      x: (index % 32) * 288,
      y: Math.floor(index / 32) * 152,
    }));
    const { x, y, zoom } = fitViewport({ positions, width: 900, height: 700 });
    for (const at of positions) {
      expect([
        at.x * zoom + x >= 0,
        (at.x + cardWidth) * zoom + x <= 900,
        at.y * zoom + y >= 0,
        (at.y + cardHeight) * zoom + y <= 700 - fitRoom.bottom + 1,
      ]).toEqual([true, true, true, true]);
    }
  });

  it('opens at the entry, large enough to be read, what is too tall or too wide for that', () => {
    const tall = openingViewport({
      positions: [
        { x: 0, y: 0 },
        { x: 0, y: 5000 },
      ],
      width: 1000,
      height: 800,
    });
    expect(tall.zoom).toBeGreaterThanOrEqual(leastReadable);
    expect(tall.y).toBe(28);
    const wide = openingViewport({
      positions: [
        { x: 0, y: 100 },
        { x: 2000, y: 0 },
      ],
      width: 390,
      height: 300,
    });
    expect(wide.zoom).toBe(leastReadable);
    // The entry, which is the uppermost card, stands in the middle.
    expect(wide.x + (2000 + cardWidth / 2) * wide.zoom).toBeCloseTo(195);
  });

  it('reveals a card by moving no further than needed, and not at all when it is in view', () => {
    const view = { x: 0, y: 0, zoom: 1 };
    const at = (x: number, y: number) =>
      revealingViewport({
        view,
        area: { left: x, top: y, right: x + cardWidth, bottom: y + 78 },
        width: 1000,
        height: 800,
      });
    expect(at(100, 100)).toBe(view);
    expect(at(100, 900)).toEqual({ x: 0, y: 640 - 978, zoom: 1 });
    expect(at(-300, 100)).toEqual({ x: 340, y: 0, zoom: 1 });
  });

  it('opens what can be read whole as a whole', () => {
    const options = {
      positions: [
        { x: 0, y: 0 },
        { x: 0, y: 600 },
      ],
      width: 1000,
      height: 800,
    };
    expect(openingViewport(options)).toEqual(fitViewport(options));
  });
});
