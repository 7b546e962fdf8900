import type { ProviderError } from '@wend/node-sdk';
import { FeedbackRefused } from '@wend/node-sdk';
import { openProvider } from '@wend/node-sdk/testing';
import type { ProviderRun } from '@wend/node-sdk/testing';
import { describe, expect, it } from 'vitest';
import { courier } from './courier.provider.js';
import { sign } from './signature.js';

const secrets = { apiKey: 'key', signingSecret: 'secret' };
const opened = (more: ProviderRun = {}) =>
  openProvider(courier, { settings: { sender: 'Shop' }, secrets, http: { '*': { body: '{"id":"c-1"}' } }, ...more });
const message = { content: { text: 'Hi' }, recipient: '+491701234567' };
const failed = async (answer: { status: number; headers?: Record<string, string>; body?: string }) =>
  (await opened({ http: { '*': answer } })
    .send(message)
    .catch((error: unknown) => error)) as ProviderError;

describe('Courier', () => {
  it('is sent a text under its key, and told where receipts go', async () => {
    const { send, requests, connection } = opened();
    expect(await send(message)).toMatchObject({ status: 'sent', providerId: 'c-1' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: 'https://api.courier.example/v1/messages',
      headers: { authorization: 'Bearer key', 'idempotency-key': 'test-message' },
    });
    expect(JSON.parse(requests[0]!.body as string)).toEqual({
      from: 'Shop',
      to: '+491701234567',
      text: 'Hi',
      reference: 'test-message',
      receiptsTo: connection.feedbackUrl,
    });
  });

  it('gets nothing of a message that was withdrawn', async () => {
    const { send, requests } = opened();
    const withdrawn = new Error('withdrawn');
    await expect(send({ ...message, handingOver: () => Promise.reject(withdrawn) })).rejects.toBe(withdrawn);
    expect(requests).toEqual([]);
  });

  it('says what a refusal means', async () => {
    expect(await failed({ status: 429, headers: { 'retry-after': '9' } })).toMatchObject({
      class: 'rateLimited',
      retryAfterSeconds: 9,
      handedOver: false,
    });
    expect(await failed({ status: 401 })).toMatchObject({ class: 'configuration', status: 401 });
    expect(await failed({ status: 422, body: '{"code":"unknown_number"}' })).toMatchObject({ class: 'badAddress' });
    expect(await failed({ status: 502, body: '<html>Bad Gateway</html>' })).toMatchObject({ class: 'serverError' });
  });

  it('takes a broken answer to a message that was taken for what it is', async () => {
    const { send } = opened({ http: { '*': { status: 202, body: '{"id":' } } });
    const result = await send(message);
    expect(result.status).toBe('sent');
    expect(result).not.toHaveProperty('providerId');
  });

  it('tests the key', async () => {
    const { test, requests } = opened({ http: { '*': { body: '{"name":"Shop"}' } } });
    expect(await test()).toBe('Courier knows the account “Shop”.');
    expect(requests[0]!.method).toBe('GET');
  });

  const call = (event: object, { secret = 'secret', secondsAgo = 0 } = {}) => {
    const body = Buffer.from(JSON.stringify(event));
    const at = String(Math.floor(Date.now() / 1_000) - secondsAgo);
    const signature = sign({ at, body, secret }).toString('hex');
    return { body, headers: { 'courier-timestamp': at, 'courier-signature': signature } };
  };
  const receipt = { event: 'delivered', eventId: 'e-1', id: 'c-1', reference: 'm-1' };

  it('tells what became of a message, and what people reply', async () => {
    expect((await opened().feedback(call(receipt))).events).toEqual([
      { kind: 'delivered', id: 'e-1', providerId: 'c-1', messageId: 'm-1' },
    ]);
    const reply = { event: 'received', eventId: 'e-2', from: '+491701234567', to: 'Shop', text: 'STOP' };
    expect((await opened().feedback(call(reply))).events).toMatchObject([{ kind: 'replied', text: 'STOP' }]);
    expect((await opened().feedback(call({ event: 'news', eventId: 'e-3' }))).events).toEqual([]);
  });

  it('refuses a call that is forged, changed, too old or unsigned', async () => {
    const changed = { ...call(receipt), body: Buffer.from(JSON.stringify({ ...receipt, event: 'undeliverable' })) };
    const unsigned = { ...call(receipt), headers: {} };
    for (const bad of [call(receipt, { secret: 'guess' }), call(receipt, { secondsAgo: 301 }), changed, unsigned])
      await expect(opened().feedback(bad)).rejects.toBeInstanceOf(FeedbackRefused);
  });

  it('takes the secret of before while both are valid', async () => {
    const rotated = opened({ secrets: { ...secrets, signingSecret: 'new' }, oldSecrets: secrets });
    expect((await rotated.feedback(call(receipt))).events).toHaveLength(1);
  });

  it('cannot be opened without its secrets', () => {
    expect(() => openProvider(courier, { settings: { sender: 'Shop' } })).toThrow('needs the secret “apiKey”');
  });
});
