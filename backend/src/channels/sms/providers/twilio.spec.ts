import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedbackRefused } from '@wend/node-sdk';
import type { OpenConnection, ProviderError } from '@wend/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Destinations, SafeHttpClient } from '../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../provider.js';
import { twilio } from './twilio.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const accountSid = `AC${'a'.repeat(32)}`;
const token = 'twilio-token';
const feedbackUrl = 'https://wend.example/t/f/w/c/sig';

function opened(allow: readonly string[]) {
  const client = new SafeHttpClient({ allow });
  const services = servicesOf({ http: client, destinations: new Destinations({ allow }) });
  return { provider: openProvider(twilio, services), close: () => client.close() };
}

function connectionTo(host: string, sender = '+15005550006'): OpenConnection {
  return {
    id: 'c',
    workspaceId,
    kind: 'twilio',
    settings: { accountSid, sender, baseUrl: `http://${host}` },
    secrets: { authToken: token },
    oldSecrets: null,
    feedbackUrl,
    revision: '1',
  };
}

const content = { text: 'Your parcel: 10% “off” & more', parts: 1, encoding: 'unicode' as const };

/** Speaks the part of Twilio’s API that sends: asks for the login and the form, and gives a sid. */
async function fakeTwilio() {
  const taken: URLSearchParams[] = [];
  let refuse: { status: number; code: number; headers?: Record<string, string> } | null = null;
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const json = (status: number, value: object, headers = {}) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
      const login = `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`;
      if (request.headers.authorization !== login)
        return json(401, { code: 20003, message: 'Authenticate', status: 401 });
      if (request.method === 'GET') return json(200, { sid: accountSid, friendly_name: 'Shop', status: 'active' });
      if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return json(415, { code: 20001 });
      if (request.url !== `/2010-04-01/Accounts/${accountSid}/Messages.json`) return json(404, { code: 20404 });
      if (refuse)
        return json(refuse.status, { code: refuse.code, message: 'Refused', status: refuse.status }, refuse.headers);
      taken.push(new URLSearchParams(body));
      return json(201, { sid: `SM${taken.length}`, status: 'queued' });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    taken,
    refuse: (next: typeof refuse) => void (refuse = next),
    close: () => new Promise((resolve) => (http.close(resolve), http.closeAllConnections())),
  };
}

