import { ownEvents } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExactly } from '../platform/text/index.js';
import { normalizeEvents } from './normalize.js';

const receivedAt = Date.parse('2026-11-28T12:00:00Z');
/** What becomes of one event, as it comes over the wire. */
function take(json: string, kind: 'track' | 'group' | 'alias' | 'identify' = 'track') {
  const { events, rejected } = normalizeEvents({
    items: [parseExactly(json)],
    kind,
    sentAt: undefined,
    receivedAt,
    batch: false,
  });
  return events[0]?.event ?? rejected[0]!;
}
const event = (fields: string) => `{"userId":"u","event":"E",${fields}}`;

describe('integers that numbers cannot hold', () => {
  it('are kept digit by digit, as text, also as ids', () => {
    expect(
      take(
        '{"userId":9007199254740993,"event":"E","properties":{"order":9007199254740992,"list":[-12345678901234567890]}}',
      ),
    ).toMatchObject({
      person: { userId: '9007199254740993' },
      properties: { order: '9007199254740992', list: ['-12345678901234567890'] },
    });
    expect(take('{"userId":9007199254740992,"event":"E"}')).toMatchObject({ person: { userId: '9007199254740992' } });
    expect(take('{"userId":9007199254740995.0,"event":"E"}')).toMatchObject({ person: { userId: '9007199254740995' } });
    expect(take('{"userId":1e22,"event":"E"}')).toMatchObject({ person: { userId: '10000000000000000000000' } });
  });

  it.each<[string, unknown]>([
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['1e21', 1e21],
    ['9007199254740993.0', '9007199254740993'],
    ['-9.007199254740993e15', '-9007199254740993'],
    ['9007199254740993.5', Number('9007199254740993.5')],
    ['90071992547409930e-1', '9007199254740993'],
    ['1e308', 1e308],
    ['123456789012345.5', 123456789012345.5],
    ['0.1234567890123456', 0.1234567890123456],
    ['"9007199254740993"', '9007199254740993'],
    ['"a\\"9007199254740993 "', 'a"9007199254740993 '],
    ['"\\\\"', '\\'],
    ['{"9007199254740993":9007199254740993}', { '9007199254740993': '9007199254740993' }],
  ])('%s is %j', (text, value) =>
    expect(parseExactly(`{"a":[${text}],"b":"1111222233334444"}`)).toEqual({ a: [value], b: '1111222233334444' }),
  );

  it('make nothing JSON that is none', () => {
    for (const text of [
      '{"a":00012345678901234567}',
      '{"a":12345678901234567,}',
      '"12345678901234567',
      '12345678901234567 1',
    ])
      expect(() => parseExactly(text), text).toThrow(SyntaxError);
  });

  it('cost no more in what is not JSON: a public key could stop everybody with it', () => {
    // More than a minute, it was.
    expect(() => parseExactly(`{"a":1234567890123456,"b":"${'\\"'.repeat(60_000)}`)).toThrow(SyntaxError);
  });

  it('are no reason to take what is larger than any number for nothing', () => {
    expect(take(event('"properties":{"a":{"b":[1e400]}}'))).toEqual({
      index: 0,
      path: 'properties.a.b[0]',
      message: 'is larger than a number can be; send it as text',
    });
    expect(take('{"userId":1e999,"event":"E"}')).toMatchObject({ path: 'userId' });
  });
});

