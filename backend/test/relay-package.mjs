/** Providers whose other side is `relay.ts`, as a package would bring them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { FeedbackRefused, ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import { z } from 'zod';

/** What a relay signs calls with that tell of messages. */
export function relaySignature(secret, body) {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * The provider of a relay: `idempotent` as it promises. Its callbacks are JSON lists of events, signed; either of two
 * secrets will do while they are rotated.
 */
export function relayProvider({ name, channel, idempotent, keySeconds = 86_400 }) {
  return defineProvider({
    channel,
    name,
    title: 'Relay',
    description: 'A relay for tests.',
    idempotent,
    keySeconds,
    settings: z.object({
      url: z.url().meta({ title: 'Address' }),
      token: z.string().optional().meta({ title: 'Token', secret: true }),
    }),
    keptWith: ['url'],
    open: ({ http }) => ({
      async send({ recipient, devices, idempotencyKey, connection, signal, handingOver }) {
        const { url } = connection.settings;
        await handingOver();
        const answered = await http({
          method: 'POST',
          url: idempotent ? url : `${url}/forgetful`,
          headers: { authorization: connection.secrets['token'] ?? '' },
          body: JSON.stringify({ key: idempotencyKey, to: recipient, devices: devices.map(({ token }) => token) }),
          signal,
        });
        if (answered.status === 401)
          throw new ProviderError({ class: 'configuration', message: answered.body, handedOver: false, status: 401 });
        if (answered.status !== 200) throw httpRefusal(answered);
        const gone = answered.body.startsWith('{') ? JSON.parse(answered.body).gone : [];
        const results = devices.map(({ id, token }) => ({
          id,
          status: gone.includes(token) ? 'gone' : 'sent',
        }));
        if (devices.length > 0 && results.every(({ status }) => status === 'gone'))
          throw new ProviderError({
            class: 'rejected',
            message: 'No device is left.',
            handedOver: false,
            devices: results,
          });
        return { status: 'sent', providerId: `id-${idempotencyKey}`, answer: answered.body, devices: results };
      },
      feedback({ headers, body, method, url }, { secrets, oldSecrets }) {
        if (method === 'GET') return { events: [], answer: { body: new URL(url).searchParams.get('challenge') ?? '' } };
        const given = Buffer.from(headers['x-relay-signature'] ?? '');
        const right = [secrets['token'], oldSecrets?.['token']].some((secret) => {
          const expected = Buffer.from(relaySignature(secret ?? '', body.toString()));
          return secret !== undefined && expected.length === given.length && timingSafeEqual(expected, given);
        });
        if (!right)
          throw new FeedbackRefused('The signature is wrong. Enter the secret of this connection at the relay.');
        const events = JSON.parse(body.toString()).map(({ at, ...event }) => ({
          ...event,
          ...(at !== undefined && { at: new Date(at) }),
        }));
        return { events };
      },
    }),
  });
}

/** As a package would bring them, for `WEND_NODE_PACKAGES`. */
export const providers = [
  relayProvider({ name: 'relay', channel: 'sms', idempotent: true }),
  relayProvider({ name: 'mail-relay', channel: 'email', idempotent: true }),
  relayProvider({ name: 'notifier', channel: 'push', idempotent: true }),
];
