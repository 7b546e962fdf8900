import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { outcomeWords, passingWords, shareDone, waitsWords } from './pass-time-words';

const t = textsOf('editor-test-run.passTimeWords');
const ended = { reached: null, waits: 1_200, error: null } as const;

describe('words for time that passes', () => {
  it('say how far it goes', () => {
    expect([
      passingWords(t, { to: { seconds: 86_400 } }),
      passingWords(t, { to: 'next' }),
      passingWords(t, { to: 'end' }),
      passingWords(t, { to: { until: '2026-03-02T09:00:00.000Z' }, zone: 'UTC' }),
    ]).toEqual(['Skipping 1 day', 'Skipping to the next step', 'Skipping to the end', 'Skipping to Mon 2 Mar 09:00']);
    expect([0, 1, 1_200].map((waits) => waitsWords(t, waits))).toEqual([
      '0 waits passed',
      '1 wait passed',
      '1,200 waits passed',
    ]);
  });

  it('say how much is done, where that can be known', () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    expect(shareDone({ from: at(0), until: at(10), runTime: at(4) })).toBe(0.4);
    expect(shareDone({ from: at(0), until: at(10), runTime: at(11) })).toBe(1);
    expect(shareDone({ from: at(0), until: at(0), runTime: at(0) })).toBe(1);
    expect(shareDone({ from: at(0), until: null, runTime: at(4) })).toBeNull();
  });

  it('say what came of it, and what to do when it did not go as asked', () => {
    expect(outcomeWords(t, { ...ended, state: 'running' })).toBeNull();
    expect(outcomeWords(t, { ...ended, state: 'done', reached: 'target' })).toBeNull();
    expect(outcomeWords(t, { ...ended, state: 'done', reached: 'event' })?.text).toContain('Send one');
    expect(outcomeWords(t, { ...ended, state: 'cancelled' })).toEqual({
      tone: 'plain',
      text: 'Cancelled after 1,200 waits. The run continues from here.',
    });
    expect(outcomeWords(t, { ...ended, state: 'interrupted' })).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('Skip again'),
    });
    expect(
      outcomeWords(t, { ...ended, state: 'failed', error: { code: 'x', message: 'Is a worker running?' } }),
    ).toEqual({
      tone: 'bad',
      text: 'Couldn’t skip ahead. Is a worker running?',
    });
  });
});
