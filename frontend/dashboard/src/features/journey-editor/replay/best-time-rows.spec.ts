import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { bestTimeRows, waitsBecause } from './best-time-rows';
import { runDetail } from './replay.fixture';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};
const best = { at: 1, hour: 8, confidence: 0.583, from: 'own', opens: 14, clicks: 1, visits: 0 };

describe('why a run waited until that hour', () => {
  it('says the hour, what it was learned from, and how much of it is the person’s', () => {
    expect(bestTimeRows(texts, best)).toEqual([
      {
        result: 'info',
        text: '08:00 was their best hour',
        seen: 'learned from 14 opens, 1 click; 58% their own habits, the rest everybody’s',
      },
    ]);
  });

  it('says when nothing of their own was known', () => {
    const seen = (from: string) =>
      bestTimeRows(texts, { ...best, from, confidence: 0, opens: 0, clicks: 0 }).map((row) => row.seen);
    expect(seen('everybody')).toEqual(['from everybody’s habits: none of their own were known']);
    expect(seen('fallback')).toEqual(['not enough was known yet: by the step’s setting for that']);
  });

  it('says when their own were found to predict nothing', () => {
    const [row] = bestTimeRows(texts, { ...best, from: 'everybody', confidence: 0 });
    expect(row!.seen).toBe('from everybody’s habits: people’s own predicted no better');
  });

  it('says nothing of other waits, or of what it doesn’t know', () => {
    expect(bestTimeRows(texts, undefined)).toEqual([]);
    expect(bestTimeRows(texts, { from: 'moon', hour: 8 })).toEqual([]);
  });

  it('finds it for a wait that goes on', () => {
    const detail = runDetail();
    const program = {
      ...(detail.program as object),
      instructions: [{ node: 'wait', op: 'wait', until: { fact: 3 }, target: { port: 'next', pc: -1 } }],
    };
    const steps = [{ step: 1, at: '2026-05-01T00:00:00.000Z', inputs: [{ type: 'view', at: 0, facts: { 3: best } }] }];
    expect(waitsBecause({ ...detail, program, steps }, 'wait')).toEqual(best);
    expect(waitsBecause({ ...detail, program, steps }, 'mail')).toBeUndefined();
  });
});
