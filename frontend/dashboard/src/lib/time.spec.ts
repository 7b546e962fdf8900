import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { dayWords, exactTime, exactTimes, relativeTime, shortTime } from './time';

const t = textsOf('common.time');
const now = Date.parse('2026-11-24T09:14:00Z');

describe('times as people say them', () => {
  it.each([
    ['2026-11-24T09:13:30Z', 'just now'],
    ['2026-11-24T09:14:20Z', 'in a moment'],
    ['2026-11-24T09:13:10Z', '1 min ago'],
    ['2026-11-24T06:14:00Z', '3 hr ago'],
    ['2026-11-23T09:00:00Z', 'yesterday'],
    ['2026-11-27T09:14:00Z', 'in 3 days'],
  ])('%s is %s', (at, words) => {
    expect(relativeTime(t, { at, now })).toBe(words);
  });
  it('leaves the date out on the same day of the zone only', () => {
    expect(shortTime({ at: '2026-11-24T08:02:03Z', now, timeZone: 'UTC' })).toBe('08:02:03');
    expect(shortTime({ at: '2026-11-23T23:30:00Z', now, timeZone: 'UTC' })).toBe('23 Nov 23:30');
    expect(shortTime({ at: '2026-11-23T23:30:00Z', now, timeZone: 'Asia/Seoul' })).toBe('08:30:00');
  });
  it('say on hover what it is where the person is, when that is elsewhere', () => {
    const at = '2026-11-23T23:30:00Z';
    expect(exactTimes(t, { at })).toBe(exactTime(at));
    expect(exactTimes(t, { at, zone: Intl.DateTimeFormat().resolvedOptions().timeZone })).toBe(exactTime(at));
    expect(exactTimes(t, { at, zone: 'Mars/Olympus' })).toBe(exactTime(at));
    const away = ['Asia/Seoul', 'America/Lima'].find(
      (zone) => zone !== Intl.DateTimeFormat().resolvedOptions().timeZone,
    )!;
    expect(exactTimes(t, { at, zone: away })).toBe(
      `${exactTime(at)} · their time: ${away === 'Asia/Seoul' ? 'Tue 24 Nov, 08:30' : 'Mon 23 Nov, 18:30'} (${away})`,
    );
  });
  it('names days in the zone', () => {
    expect(dayWords(t, { at: '2026-11-23T23:30:00Z', now, timeZone: 'Asia/Seoul' })).toBe('Today');
    expect(dayWords(t, { at: '2026-11-23T23:30:00Z', now, timeZone: 'UTC' })).toBe('Yesterday');
  });
});
