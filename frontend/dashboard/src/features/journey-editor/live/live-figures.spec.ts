import type { NodeFigures } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import {
  cardFigures,
  edgeWidth,
  largestFlow,
  newPassages,
  portShares,
  sentOfQueued,
  shareLabel,
  thickestEdge,
  thinnestEdge,
  ruleTotals,
} from './live-figures';

function figures(over: Partial<NodeFigures> = {}): NodeFigures {
  return { waiting: 0, entered: 0, left: 0, ports: {}, messages: null, medianSeconds: null, control: null, ...over };
}
const live = { figures: textsOf('editor-live.figures'), failing: textsOf('messages.failing') };
const texts = (line: ReturnType<typeof cardFigures>): string => line.left.map((figure) => figure.text).join(' · ');

describe('the line of figures on a card', () => {
  it('speaks the words of each kind of node', () => {
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ entered: 1284, left: 1284 }),
          manifest: { category: 'entry', blocks: false },
        }),
      ),
    ).toBe('1,284 entered');
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ entered: 521, left: 521 }),
          manifest: { category: 'decision', blocks: false },
        }),
      ),
    ).toBe('521 passed');
    expect(
      texts(cardFigures(live, { figures: figures({ entered: 486 }), manifest: { category: 'exit', blocks: false } })),
    ).toBe('486 ended here');
  });

  it('tells how messages fared, and opens only where they can be seen', () => {
    const messages = {
      queued: 0,
      sent: 1251,
      delivered: 1240,
      opened: 763,
      clicked: 90,
      failed: 0,
      unknown: 0,
      suppressed: {},
      held: {},
      failing: 0,
      machineOpens: 0,
      machineClicks: 0,
    };
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ entered: 1284, messages }),
          manifest: { category: 'message', channel: 'email', blocks: false },
        }),
      ),
    ).toBe('1,251 sent · 61% opened');
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ messages: { ...messages, sent: 97, opened: 0, failed: 2 } }),
          manifest: { category: 'message', channel: 'sms', blocks: false },
        }),
      ),
    ).toBe('97 sent · 2 failed');
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ messages: { ...messages, queued: 3, sent: 0, opened: 0 } }),
          manifest: { category: 'message', channel: 'email', blocks: false },
        }),
      ),
    ).toBe('3 queued');
    expect(
      texts(
        cardFigures(live, {
          figures: figures({
            messages: { ...messages, queued: 107, sent: 97, opened: 0, held: { quiet: 8, caps: 2 } },
          }),
          manifest: { category: 'message', channel: 'sms', blocks: false },
        }),
      ),
    ).toBe('97 sent · 10 held back');
    expect(
      texts(
        cardFigures(live, {
          figures: figures({ messages: { ...messages, queued: 1280, opened: 0 } }),
          manifest: { category: 'message', channel: 'email', blocks: false },
        }),
      ),
    ).toBe('1,251 sent · 0% opened');
  });

  it('marks failures of the last day, and opens who they happened to', () => {
    const messages = {
      queued: 5,
      sent: 0,
      delivered: 0,
      opened: 0,
      clicked: 0,
      failed: 3,
      unknown: 2,
      suppressed: {},
      held: {},
      failing: 3,
      machineOpens: 0,
      machineClicks: 0,
    };
    expect(
      cardFigures(live, {
        figures: figures({ entered: 5, messages }),
        manifest: { category: 'message', channel: 'sms', blocks: false },
      }).left.at(-1),
    ).toMatchObject({
      text: '3 failed',
      bad: true,
      door: 'failed',
      title: '3 messages failed or may not have gone out in the last 24 hours',
    });
    expect(
      cardFigures(live, {
        figures: figures({ entered: 5, messages: { ...messages, failing: 0, machineOpens: 0, machineClicks: 0 } }),
        manifest: { category: 'message', channel: 'sms', blocks: false },
      }).left.at(-1),
    ).toEqual({ text: '3 failed', door: 'failed' });
    expect(
      cardFigures(live, {
        figures: figures({ entered: 5, messages: { ...messages, failed: 0 } }),
        manifest: { category: 'message', channel: 'sms', blocks: false },
      }).left.at(-1),
    ).toMatchObject({ text: '2 unknown', door: 'unknown', bad: true });
  });

  it('calls queued only what still waits, and says what was not sent', () => {
    const messages = {
      queued: 3,
      sent: 0,
      delivered: 0,
      opened: 0,
      clicked: 0,
      failed: 2,
      unknown: 0,
      suppressed: {},
      held: {},
      failing: 0,
      machineOpens: 0,
      machineClicks: 0,
    };
    const line = (over: Partial<typeof messages> & { suppressed?: Record<string, number> }) =>
      cardFigures(live, {
        figures: figures({ entered: 5, messages: { ...messages, ...over } }),
        manifest: { category: 'message', channel: 'email', blocks: false },
      });
    expect(texts(line({ queued: 2 }))).toBe('2 failed');
    expect(texts(line({}))).toBe('1 queued · 2 failed');
    expect(line({}).left[0]).toEqual({ text: '1 queued', door: 'queued' });
    expect(line({ queued: 1, failed: 0, suppressed: { 'no-provider': 1 } }).left).toEqual([
      { text: '1 not sent', door: 'suppressed', warn: true },
    ]);
    expect(texts(line({ queued: 4, sent: 3, failed: 0, suppressed: { unsubscribed: 1 } }))).toBe(
      '3 sent · 0% opened · 1 not sent',
    );
    expect(texts(line({ queued: 7, sent: 3, suppressed: { unsubscribed: 1, 'no-provider': 1 } }))).toBe(
      '3 sent · 2 failed · 2 not sent',
    );
    expect(texts(line({ queued: 1, sent: 0, failed: 2 }))).toBe('2 failed');
  });

  it('never says “Sent” of what was only queued', () => {
    const messages = {
      queued: 5,
      sent: 0,
      delivered: 0,
      opened: 0,
      clicked: 0,
      failed: 5,
      unknown: 0,
      suppressed: {},
      held: {},
      failing: 5,
      machineOpens: 0,
      machineClicks: 0,
    };
    expect(sentOfQueued(live, figures({ ports: { queued: 5 }, messages }))).toBe('0 of 5');
    expect(
      sentOfQueued(live, figures({ ports: { queued: 5 }, messages: { ...messages, sent: 5, failed: 0 } })),
    ).toBeUndefined();
    expect(sentOfQueued(live, figures())).toBeUndefined();
  });

  it('marks people who wait and says how long it takes', () => {
    const line = cardFigures(live, {
      figures: figures({ waiting: 312, entered: 1284, left: 972, medianSeconds: 18_720 }),
      manifest: { category: 'timing', blocks: true },
    });
    expect(line).toEqual({
      left: [{ text: '312 waiting', strong: true, dot: true, door: 'waiting' }],
      right: 'median 5 h 12 m',
    });
  });

  it('says that nobody came, without a door to an empty list', () => {
    expect(cardFigures(live, { figures: undefined, manifest: { category: 'timing', blocks: true } }).left).toEqual([
      { text: 'Nobody yet' },
    ]);
    expect(cardFigures(live, { figures: figures(), manifest: { category: 'decision', blocks: false } }).left).toEqual([
      { text: 'Nobody yet' },
    ]);
  });
});

