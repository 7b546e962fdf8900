import { describe, expect, it } from 'vitest';
import { isBlotted, isSecretText, shownBroken, shownJson, shownText, shownValue } from './secret-looking.js';

const shown = (value: unknown) => JSON.parse(shownJson(value)) as unknown;

describe('what an event shows', () => {
  it('is not the number of a card, as text, as a number, or within text', () => {
    expect(
      shown({
        a: '4111-1111-1111-1111',
        b: 4111111111111111,
        c: 'card 4111 1111 1111 1111 12/26 ok',
        d: '카드 378282246310005번',
        e: 'two: 5555555555554444,4111111111111111.',
      }),
    ).toEqual({ a: '•••', b: '•••', c: 'card ••• 12/26 ok', d: '카드 •••번', e: 'two: •••,•••.' });
  });

  it('is all that only has many digits', () => {
    const value = {
      at: 1_764_507_600_000,
      order: '1234567890123456',
      phone: '+82 10 1234 5678',
      time: '2026-05-01 12:00:00.123456',
      share: 0.4111111111111111,
      long: '4111111111111111000000000000000000',
      id: '0190b0a4-1111-7111-8111-411111111111',
    };
    expect(shown(value)).toEqual(value);
  });

  it('is nothing below a name of secrets, however deep', () => {
    expect(
      shown({
        arr: [{ password: ['SECRET10'] }],
        accessToken: { v: 'SECRET15', w: [1] },
        credit_card: 'x',
        cardCvv: 123,
        pin: 1234,
        token: null,
        cookie: true,
        creditCardType: 'visa',
        pinned: 'yes',
      }),
    ).toEqual({
      arr: [{ password: '•••' }],
      accessToken: '•••',
      credit_card: '•••',
      cardCvv: '•••',
      pin: '•••',
      token: null,
      cookie: true,
      creditCardType: 'visa',
      pinned: 'yes',
    });
  });

  it.each([
    ['https://x/?token=SECRET14&page=2', 'https://x/?token=•••&page=2'],
    ['https://x/cb#access_token=SECRET&state=1', 'https://x/cb#access_token=•••&state=1'],
    ['/reset?user[password_token]=SECRET', '/reset?user[password_token]=•••'],
    ['https://ann:SECRET@example.com/a', 'https://ann:•••@example.com/a'],
    ['grant_type=x&client_secret=SECRET', 'grant_type=x&client_secret=•••'],
    ['https://x/?utm_source=token&q=a', 'https://x/?utm_source=token&q=a'],
    ['Bearer eyJhbGciOiJI.eyJzdWIiOiIx.sig and more', 'Bearer ••• and more'],
  ])('%s → %s', (text, expected) => {
    expect(shownText(text)).toBe(expected);
    expect(isSecretText(text)).toBe(text !== expected);
  });

  it('takes a moment, whatever is sent', { timeout: 5_000 }, () => {
    for (const part of ['?token', 'a://a:', '1 ', '4', '4111 ', 'eyJaaaaaaaa-', '"\\', 'card_', '?a.'])
      for (const look of [shownText, shownBroken]) look(part.repeat(8_000));
  });
});

describe('a body that is no JSON', () => {
  it('shows its fields and signs, and no value', () => {
    expect(shownBroken('{"userId":"p2","properties":{"password":"SECRET1", "n": 12.5, "ok": true')).toBe(
      '{"userId":"•••","properties":{"password":"•••", "n": •••, "ok": true',
    );
    for (const text of [
      `{'password': 'SECRET1'}`,
      '{"password: "SECRET1", "a": 1}',
      '{"a":"b "SECRET1" c"}',
      'password=SECRET1&a=b',
      '{"password":"SECRET1\nSECRET1","x":1',
      '{"password": SECRET1',
      '{"password":"SECRET1',
    ])
      expect(shownBroken(text), text).not.toContain('SECRET1');
  });
});

it('a value alone shows what it would under its name', () => {
  expect(shownValue('SECRET', 'account.apiKey')).toBe('•••');
  expect(shownValue('SECRET', 'token.inner')).toBe('•••');
  expect(shownValue(true, 'token')).toBe(true);
  expect(shownValue({ pin: 1, plan: 'pro' }, 'account')).toEqual({ pin: '•••', plan: 'pro' });
  expect(shownValue(4111111111111111)).toBe('•••');
  expect(shownValue('서울', 'address["city.name"]')).toBe('서울');
  expect(shownValue(undefined, 'token')).toBeUndefined();
  expect([{ a: ['•••'] }, 'plan'].map(isBlotted)).toEqual([true, false]);
});
