import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { claimRows } from './claim-rows';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};
const rows = (port: string, seen: Record<string, number | string>) => claimRows(texts, { kind: 'claim', port, seen });

it('says what a throttle counted', () => {
  expect(rows('throttled', { port: 'throttled', count: 2, most: 2 })).toEqual([
    { result: 'no', text: 'goes through at most 2 times within the time', seen: '2 times before' },
  ]);
  expect(rows('next', { port: 'next', count: 0, most: 1 })).toEqual([
    { result: 'yes', text: 'goes through at most once within the time', seen: 'not yet' },
  ]);
});

it('says what a digest had collected', () => {
  expect(rows('joined', { port: 'joined', count: 3 })).toEqual([
    { result: 'info', text: 'the digest of an earlier run took this event', seen: '3 events' },
  ]);
  expect(rows('next', { count: 1 })).toEqual([{ result: 'yes', text: 'the digest was over', seen: '1 event' }]);
  expect(rows('next', {})).toEqual([]);
});
