import { describe, expect, it } from 'vitest';
import { areaAround, overviewBox, overviewShapes } from './overview-shapes';

const at = (x: number, y: number, category: 'timing' | 'message' | null = 'timing') => ({
  position: { x, y },
  data: { manifest: category && { category } },
});

describe('the overview', () => {
  it('shows all cards and what is in view, at one scale', () => {
    const cards = areaAround([at(0, 0), at(1000, 400)]);
    expect(cards).toEqual({ x: 0, y: 0, width: 1236, height: 478 });
    const box = overviewBox({ cards, view: { x: -500, y: 0, width: 600, height: 400 }, width: 136, height: 84 });
    expect(box.width / box.height).toBeCloseTo(136 / 84, 1);
    expect(box.x).toBeLessThan(-500);
    expect(box.x + box.width).toBeGreaterThan(1236);
    expect(box.y).toBeLessThan(0);
    expect(box.y + box.height).toBeGreaterThan(478);
  });
  it('shows what is in view where there are no cards, and survives a canvas without a size', () => {
    expect(areaAround([])).toBeNull();
    expect(
      Object.values(
        overviewBox({ cards: null, view: { x: 0, y: 0, width: 0, height: 0 }, width: 136, height: 84 }),
      ).every(Number.isFinite),
    ).toBe(true);
  });
  it('draws the cards of a category as one path, and those of unknown types apart', () => {
    const shapes = overviewShapes([at(0, 0), at(300, 0), at(0, 200, 'message'), at(0, 400, null)]);
    expect([...shapes.keys()]).toEqual(['timing', 'message', 'unknown']);
    expect(shapes.get('timing')?.match(/M/g)).toHaveLength(2);
  });
});
