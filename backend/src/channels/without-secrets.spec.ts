import { ProviderError } from '@wend/node-sdk';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

const connection = { secrets: { key: 'k3y "한" value', token: 'tok-now' }, oldSecrets: { token: 'tok-before' } };
const login = Buffer.from('AC1:tok-before').toString('base64');
const echoes = [
  'x-key: k3y "한" value',
  `?key=${encodeURIComponent(connection.secrets.key)}&b=1`,
  JSON.stringify({ headers: { key: connection.secrets.key } }),
  '/bottok-now/sendMessage',
  `Authorization: Basic ${login}`,
];

describe('an answer that echoes the call', () => {
  it.each(echoes)('shows no secret when the message was taken: %s', async (echo) => {
    const result = await withoutSecrets(connection, async () => ({
      status: 'sent' as const,
      providerId: 'id-1',
      answer: echo,
      detail: echo,
    }));
    expect(result).toMatchObject({ status: 'sent', providerId: 'id-1' });
    for (const text of [result.answer, result.detail]) {
      expect(text).toContain('[secret]');
      expect(text).not.toMatch(/value|tok-|%ED/);
      expect(text).not.toContain(login);
    }
  });

  it.each(echoes)('shows no secret when it was refused, and stays the error that it is: %s', async (echo) => {
    const thrown = new ProviderError({ class: 'rejected', message: `No: ${echo}`, handedOver: false, answer: echo });
    const error = await withoutSecrets(connection, () => Promise.reject(thrown)).catch((caught: unknown) => caught);
    expect(error).toBe(thrown);
    expect(thrown).toMatchObject({ class: 'rejected', message: expect.stringContaining('[secret]') });
    expect(thrown.answer).not.toMatch(/value|tok-|%ED/);
    expect(thrown.answer).not.toContain(login);
  });

  it('is as it was where there is none in it, and in what a test says', async () => {
    const plain = '{"id":"SM00000000000000000000000000000091","status":"queued"}';
    expect(await withoutSecrets(connection, async () => ({ answer: plain }))).toEqual({ answer: plain });
    expect(await withoutSecrets(connection, async () => 'Knows tok-now.')).toBe('Knows [secret].');
    expect(await withoutSecrets(null, async () => 'As it is.')).toBe('As it is.');
  });
});