describe('Twilio', () => {
  let fake: Awaited<ReturnType<typeof fakeTwilio>>;
  let subject: ReturnType<typeof opened>;
  beforeEach(async () => {
    fake = await fakeTwilio();
    subject = opened([fake.host]);
  });
  afterEach(async () => {
    await subject.close();
    await fake.close();
  });
  const send = (connection = connectionTo(fake.host)) =>
    subject.provider.send({
      message: { id: 'm-1', workspaceId, channel: 'sms' },
      content,
      recipient: '+491701234567',
      devices: [],
      idempotencyKey: 'm-1',
      connection,
      signal: AbortSignal.timeout(5_000),
      handingOver: async () => undefined,
    });

  it('takes a message with its login, and says where it calls back', async () => {
    expect(await send()).toMatchObject({ status: 'sent', providerId: 'SM1' });
    expect(Object.fromEntries(fake.taken[0]!)).toEqual({
      To: '+491701234567',
      From: '+15005550006',
      Body: content.text,
      StatusCallback: `${feedbackUrl}?message=m-1`,
    });
    await send(connectionTo(fake.host, `MG${'b'.repeat(32)}`));
    expect(fake.taken[1]!.get('MessagingServiceSid')).toBe(`MG${'b'.repeat(32)}`);
    expect(fake.taken[1]!.has('From')).toBe(false);
  });

  it('tests the login', async () => {
    expect(await subject.provider.test!(connectionTo(fake.host))).toContain('Shop');
    const wrong = { ...connectionTo(fake.host), secrets: { authToken: 'wrong' } };
    await expect(subject.provider.test!(wrong)).rejects.toMatchObject({ class: 'configuration', status: 401 });
  });

  it.each([
    [400, 21211, 'badAddress', false],
    [400, 21614, 'badAddress', false],
    [400, 21610, 'rejected', true],
    [400, 21606, 'configuration', false],
    [429, 20429, 'rateLimited', false],
    [503, 20503, 'serverError', false],
    [400, 21602, 'rejected', false],
  ])('reads a refusal with %i and code %i as %s', async (status, code, kind, unsubscribed) => {
    fake.refuse({ status, code, headers: { 'retry-after': '3' } });
    const error = (await send().catch((thrown: unknown) => thrown)) as ProviderError;
    expect(error).toMatchObject({ class: kind, unsubscribed, handedOver: false, status });
    expect(error.message).toContain(`Twilio ${code}`);
    if (status === 429) expect(error.retryAfterSeconds).toBe(3);
  });

  const call = (fields: Record<string, string>, { query = '', by = token }: { query?: string; by?: string } = {}) => {
    const url = `${feedbackUrl}${query}`;
    const signed =
      url +
      Object.keys(fields)
        .sort()
        .map((name) => name + fields[name])
        .join('');
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', by).update(signed).digest('base64'),
      },
      body: Buffer.from(new URLSearchParams(fields).toString()),
    };
  };
  const hear = async (request: ReturnType<typeof call>, connection = connectionTo(fake.host)) =>
    subject.provider.feedback!(request, connection);

  it('knows the signature of Twilio’s own example', async () => {
    // The vector of Twilio’s documentation (TwilioDevEd/api-snippets, security/signature_validation).
    const fields = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675310',
      Digits: '1234',
      From: '+14158675310',
      To: '+18005551212',
    };
    const request = {
      ...call(fields),
      url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
      headers: { 'x-twilio-signature': 'GvWf1cFY/Q7PnoempGyD5oXAezc=' },
    };
    const connection = { ...connectionTo(fake.host), secrets: { authToken: '12345' } };
    expect((await hear(request, connection)).events).toEqual([]);
  });

  it.each([
    ['sent', undefined, ['sent']],
    ['delivered', undefined, ['delivered']],
    ['undelivered', '30005', ['bounced']],
    ['undelivered', '30003', ['softBounced']],
    ['undelivered', '30007', ['failed']],
    ['failed', '21610', ['failed', 'unsubscribed']],
  ])('reads “%s” with error %s as %j', async (status, code, told) => {
    const fields = { MessageSid: 'SM1', MessageStatus: status, To: '+491701234567', ...(code && { ErrorCode: code }) };
    const { events, answer } = await hear(call(fields, { query: '?message=m-1' }));
    expect(events).toMatchObject(
      told.map((kind) => ({ kind, providerId: 'SM1', messageId: 'm-1', id: `SM1:${status}` })),
    );
    expect(answer).toEqual({ contentType: 'text/xml', body: '<Response/>' });
  });

  it('says nothing of states on the way', async () => {
    expect((await hear(call({ MessageSid: 'SM1', MessageStatus: 'sending' }))).events).toEqual([]);
  });

  it('hears what people write, and whether Twilio has answered it', async () => {
    const written = { MessageSid: 'SM9', From: '+491701234567', To: '+15005550006', Body: '수신거부' };
    expect((await hear(call(written))).events).toEqual([
      { kind: 'replied', id: 'SM9', recipient: '+491701234567', to: '+15005550006', text: '수신거부' },
    ]);
    expect((await hear(call({ ...written, OptOutType: 'STOP' }))).events).toMatchObject([{ answered: true }]);
  });

  it('refuses what is forged, meant for another address, or changed on the way', async () => {
    const fields = { MessageSid: 'SM1', MessageStatus: 'delivered' };
    const changed = { ...call(fields), body: Buffer.from('MessageSid=SM2&MessageStatus=delivered') };
    const moved = { ...call(fields), url: `${feedbackUrl}?message=other` };
    const unsigned = { ...call(fields), headers: {} as never };
    for (const request of [call(fields, { by: 'guess' }), changed, moved, unsigned])
      await expect(hear(request)).rejects.toBeInstanceOf(FeedbackRefused);
  });

  it('takes the token of before while both are valid', async () => {
    const rotated = { ...connectionTo(fake.host), secrets: { authToken: 'new' }, oldSecrets: { authToken: token } };
    expect((await hear(call({ MessageSid: 'SM1', MessageStatus: 'delivered' }), rotated)).events).toHaveLength(1);
  });
});
