import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Secrets } from '../platform/secrets/index.js';

export type TrackedMessage = { workspaceId: string; messageId: string };

/**
 * Signed addresses in messages. A token holds workspace, message and (for clicks) where the link leads, with an HMAC over all of
 * it: nobody can make Wend redirect to a place that no message led to.
 */
@Injectable()
export class TrackingLinks {
  constructor(
    private readonly config: Config,
    private readonly secrets: Secrets,
  ) {}

  clickUrl(link: TrackedMessage & { url: string }): string {
    return `${this.config.publicUrl}/t/c/${this.token('click', link, link.url)}`;
  }

  openUrl(message: TrackedMessage): string {
    return `${this.config.publicUrl}/t/o/${this.token('open', message, '')}.gif`;
  }

  /** Leads to a page that asks before it changes anything. Without a message (a preview) to one that says the link is not valid. */
  unsubscribeUrl(message: TrackedMessage | undefined): string {
    return `${this.config.publicUrl}/t/u/${message ? this.token('unsubscribe', message, '') : 'preview'}`;
  }

  /** What a click token says, or null when it was not made here. */
  readClick(token: string): (TrackedMessage & { url: string }) | null {
    return this.read('click', token);
  }

  readOpen(token: string): TrackedMessage | null {
    return this.read('open', token);
  }

  readUnsubscribe(token: string): TrackedMessage | null {
    return this.read('unsubscribe', token);
  }

  private token(kind: string, message: TrackedMessage, url: string): string {
    const payload = Buffer.concat([idBytes(message.workspaceId), idBytes(message.messageId), Buffer.from(url, 'utf8')]).toString('base64url');
    return `${payload}.${this.secrets.sign({ purpose: `tracking:${kind}`, text: payload })}`;
  }

  private read(kind: string, token: string): (TrackedMessage & { url: string }) | null {
    const [payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || !this.secrets.verify({ purpose: `tracking:${kind}`, text: payload, signature })) return null;
    const bytes = Buffer.from(payload, 'base64url');
    if (bytes.length < 32) return null;
    return { workspaceId: idOf(bytes.subarray(0, 16)), messageId: idOf(bytes.subarray(16, 32)), url: bytes.subarray(32).toString('utf8') };
  }
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
