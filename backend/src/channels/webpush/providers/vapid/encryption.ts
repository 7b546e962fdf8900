import { createCipheriv, createECDH, createHmac, randomBytes } from 'node:crypto';
import type { ECDH } from 'node:crypto';

/** What a subscription gives away of its browser, base64url as `PushSubscription.toJSON()` has it. */
export type PushKeys = { p256dh: string; auth: string };
export type EncryptOptions = PushKeys & {
  payload: string;
  /** Of the RFC's example; made anew for each message otherwise. */
  fixed?: { privateKey: Buffer; salt: Buffer };
};

/** One record, as push services take no more (RFC 8291 section 4). */
const recordSize = 4_096;
/** Salt, record size, length of the key, and the key (RFC 8188 section 2.1). */
const headLength = 16 + 4 + 1 + 65;
const tagLength = 16;

/** UTF-8 bytes that fit into one message. */
export const mostPayloadBytes = recordSize - headLength - 1 - tagLength;

const contentKeyInfo = Buffer.from('Content-Encoding: aes128gcm\0\u0001');
const nonceInfo = Buffer.from('Content-Encoding: nonce\0\u0001');
const webPushInfo = Buffer.from('WebPush: info\0');
const one = Buffer.from([1]);
/** Ends the only record (RFC 8188 section 2). */
const delimiter = Buffer.from([2]);

/** Setting up the curve costs as much as a new key: it is made once, its key for each message. */
let curve: ECDH | undefined;

/**
 * A message as a browser can read it and nobody between (RFC 8291, aes128gcm), with a key pair and a salt of its own.
 * The steps of HKDF are written out, since each is one block of SHA-256. Throws when the subscription's keys are none, or
 * the payload is too long.
 */
export function encryptPush({ payload, p256dh, auth, fixed }: EncryptOptions): Buffer {
  const theirKey = Buffer.from(p256dh, 'base64url');
  const secret = Buffer.from(auth, 'base64url');
  if (theirKey.length !== 65 || theirKey[0] !== 4) throw new Error('The key “p256dh” of the subscription is none.');
  if (secret.length !== 16) throw new Error('The secret “auth” of the subscription is none.');
  const plain = Buffer.from(payload, 'utf8');
  if (plain.length > mostPayloadBytes)
    throw new Error(`The payload has ${plain.length} bytes; ${mostPayloadBytes} fit.`);

  curve ??= createECDH('prime256v1');
  let ourKey: Buffer;
  if (fixed) {
    curve.setPrivateKey(fixed.privateKey);
    ourKey = curve.getPublicKey();
  } else ourKey = curve.generateKeys();
  let shared: Buffer;
  try {
    shared = curve.computeSecret(theirKey);
  } catch (cause) {
    throw new Error('The key “p256dh” of the subscription is no point of the curve P-256.', { cause });
  }
  const salt = fixed?.salt ?? randomBytes(16);
  const input = hmac(hmac(secret, shared), webPushInfo, theirKey, ourKey, one);
  const key = hmac(salt, input);
  const contentKey = hmac(key, contentKeyInfo).subarray(0, 16);
  const nonce = hmac(key, nonceInfo).subarray(0, 12);

  const cipher = createCipheriv('aes-128-gcm', contentKey, nonce);
  const head = Buffer.alloc(21);
  salt.copy(head);
  head.writeUInt32BE(recordSize, 16);
  head[20] = ourKey.length;
  return Buffer.concat([
    head,
    ourKey,
    cipher.update(plain),
    cipher.update(delimiter),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function hmac(key: Buffer, ...parts: Buffer[]): Buffer {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
