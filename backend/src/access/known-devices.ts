import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../platform/secrets/index.js';

const purpose = 'known-device';
/** The cookie of a browser in which a member has signed in; it signs nobody in. */
export const deviceCookie = 'wend_device';
export const deviceDays = 365;

type Account = { id: string; passwordHash: string };

/**
 * Tells browsers in which a member signed in before from strangers', so that strangers' wrong passwords do not keep the
 * member out (OWASP's device cookies). Bound to the password: a new one makes all devices strange again.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly secrets: Secrets) {}

  issue(account: Account): string {
    const name = randomBytes(12).toString('base64url');
    return `${name}.${this.secrets.sign({ purpose, text: textOf(account, name) })}`;
  }

  /** What to count attempts of this device by; null for a stranger's. */
  recognise({ cookie, account }: { cookie: string | null; account: Account | null }): string | null {
    const [name, signature] = cookie?.split('.') ?? [];
    if (!name || !signature || !account || !this.secrets.verify({ purpose, text: textOf(account, name), signature }))
      return null;
    return `device:${createHash('sha256').update(name).digest('base64url')}`;
  }
}

function textOf({ id, passwordHash }: Account, name: string): string {
  return `${id}\n${name}\n${createHash('sha256').update(passwordHash).digest('base64url')}`;
}
