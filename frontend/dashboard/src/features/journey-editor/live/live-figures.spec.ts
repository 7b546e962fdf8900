import type { NodeFigures } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { cardFigures, edgeWidth, largestFlow, newPassages, portShares, shareLabel, thickestEdge, thinnestEdge } from './live-figures';

function figures(over: Partial<NodeFigures> = {}): NodeFigures {
  return { waiting: 0, entered: 0, left: 0, ports: {}, messages: null, medianSeconds: null, ...over };
}
const texts = (line: ReturnType<typeof cardFigures>): string => line.left.map((figure) => figure.text).join(' · ');

describe('the line of figures on a card', () => {
  it('speaks the words of each kind of node', () => {
    expect(texts(cardFigures({ figures: figures({ entered: 1284, left: 1284 }), manifest: { category: 'entry', blocks: false } }))).toBe('1,284 entered');
    expect(texts(cardFigures({ figures: figures({ entered: 521, left: 521 }), manifest: { category: 'decision', blocks: false } }))).toBe('521 passed');
    expect(texts(cardFigures({ figures: figures({ entered: 486 }), manifest: { category: 'exit', blocks: false } }))).toBe('486 ended here');
  });

  it('tells how messages fared, and opens only where they can be seen', () => {
    const messages = { queued: 0, sent: 1251, delivered: 1240, opened: 763, clicked: 90, failed: 0 };
    expect(texts(cardFigures({ figures: figures({ entered: 1284, messages }), manifest: { category: 'message', channel: 'email', blocks: false } }))).toBe('1,251 sent · 61 % opened');
    expect(texts(cardFigures({ figures: figures({ messages: { ...messages, sent: 97, opened: 0, failed: 2 } }), manifest: { category: 'message', channel: 'sms', blocks: false } }))).toBe('97 sent · 2 failed');
    expect(texts(cardFigures({ figures: figures({ messages: { ...messages, queued: 3, sent: 0, opened: 0 } }), manifest: { category: 'message', channel: 'email', blocks: false } }))).toBe('3 queued');
    expect(texts(cardFigures({ figures: figures({ messages: { ...messages, queued: 1280, opened: 0 } }), manifest: { category: 'message', channel: 'email', blocks: false } }))).toBe('1,251 sent · 0 % opened');
  });

  it('marks people who wait and says how long it takes', () => {
    const line = cardFigures({ figures: figures({ waiting: 312, entered: 1284, left: 972, medianSeconds: 18_720 }), manifest: { category: 'timing', blocks: true } });
    expect(line).toEqual({ left: [{ text: '312 waiting', strong: true, dot: true, door: 'waiting' }], right: 'median 5 h 12 m' });
  });

  it('says that nobody came, without a door to an empty list', () => {
    expect(cardFigures({ figures: undefined, manifest: { category: 'timing', blocks: true } }).left).toEqual([{ text: 'Nobody yet' }]);
    expect(cardFigures({ figures: figures(), manifest: { category: 'decision', blocks: false } }).left).toEqual([{ text: 'Nobody yet' }]);
  });
});

describe('shares', () => {
  it('are of those who left', () => {
    const shares = portShares(figures({ waiting: 312, entered: 1284, left: 972, ports: { timeout: 428, created: 544 } }));
    expect(shareLabel({ label: 'After 1 day', share: shares['timeout'], ways: 2 })).toBe('After 1 day · 44 %');
    expect(shareLabel({ label: 'Project Created', share: shares['created'], ways: 2 })).toBe('Project Created · 56 %');
  });

  it('are left out where they say nothing', () => {
    expect(portShares(figures({ ports: { next: 0 } }))).toEqual({});
    expect(shareLabel({ label: 'Else', share: undefined, ways: 2 })).toBe('Else');
    expect(shareLabel({ label: 'Entered', share: 1, ways: 1 })).toBe('Entered');
  });
});

describe('flow', () => {
  it('makes the busiest edge the widest and keeps small ones visible', () => {
    const largest = largestFlow({ nodes: { a: figures({ ports: { next: 1000 } }), b: figures({ ports: { x: 100, y: 900 } }) } });
    expect(largest).toBe(1000);
    expect(edgeWidth({ flow: 1000, largest })).toBe(thickestEdge);
    expect(edgeWidth({ flow: 0, largest })).toBe(thinnestEdge);
    expect(edgeWidth({ flow: 10, largest })).toBeGreaterThan(thinnestEdge + 0.4);
    expect(edgeWidth({ flow: 5, largest: 0 })).toBe(thinnestEdge);
  });

  it('moves each passage once', () => {
    const recent = [
      { node: 'a', port: 'next', at: '2026-11-24T09:00:00.000Z' },
      { node: 'b', port: 'x', at: '2026-11-24T09:00:01.000Z' },
      { node: 'b', port: 'x', at: '2026-11-24T09:00:02.000Z' },
    ];
    const first = newPassages({ recent, since: Date.parse('2026-11-24T09:00:00.000Z') });
    expect([...first.counts]).toEqual([['b:x', 2]]);
    expect(newPassages({ recent, since: first.newest }).counts.size).toBe(0);
  });
});