describe('shares', () => {
  it('are of those who left', () => {
    const shares = portShares(
      figures({ waiting: 312, entered: 1284, left: 972, ports: { timeout: 428, created: 544 } }),
    );
    expect(shareLabel({ label: 'After 1 day', share: shares['timeout'], ways: 2 })).toBe('After 1 day · 44%');
    expect(shareLabel({ label: 'Project Created', share: shares['created'], ways: 2 })).toBe('Project Created · 56%');
  });

  it('are left out where they say nothing', () => {
    expect(portShares(figures({ ports: { next: 0 } }))).toEqual({});
    expect(shareLabel({ label: 'Else', share: undefined, ways: 2 })).toBe('Else');
    expect(shareLabel({ label: 'Entered', share: 1, ways: 1 })).toBe('Entered');
  });
});

describe('flow', () => {
  it('makes the busiest edge the widest and keeps small ones visible', () => {
    const largest = largestFlow({
      nodes: { a: figures({ ports: { next: 1000 } }), b: figures({ ports: { x: 100, y: 900 } }) },
    });
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

it('adds up what rules did over all steps, the most first, and leaves out what is about one message', () => {
  const of = (held: Record<string, number>, suppressed: Record<string, number>) =>
    ({ messages: { held, suppressed } }) as unknown as NodeFigures;
  const nodes = {
    entry: { messages: null } as unknown as NodeFigures,
    mail: of({ quiet: 2 }, { capped: 3, unreachable: 9 }),
    text: of({ quiet: 1, caps: 5 }, { capped: 1, holdout: 7 }),
  };
  expect(ruleTotals({ nodes })).toEqual({
    held: [
      ['caps', 5],
      ['quiet', 3],
    ],
    suppressed: [
      ['holdout', 7],
      ['capped', 4],
    ],
  });
});
