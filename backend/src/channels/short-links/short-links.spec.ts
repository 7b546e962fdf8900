import { expect, it } from 'vitest';
import { Secrets } from '../../platform/secrets/index.js';
import type { Config } from '../../platform/config/index.js';
import { ShortLinks } from './short-links.js';
import type { NewShortLink, ShortLinkRepository } from './short-link.repository.js';

const kept: NewShortLink[] = [];
const repository = {
  domain: async () => 'go.shop.example',
  keep: async (_scope: unknown, links: NewShortLink[]) => (kept.push(...links), links.map(({ code }) => code)),
} as unknown as ShortLinkRepository;
const secrets = new Secrets({ secretKey: Buffer.from('5'.repeat(64), 'hex') } as unknown as Config);
const links = new ShortLinks(repository, secrets);

const path = 'https://shop.example/spring-sale/with/a/long/address';
it.each([
  [`See ${path}.`, path, 'See *.'],
  [`(${path})`, path, '(*)'],
  [`${path}/a_(b)`, `${path}/a_(b)`, '*'],
  [`${path}?x=[1]!]`, `${path}?x=[1]`, '*!]'],
])('%s leads to %s', async (text, target, shape) => {
  kept.length = 0;
  const shortening = await links.of({ workspaceId: 'w', messageId: 'm' });
  const short = shortening.shorten(text);
  await shortening.keep();
  expect(kept.map(({ url }) => url)).toEqual([target]);
  expect(short.replace(/https:\/\/go\.shop\.example\/s\/\w{11}/, '*')).toBe(shape);
});

it('takes no longer for what somebody has filled with brackets', async () => {
  const { shorten } = await links.of({ workspaceId: 'w', messageId: 'm' });
  const began = performance.now();
  shorten(`${path}${')'.repeat(200_000)}`);
  expect(performance.now() - began).toBeLessThan(1_000);
});
