import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/index.js';

const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Sealing and signing with keys derived from WEND_SECRET_KEY (HKDF-SHA-256), one per purpose: what was sealed or signed
 * for one purpose is worth nothing for another.
 */
@Injectable()
export class Secrets {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly config: Config) {}

  /**
   * AES-256-GCM. `context` (such as the row's id) is bound in: a sealed value that is moved to another row does not
   * open.
   */
  seal({ purpose, context, plain }: { purpose: string; context: string; plain: string }): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key(`seal:${purpose}`), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([format]), nonce, cipher.getAuthTag(), sealed]);
  }

  /**
   * The text that was sealed. Throws when it was sealed with another key, for another purpose or context, or was
   * changed.
   */
  open({ purpose, context, sealed }: { purpose: string; context: string; sealed: Buffer }): string {
    if (sealed[0] !== format || sealed.length < 1 + nonceBytes + tagBytes)
      throw new Error('A sealed value has an unknown format.');
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
    const decipher = createDecipheriv('aes-256-gcm', this.key(`seal:${purpose}`), nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]).toString(
        'utf8',
      );
    } catch (error) {
      throw new Error(
        'A saved secret cannot be opened: WEND_SECRET_KEY differs from the one it was saved with. Enter the secret again, or restore the key.',
        { cause: error },
      );
    }
  }

  /** A URL-safe HMAC-SHA-256 of `text`, cut to 128 bits. */
  sign({ purpose, text }: { purpose: string; text: string }): string {
    return createHmac('sha256', this.key(`sign:${purpose}`))
      .update(text)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
  }

  /** Whether `signature` is the one that `sign` makes; in constant time. */
  verify({ purpose, text, signature }: { purpose: string; text: string; signature: string }): boolean {
    const expected = Buffer.from(this.sign({ purpose, text }));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private key(purpose: string): Buffer {
    const known = this.keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.config.secretKey, '', `wend:${purpose}`, 32));
    this.keys.set(purpose, key);
    return key;
  }
}
