import { createECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../../../test/chain.js';
import { Encryption } from './encryption-threads.js';
import { encryptPush, mostPayloadBytes } from './encryption.js';

const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt: (body: Buffer, options: object) => Buffer;
};

function browser() {
  const privateKey = createECDH('prime256v1');
  const p256dh = privateKey.generateKeys('base64url');
  const authSecret = randomBytes(16);
  return {
    keys: { p256dh, auth: authSecret.toString('base64url') },
    read: (body: Uint8Array) =>
      decrypt(Buffer.from(body), { version: 'aes128gcm', privateKey, authSecret }).toString('utf8'),
  };
}

describe('encryptPush', () => {
  it('makes what the example of RFC 8291 (appendix A) has', () => {
    const body = encryptPush({
      payload: 'When I grow up, I want to be a watermelon',
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      fixed: {
        privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
        salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
      },
    });
    expect(body.toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it.each(['', 'Grüße 안녕 👋', 'x'.repeat(mostPayloadBytes)])('can be read by another library (%#)', (payload) => {
    const { keys, read } = browser();
    const body = encryptPush({ payload, ...keys });
    expect(read(body)).toBe(payload);
    expect(body.length).toBeLessThanOrEqual(4_096);
  });

  it('uses another key and salt each time', () => {
    const { keys } = browser();
    const [first, second] = [1, 2].map(() => encryptPush({ payload: 'Hi', ...keys }));
    expect(first!.subarray(0, 16).equals(second!.subarray(0, 16))).toBe(false);
    expect(first!.subarray(21, 86).equals(second!.subarray(21, 86))).toBe(false);
  });

  it.each([
    [{ p256dh: 'AAAA' }, /p256dh/],
    [{ p256dh: Buffer.concat([Buffer.from([4]), randomBytes(64)]).toString('base64url') }, /no point of the curve/],
    [{ auth: 'AAAA' }, /auth/],
    [{ payload: 'é'.repeat(2_000) }, /4000 bytes; 3993 fit/],
  ])('refuses %j', (wrong, message) => {
    expect(() => encryptPush({ payload: 'Hi', ...browser().keys, ...wrong })).toThrow(message);
  });
});

describe('Encryption', () => {
  let encryption: Encryption;
  afterEach(() => encryption.close());

  it('does a few at once, and a crowd in threads that end when nothing more comes', async () => {
    encryption = new Encryption({ idleMs: 50 });
    const { keys, read } = browser();
    expect(read(await encryption.encrypt({ payload: 'alone', ...keys }))).toBe('alone');
    expect(await encryption.threads()).toBe(0);
    const payloads = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    const bodies = await Promise.all(payloads.map((payload) => encryption.encrypt({ payload, ...keys })));
    expect(bodies.map(read)).toEqual(payloads);
    expect(await encryption.threads()).toBeGreaterThan(0);
    await until(async () => (await encryption.threads()) === 0, 'threads to end', 5_000);
    expect(read(await encryption.encrypt({ payload: 'again', ...keys }))).toBe('again');
  });

  it('says of one subscription that its keys are none, and the others are not held up', async () => {
    encryption = new Encryption();
    const { keys, read } = browser();
    const jobs = Array.from({ length: 40 }, (_, index) => ({
      payload: String(index),
      ...keys,
      ...(index === 7 && { auth: 'short' }),
    }));
    const settled = await Promise.allSettled(jobs.map((job) => encryption.encrypt(job)));
    expect(settled[7]).toMatchObject({ status: 'rejected', reason: { name: 'Unusable' } });
    const bodies = settled.flatMap((each) => (each.status === 'fulfilled' ? [read(each.value)] : []));
    expect(bodies).toHaveLength(39);
  });

  it('fails what a thread took with it so that it is tried again, and goes on with another thread', async () => {
    encryption = new Encryption({
      threadFile: fileURLToPath(new URL('../../../../../test/dying-thread.mjs', import.meta.url)),
    });
    const crowd = (payload: string) =>
      Promise.allSettled(Array.from({ length: 10 }, () => encryption.encrypt({ payload, ...browser().keys })));
    for (const each of await crowd('die'))
      expect(each).toMatchObject({ reason: { name: 'ProviderError', class: 'network', handedOver: false } });
    for (const each of await crowd('live')) expect(each.status).toBe('fulfilled');
  });
});
