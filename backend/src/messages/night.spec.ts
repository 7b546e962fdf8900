import { channelOf } from '@wend/contract';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { nightUntil, nightWords } from './night.js';

const seoul = (text: string) => DateTime.fromISO(text, { zone: 'Asia/Seoul' }).toMillis();
const friendtalk = channelOf('kakao-friendtalk');

it.each([
  ['2026-05-01T19:59:59', null],
  ['2026-05-01T20:00:00', '2026-05-02T08:00:00'],
  ['2026-05-01T23:59:59', '2026-05-02T08:00:00'],
  ['2026-05-02T00:00:00', '2026-05-02T08:00:00'],
  ['2026-05-02T07:59:59', '2026-05-02T08:00:00'],
  ['2026-05-02T08:00:00', null],
])('at %s in Seoul', (now, until) => {
  expect(nightUntil(friendtalk, seoul(now))).toBe(until === null ? null : seoul(until));
});

it('is none where a channel has no night', () => {
  expect(nightUntil(channelOf('sms'), seoul('2026-05-01T23:00:00'))).toBeNull();
});

it('says why a message waits, and when it goes out', () => {
  expect(nightWords(friendtalk)).toMatch(/^Waits until 08:00 \(Asia\/Seoul\): KakaoTalk friend talk /);
  expect(nightWords(channelOf('sms'))).toBeNull();
});
