import { describe, expect, it } from 'vitest';
import { bestChannelOf } from './best-channel.js';

const everybody = [
  { channel: 'email', sent: 1_000, opens: 200 },
  { channel: 'sms', sent: 1_000, opens: 100 },
];

describe('the best channel', () => {
  it('is everybody’s for whom nothing is known, with little to be sure of', () => {
    const best = bestChannelOf({ own: [], everybody });
    expect(best).toMatchObject({ channel: 'email', rate: expect.closeTo(0.2, 2) });
    expect(best!.confidence).toBeGreaterThan(0.5);
    expect(best!.confidence).toBeLessThan(0.8);
  });

  it('is the person’s own with what is known of them, and surer the more that is', () => {
    const after = (messages: number) =>
      bestChannelOf({
        own: [
          { channel: 'email', sent: messages, opens: 0 },
          { channel: 'sms', sent: messages, opens: messages / 2 },
        ],
        everybody,
      })!;
    expect(after(2).channel).toBe('sms');
    expect(after(40)).toMatchObject({ channel: 'sms', rate: expect.closeTo(0.42, 2) });
    expect(after(40).confidence).toBeGreaterThan(0.999);
    expect(after(40).confidence!).toBeGreaterThan(after(2).confidence!);
  });

  it('has nothing to be sure of where there is only one, and is none where nothing was sent', () => {
    expect(bestChannelOf({ own: [], everybody: everybody.slice(0, 1) })).toMatchObject({
      channel: 'email',
      confidence: null,
    });
    expect(bestChannelOf({ own: [], everybody: [{ channel: 'push', sent: -2, opens: 0 }] })).toBe(null);
  });

  it('counts an open whose message was sent before anybody counted', () => {
    expect(bestChannelOf({ own: [{ channel: 'sms', sent: 0, opens: 5 }], everybody })!.channel).toBe('sms');
  });

  it('is an even chance between two that are alike', () => {
    const alike = everybody.map((each) => ({ ...each, sent: 100, opens: 30 }));
    expect(bestChannelOf({ own: [], everybody: alike })).toMatchObject({
      channel: 'email',
      confidence: expect.closeTo(0.5),
    });
  });
});
