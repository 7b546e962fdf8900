import { createECDH, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A pair as browsers and push services write it: base64url of the point (65 bytes) and of the number (32 bytes). */
export type VapidPair = { publicKey: string; privateKey: string };

const pairs = z.array(z.object({ publicKey: z.string(), privateKey: z.string() })).min(1);

export function newVapidPair(): VapidPair {
  const curve = createECDH('prime256v1');
  const publicKey = curve.generateKeys('base64url');
  return { publicKey, privateKey: pad(curve.getPrivateKey()).toString('base64url') };
}

/** The pair of a private key; null for a text that is none. */
export function vapidPairOf(privateKey: string): VapidPair | null {
  const bytes = /^[A-Za-z0-9_-]{43}=?$/.test(privateKey) ? Buffer.from(privateKey, 'base64url') : null;
  if (bytes?.length !== 32) return null;
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(bytes);
  } catch {
    // Zero, or beyond the order of the curve.
    return null;
  }
  return { publicKey: curve.getPublicKey('base64url'), privateKey: bytes.toString('base64url') };
}

/** The pairs of a connection as they are stored, the one in use first; null for a text that holds none. */
export function readPairs(stored: string): VapidPair[] | null {
  try {
    return pairs.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}

export function signingKey({ publicKey, privateKey }: VapidPair): KeyObject {
  const point = Buffer.from(publicKey, 'base64url');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: privateKey,
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
}

/** OpenSSL leaves out leading zeros. */
function pad(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(32 - bytes.length), bytes]);
}
