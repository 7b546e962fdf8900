import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { TrackingLinks } from '../../content/index.js';
import { apiConfig } from '../../platform/config/index.js';
import { Secrets } from '../../platform/secrets/index.js';
import { readVerp, verpAddress } from './verp.js';

const linksOf = (key: string) => {
  const config = apiConfig({ DATABASE_URL: 'postgres://localhost/wend', WEND_SECRET_KEY: key });
  return new TrackingLinks(config, new Secrets(config));
};
const tokens = linksOf('1f'.repeat(32));
const workspaceId = randomUUID();
const messageId = randomUUID();
const address = verpAddress({ token: tokens.bounceToken({ workspaceId, messageId }), domain: 'mail.example.com' });

it('leads back to its message, however a mail system writes it', () => {
  expect(address.split('@')[0]!.length).toBeLessThanOrEqual(64);
  for (const written of [address, `<${address}>`, ` ${address.toUpperCase()} `])
    expect(readVerp({ address: written, workspaceId, tokens })).toBe(messageId);
});

it('is nobody’s in another workspace, with another key, or with one digit changed', () => {
  expect(readVerp({ address, workspaceId: randomUUID(), tokens })).toBeNull();
  expect(readVerp({ address, workspaceId, tokens: linksOf('2f'.repeat(32)) })).toBeNull();
  for (let at = 'bounce+'.length; at < address.indexOf('@'); at += 1) {
    const changed = `${address.slice(0, at)}${address[at] === '0' ? '1' : '0'}${address.slice(at + 1)}`;
    expect(readVerp({ address: changed, workspaceId, tokens }), changed).toBeNull();
  }
  for (const other of ['', 'bounce+@mail.example.com', 'ann@example.com', `${address}>, <x@example.com`])
    expect(readVerp({ address: other, workspaceId, tokens }), other).toBeNull();
});
