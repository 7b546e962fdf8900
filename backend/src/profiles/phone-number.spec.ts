import { expect, it } from 'vitest';
import { phoneNumber, phoneNumberOf } from './phone-number.js';

it.each([
  ['+82 10-1234-5678', null, '+821012345678'],
  ['0082 10 1234 5678', null, '+821012345678'],
  ['010-1234-5678', 'KR', '+821012345678'],
  ['010-1234-5678', 'kr', '+821012345678'],
  ['(0151) 23456789', 'DE', '+4915123456789'],
  ['212 555 0100', 'US', '+12125550100'],
  // With its code but without the sign, whatever the workspace's country.
  ['4915123456789', null, '+4915123456789'],
  ['4915123456789', 'US', '+4915123456789'],
  // Dialled in a country that nobody knows.
  ['010-1234-5678', null, null],
  ['010-1234-5678', 'XX', null],
  ['12345', null, null],
  ['+82 10', null, null],
  ['+999 12345678', null, null],
  ['not a number', 'KR', null],
])('reads %s in %s as %s', (written, country, expected) => expect(phoneNumber(written, country)).toBe(expected));

it('reads a person’s number as dialled where they live', () => {
  expect(phoneNumberOf({ phone: '010-1234-5678', country: 'KR' }, 'DE')).toBe('+821012345678');
  expect(phoneNumberOf({ phone: '0151 23456789', country: 'nowhere' }, 'DE')).toBe('+4915123456789');
  expect(phoneNumberOf({ phone: 4915123456789 })).toBe('+4915123456789');
  expect(phoneNumberOf({})).toBeNull();
});
