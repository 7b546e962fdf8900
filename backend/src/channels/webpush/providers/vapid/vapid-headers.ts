import { sign } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { signingKey } from './vapid-keys.js';
import type { VapidPair } from './vapid-keys.js';

type HeaderOptions = { origin: string; contact: string; pair: VapidPair };

/** Push services take 24 hours at most (RFC 8292 section 2); half of it leaves room for clocks that are wrong. */
const lifeSeconds = 12 * 3_600;
const renewBeforeSeconds = 3_600;
/** There are a handful of push services; a stranger's made-up end-points only push each other out. */
const most = 1_000;
const head = encode({ typ: 'JWT', alg: 'ES256' });

/**
 * The `Authorization` of messages (VAPID, RFC 8292). It says who sends and to which push service, nothing of the message:
 * one is signed per service, key and contact, and used until an hour before it ends.
 */
export class VapidHeaders {
  private readonly signed = new LRUCache<string, { header: string; renewAt: number }>({ max: most });

  constructor(private readonly now: () => number = Date.now) {}

  /** `origin` is the push service's, such as `https://fcm.googleapis.com`. */
  header({ origin, contact, pair }: HeaderOptions): string {
    const key = JSON.stringify([origin, contact, pair.publicKey]);
    const seconds = Math.floor(this.now() / 1_000);
    const known = this.signed.get(key);
    if (known && known.renewAt > seconds) return known.header;
    const expires = seconds + lifeSeconds;
    const signed = `${head}.${encode({ aud: origin, exp: expires, sub: contact })}`;
    const signature = sign('sha256', Buffer.from(signed), { key: signingKey(pair), dsaEncoding: 'ieee-p1363' });
    const header = `vapid t=${signed}.${signature.toString('base64url')}, k=${pair.publicKey}`;
    this.signed.set(key, { header, renewAt: expires - renewBeforeSeconds });
    return header;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
