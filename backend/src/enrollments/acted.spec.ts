import { describe, expect, it } from 'vitest';
import { actedBy, actedOperand, saidAfter } from './acted.js';

const put = (change: string, segment = 's') => ({ kind: 'change-segment', settings: { segment, change } });
const say = (state: string, topic?: string) => ({
  kind: 'change-consent',
  settings: { channel: 'email', state, ...(topic === undefined ? {} : { topic }) },
});

describe('what a run asked for', () => {
  it('counts as done, the last over the first; of other things the database is asked', () => {
    const acted = actedBy([
      put('add'),
      put('remove'),
      put('add', 't'),
      { kind: 'emit-event', settings: { event: 'X' } },
    ]);
    expect(actedOperand({ source: 'segment', segment: 's' }, acted)).toBe(false);
    expect(actedOperand({ source: 'segment', segment: 't' }, acted)).toBe(true);
    expect(actedOperand({ source: 'segment', segment: 'u' }, acted)).toBeUndefined();
    expect(actedOperand({ source: 'trait', path: 'plan' }, acted)).toBeUndefined();
  });

  it('of consent holds for the channel, or the topic, that it is of', () => {
    const acted = actedBy([say('unsubscribed'), say('subscribed', 'news')]);
    expect(actedOperand({ source: 'consent', channel: 'email' }, acted)).toBe('unsubscribed');
    expect(actedOperand({ source: 'consent', channel: 'email', topic: 'news' }, acted)).toBe('subscribed');
    expect(actedOperand({ source: 'consent', channel: 'email', topic: 'other' }, acted)).toBeUndefined();
    expect(actedOperand({ source: 'consent', channel: 'sms' }, acted)).toBeUndefined();
  });

  it('is laid over what people said; who wanted nothing at all goes on to', () => {
    const everything = { channel: 'email', topic: '', state: 'unsubscribed', everything: true } as const;
    const sms = { channel: 'sms', topic: '', state: 'subscribed', everything: false } as const;
    expect(saidAfter([everything, sms], actedBy([say('unsubscribed')]))).toEqual([sms, everything]);
    expect(saidAfter([everything, sms], actedBy([say('subscribed')]))).toEqual([
      sms,
      { channel: 'email', topic: '', state: 'subscribed', everything: false },
    ]);
  });

  it('is nothing where settings that were filled in later make no sense', () => {
    const acted = actedBy([say('maybe'), { kind: 'change-segment', settings: { segment: 3 } }]);
    expect(acted).toEqual({ segments: new Map(), said: [] });
  });
});
