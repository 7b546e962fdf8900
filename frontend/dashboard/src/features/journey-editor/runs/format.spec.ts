import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { formatAgo, formatCount, formatDuration, formatShare, formatSpan, formatTime, initialOf } from './format';

describe('figures', () => {
  it('groups digits as the reader expects', () => {
    expect(formatCount(1284)).toBe('1,284');
    expect(formatCount(1284, 'de')).toBe('1.284');
  });

  it('never rounds a share to nothing or to all', () => {
    expect(formatShare(0.44)).toBe('44%');
    expect(formatShare(0)).toBe('0%');
    expect(formatShare(0.001)).toBe('<1%');
    expect(formatShare(0.999)).toBe('>99%');
    expect(formatShare(1)).toBe('100%');
  });

  it('says durations in at most two units and carries over', () => {
    expect(formatDuration(5 * 3_600 + 12 * 60 + 31)).toBe('5 h 13 m');
    expect(formatDuration(86_400)).toBe('1 d');
    expect(formatDuration(59.7)).toBe('1 m');
    expect(formatDuration(3_599.9)).toBe('1 h');
    expect(formatDuration(0.3)).toBe('<1 s');
    expect(formatDuration(0)).toBe('0 s');
  });

  it('says how long ago', () => {
    expect(formatAgo(textsOf('common.time'), 300)).toBe('just now');
    expect(formatAgo(textsOf('common.time'), 2_900)).toBe('2 s ago');
  });
});

describe('times', () => {
  const at = Date.parse('2026-11-24T00:14:02Z');

  it('are shown in the zone that is asked for', () => {
    expect(formatTime(at, { style: 'date', zone: 'Asia/Seoul' })).toBe('Tue 24 Nov 09:14');
    expect(formatTime(at, { style: 'day-seconds', zone: 'UTC' })).toBe('Tue 00:14:02');
  });

  it('survive a zone that the browser does not know', () => {
    expect(formatTime(at, { style: 'time', zone: 'Mars/Olympus' })).toMatch(/^\d\d:\d\d$/);
  });

  it('make spans that repeat the day only when it changes', () => {
    expect(formatSpan({ from: at, to: at + 3_000, zone: 'Asia/Seoul' })).toBe('Tue 09:14:02 → 09:14:05');
    expect(formatSpan({ from: at, to: at + 86_400_000, zone: 'Asia/Seoul' })).toBe('Tue 09:14 → Wed 09:14');
    expect(formatSpan({ from: at, to: at + 7_200_000, zone: 'Asia/Seoul' })).toBe('Tue 09:14 → 11:14');
    expect(formatSpan({ from: at, to: at, zone: 'Asia/Seoul' })).toBe('Tue 09:14:02');
    // A week apart is the same weekday but not the same day.
    expect(formatSpan({ from: at, to: at + 7 * 86_400_000, zone: 'Asia/Seoul' })).toBe(
      'Tue 24 Nov 09:14 → Tue 1 Dec 09:14',
    );
  });
});

it('takes an initial from any name', () => {
  expect(initialOf(' mina')).toBe('M');
  expect(initialOf('')).toBe('?');
});
