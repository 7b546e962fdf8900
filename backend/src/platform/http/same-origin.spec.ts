import { expect, it } from 'vitest';
import { isCrossSite } from './same-origin.js';

const check = (method: string, headers: Record<string, string>) =>
  isCrossSite({ request: { method, headers }, publicUrl: 'https://wend.example.com' });

it('never stands in the way of reading', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    expect(check(method, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(false);
});

it('believes the browser first', () => {
  expect(check('POST', { 'sec-fetch-site': 'same-origin', origin: 'http://192.168.0.9:3000' })).toBe(false);
  expect(check('POST', { 'sec-fetch-site': 'none' })).toBe(false);
  expect(check('POST', { 'sec-fetch-site': 'same-site', origin: 'https://wend.example.com' })).toBe(true);
  expect(check('POST', { 'sec-fetch-site': 'cross-site' })).toBe(true);
});

it('else compares the origin with the public address and the host that was asked, also behind a proxy', () => {
  expect(check('DELETE', { origin: 'https://wend.example.com' })).toBe(false);
  expect(check('DELETE', { origin: 'http://10.0.0.5:3000', host: '10.0.0.5:3000' })).toBe(false);
  expect(
    check('DELETE', { origin: 'http://10.0.0.5:3000', host: 'api:4000', 'x-forwarded-host': 'other, 10.0.0.5:3000' }),
  ).toBe(false);
  expect(check('DELETE', { origin: 'https://wend.example.com.evil.example', host: 'wend.example.com' })).toBe(true);
  expect(check('DELETE', { origin: 'null', host: 'wend.example.com' })).toBe(true);
});

it('takes a request without either for a program', () => {
  expect(check('POST', { host: 'api:4000' })).toBe(false);
});
