import { expect, it } from 'vitest';
import type { Config } from '../platform/config/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { TrackingLinks } from './tracking-links.js';

const config = (key: string) =>
  ({ publicUrl: 'https://wend.example.com', secretKey: Buffer.from(key.repeat(64), 'hex') }) as unknown as Config;
const links = new TrackingLinks(config('5'), new Secrets(config('5')));
const message = {
  workspaceId: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
  messageId: 'ffffffff-0000-4000-8000-00000000000f',
};
const tokenOf = (address: string) =>
  address
    .split('/')
    .at(-1)!
    .replace(/\.gif$/, '');

it('gives the target of a link back byte for byte', () => {
  const targets = [
    'https://shop.example.com/',
    'https://shop.example.com/p?a=1&b=2&amp;c=3#top',
    'https://shop.example.com/go?to=https%3A%2F%2Fother.example.com%2F%3Fx%3D1%26y%3D2',
    'https://shop.example.com/?q=a+b%20c&sig=ab==&plus=%2B',
    'https://例え.example/한글?名=値&emoji=👋🏽',
    'mailto:help@example.com?subject=Re%3A%20order',
    `https://shop.example.com/${'long/'.repeat(500)}`,
  ];
  for (const url of targets) {
    const address = links.clickUrl({ ...message, url });
    // What mail programs cut or change at: nothing but these stands in an address.
    expect(address).toMatch(/^https:\/\/wend\.example\.com\/t\/c\/[\w-]+\.[\w-]+$/);
    expect(links.readClick(tokenOf(address))).toEqual({ ...message, url });
  }
});

it('reads what opened and who leaves', () => {
  expect(links.readOpen(tokenOf(links.openUrl(message)))).toEqual({ ...message, url: '' });
  expect(links.readUnsubscribe(tokenOf(links.unsubscribeUrl(message)))).toEqual({ ...message, url: '' });
  expect(links.unsubscribeUrl(undefined)).toBe('https://wend.example.com/t/u/preview');
  expect(links.readUnsubscribe('preview')).toBeNull();
});

it('takes no token that was changed anywhere, cut, or put together from two', () => {
  const token = tokenOf(links.clickUrl({ ...message, url: 'https://shop.example.com/' }));
  for (let at = 0; at < token.length; at += 1) {
    if (token[at] === '.') continue;
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    // The last letter of base64 may hold bits that mean nothing.
    const read = links.readClick(changed);
    if (at !== token.length - 1) expect([at, read]).toEqual([at, null]);
  }
  const [payload, signature] = token.split('.') as [string, string];
  const elsewhere = tokenOf(links.clickUrl({ ...message, url: 'https://evil.example.com/' })).split('.')[0]!;
  for (const wrong of [
    payload,
    `${payload}.`,
    `.${signature}`,
    `${token}.${signature}`,
    `${elsewhere}.${signature}`,
    '',
  ])
    expect(links.readClick(wrong)).toBeNull();
});

it('takes no token of another kind, of another workspace, or of another installation', () => {
  const click = tokenOf(links.clickUrl({ ...message, url: '' }));
  const open = tokenOf(links.openUrl(message));
  expect([links.readOpen(click), links.readUnsubscribe(click), links.readUnsubscribe(open)]).toEqual([
    null,
    null,
    null,
  ]);

  const [payload, signature] = open.split('.') as [string, string];
  const bytes = Buffer.from(payload, 'base64url');
  bytes[0]! ^= 1;
  expect(links.readOpen(`${bytes.toString('base64url')}.${signature}`)).toBeNull();

  expect(new TrackingLinks(config('6'), new Secrets(config('6'))).readOpen(open)).toBeNull();
});
