import type { JsonObject } from '@wend/contract';
import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { whenRows } from './when-rows';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};
const rows = (because: JsonObject | undefined) => whenRows({ texts, zone: 'UTC' }, because);
const berlin = { zone: 'Europe/Berlin' };

it('says which date it was, and nothing of what went as asked', () => {
  expect(rows({ ...berlin, of: 'date', at: 1, value: '2026-06-01', asked: '2026-06-01 09:00' })).toEqual([
    { result: 'info', text: 'The date', seen: '2026-06-01' },
  ]);
  expect(rows({ ...berlin, of: 'after', at: 1, asked: '2026-06-01 09:00' })).toEqual([]);
});

it.each([
  ['jumped', 'The clocks in Europe/Berlin jump over 2026-03-29 02:30: when they land counts'],
  ['twice', 'The clocks in Europe/Berlin show 2026-03-29 02:30 twice: the first time counts'],
  ['shortMonth', 'That month has no such day: its last one counts'],
  ['leapDay', 'There is no 29 February in that year: by this step’s setting for that'],
])('says what was unusual: %s', (adjusted, text) => {
  expect(rows({ ...berlin, of: 'after', at: 1, asked: '2026-03-29 02:30', adjusted })).toEqual([
    { result: 'info', text },
  ]);
});

it('says which window was open, or opened', () => {
  const window = '09:00–18:00';
  expect(rows({ ...berlin, of: 'window', port: 'next', window })).toEqual([
    { result: 'yes', text: 'The time window 09:00–18:00 was open' },
  ]);
  expect(rows({ ...berlin, of: 'window', at: 1, window })).toEqual([
    { result: 'info', text: 'The next time window was 09:00–18:00' },
  ]);
});

it('says why there was nothing to wait for', () => {
  expect(rows({ ...berlin, of: 'date', port: 'past', due: Date.UTC(2026, 3, 30, 7), value: '2026-04-30' })).toEqual([
    { result: 'info', text: 'The date', seen: '2026-04-30' },
    { result: 'no', text: 'The time had already passed', seen: expect.stringContaining('30') },
  ]);
  expect(rows({ ...berlin, of: 'date', port: 'unreadable', why: 'noDate', value: 'soon' })).toEqual([
    { result: 'no', text: 'There was no date in it', seen: 'soon' },
  ]);
  expect(rows({ ...berlin, of: 'date', port: 'unreadable', why: 'missing' })).toEqual([
    { result: 'no', text: 'There was nothing in it' },
  ]);
});

it('says nothing of other waits', () => {
  expect(rows(undefined)).toEqual([]);
  expect(rows({ at: 1, hour: 8, from: 'own' })).toEqual([]);
});