describe('ids that name nobody', () => {
  it.each([
    '" "',
    '"\\t"',
    '"undefined"',
    '"null"',
    '"NULL"',
    '"NaN"',
    '"None"',
    '"[object Object]"',
    '"00000000-0000-0000-0000-000000000000"',
    '"0"',
    '0',
    '"{00000000-0000-0000-0000-000000000000}"',
    '" null "',
    '"anonymous"',
    '"\u200b"',
    '"\\"null\\""',
    '"N/A"',
    '"\uff10"',
    '-1',
    '"\\u2060undefined"',
  ])('%s', (id) => {
    for (const field of ['userId', 'anonymousId'])
      expect(take(`{"event":"E","${field}":${id}}`), field).toMatchObject({
        path: field,
        message: expect.stringMatching(/blank|names nobody/),
      });
    expect(take(`{"event":"E","userId":"u","anonymousId":${id}}`)).toMatchObject({ path: 'anonymousId' });
    expect(take(`{"userId":"u","previousId":${id}}`, 'alias')).toMatchObject({ path: 'previousId' });
    expect(take(`{"userId":"u","groupId":${id}}`, 'group')).toMatchObject({ path: 'groupId' });
    expect(take(event(`"messageId":${id}`))).toMatchObject({ path: 'messageId' });
  });

  it('have no spaces at their ends, of whomever they are', () => {
    expect(take('{"event":"E","userId":" pp ","anonymousId":"\\ta\\n","messageId":" m "}')).toMatchObject({
      person: { userId: 'pp', anonymousId: 'a' },
      messageId: 'm',
    });
    expect(take('{"userId":"u","previousId":" 한 글 "}', 'alias')).toMatchObject({
      person: { userId: 'u', previousId: '한 글' },
      properties: { previousId: '한 글' },
    });
    expect(take(`{"event":"E","userId":" ${'x'.repeat(255)} "}`)).toMatchObject({
      person: { userId: 'x'.repeat(255) },
    });
  });

  it('are not those that only look like them', () => {
    for (const id of ['nullable', 'u0', '10', '00000000-0000-0000-0000-000000000001', 'Noneill'])
      expect(take(`{"event":"E","userId":"${id}"}`)).toMatchObject({ person: { userId: id } });
  });

  it('a group without an id', () => {
    for (const group of [
      '{"userId":"u"}',
      '{"userId":"u","groupId":null}',
      '{"userId":"u","groupId":""}',
      '{"userId":"u","traits":{"name":"A"}}',
    ])
      expect(take(group, 'group')).toMatchObject({ path: 'groupId', message: expect.stringContaining('missing') });
    expect(take('{"userId":"u","groupId":7}', 'group')).toMatchObject({ properties: { groupId: '7' } });
    expect(take('{"userId":"u","groupId":" acme "}', 'group')).toMatchObject({ properties: { groupId: 'acme' } });
  });
});

describe('what only Wend itself tells', () => {
  it.each([...ownEvents])('is not taken from outside: %s', (name) => {
    expect(take(`{"event":" ${name} ","userId":"u"}`)).toMatchObject({
      path: 'event',
      message: expect.stringContaining(`“${name}”, which only Wend itself tells`),
    });
  });

  it('has message ids that nobody else may take, before or after', () => {
    expect(take(event('"messageId":"wend:segment:s:p:entered:7"'))).toMatchObject({ path: 'messageId' });
    expect(take(event('"messageId":"wender"'))).toMatchObject({ messageId: 'wender' });
  });
});

describe('when it happened', () => {
  const at = (text: string) => Date.parse(text);
  it.each<[string, number]>([
    ['1700000000', 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['"1700000000"', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['"2026-05-01T12:00:00"', at('2026-05-01T12:00:00Z')],
    ['"2026-05-01 12:00"', at('2026-05-01T12:00:00Z')],
    ['"2026-05-01"', at('2026-05-01T00:00:00Z')],
    ['"2026-05-01T12:00:00+09:00"', at('2026-05-01T03:00:00Z')],
    ['"Fri, 01 May 2026 12:00:00 GMT"', at('2026-05-01T12:00:00Z')],
    ['2700000000', receivedAt],
  ])('%s', (timestamp, time) => expect(take(event(`"timestamp":${timestamp}`))).toMatchObject({ time }));

  it.each([
    '"31/12/2025"',
    '"12/31/2025"',
    '"2026-02-30"',
    '"yesterday"',
    '20261128',
    '5',
    '-1',
    '1700000000000000',
    '"1e9"',
    'true',
    '{}',
    '""',
  ])('%s is no time, and is said to be none', (timestamp) => {
    expect(take(event(`"timestamp":${timestamp}`))).toMatchObject({
      path: 'timestamp',
      message: expect.stringContaining('no time that can be read'),
    });
  });

  describe.each([
    ['UTC', 0],
    ['Asia/Seoul', 9],
    ['America/Los_Angeles', 16],
  ])('on a host in %s', (zone, hour) => {
    const before = process.env['TZ'];
    beforeAll(() => {
      process.env['TZ'] = zone;
    });
    afterAll(() => {
      process.env['TZ'] = before ?? '';
      if (before === undefined) delete process.env['TZ'];
    });

    it('is the same', () => {
      expect(new Date(0).getHours()).toBe(hour);
      expect(
        ['"2026-05-01T12:00:00"', '"2026-05-01"', '1700000000'].map(
          (timestamp) => (take(event(`"timestamp":${timestamp}`)) as { time: number }).time,
        ),
      ).toEqual([at('2026-05-01T12:00:00Z'), at('2026-05-01'), 1_700_000_000_000]);
    });
  });
});
