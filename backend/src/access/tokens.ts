import { createHash, randomBytes } from 'node:crypto';
import { customAlphabet } from 'nanoid';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 characters of base62 hold 256 bits. */
const randomKey = customAlphabet(base62, 43);
const shownLength = 9;

/** SHA-256, as tokens and keys are stored: they are random and long, so a slow hash would add nothing. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A session's token: 32 random bytes. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** An API key `wk_...`, and the beginning of it that may be shown later. */
export function newApiKey(): { key: string; prefix: string } {
  const key = `wk_${randomKey()}`;
  return { key, prefix: key.slice(0, shownLength) };
}

/** What looks like an API key at all; spares a query for anything else. */
export function looksLikeApiKey(secret: string): boolean {
  return /^wk_[0-9A-Za-z]{43}$/.test(secret);
}
