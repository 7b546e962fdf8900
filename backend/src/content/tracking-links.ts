import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Secrets } from '../platform/secrets/index.js';

export type TrackedMessage = { workspaceId: string; messageId: string };

/**
 * Signed addresses in messages. A token holds workspace, message and (for clicks) where the link leads, with an HMAC
 * over all of it: nobody can make Wend redirect to a place that no message led to.
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

  /** What no person sees, and so no person follows. */
  trapUrl(message: TrackedMessage): string {
    return `${this.config.publicUrl}/t/h/${this.token('trap', message, '')}`;
  }

  /** Where an app or a browser says what became of a notification. */
  reportUrl(message: TrackedMessage): string {
    return `${this.config.publicUrl}/t/p/${this.token('report', message, '')}`;
  }

  /**
   * Leads to a page that asks before it changes anything. Without a message (a preview) to one that says the link is
   * not valid.
   */
  unsubscribeUrl(message: TrackedMessage | undefined): string {
    return `${this.config.publicUrl}/t/u/${message ? this.token('unsubscribe', message, '') : 'preview'}`;
  }

  /** Leads to the page on which the receiver chooses what they get. */
  preferencesUrl(message: TrackedMessage | undefined): string {
    return `${this.config.publicUrl}/t/s/${message ? this.token('preferences', message, '') : 'preview'}`;
  }

  /** The same for a person, wherever the link stands. */
  personPreferencesToken({ workspaceId, profileId }: { workspaceId: string; profileId: string }): string {
    return this.token('preferences of a person', { workspaceId, messageId: profileId }, '');
  }

  preferencesAddress(token: string): string {
    return `${this.config.publicUrl}/t/s/${token}`;
  }

  /** Leads to the page on which the receiver confirms what they asked for. */
  confirmUrl(message: TrackedMessage | undefined): string {
    return `${this.config.publicUrl}/t/k/${message ? this.token('confirm', message, '') : 'preview'}`;
  }

  /** Whether an address leads to a page of Wend's own, such as the one to unsubscribe on. */
  isOwn(url: string): boolean {
    return url.startsWith(`${this.config.publicUrl}/t/`);
  }

  /** What a click token says, or null when it was not made here. */
  readClick(token: string): (TrackedMessage & { url: string }) | null {
    return this.read('click', token);
  }

  readOpen(token: string): TrackedMessage | null {
    return this.read('open', token);
  }

  readTrap(token: string): TrackedMessage | null {
    return this.read('trap', token);
  }

  readReport(token: string): TrackedMessage | null {
    return this.read('report', token);
  }

  readUnsubscribe(token: string): TrackedMessage | null {
    return this.read('unsubscribe', token);
  }

  readPreferences(token: string): TrackedMessage | null {
    return this.read('preferences', token);
  }

  /** `profileId` of a person's own link. */
  readPersonPreferences(token: string): { workspaceId: string; profileId: string } | null {
    const read = this.read('preferences of a person', token);
    return read && { workspaceId: read.workspaceId, profileId: read.messageId };
  }

  readConfirm(token: string): TrackedMessage | null {
    return this.read('confirm', token);
  }

  /**
   * Of a message's return path: its id and 80 bits of HMAC in 52 hexadecimal digits, since addresses are not long and may
   * lose their case. The workspace is not in it: it is known by the mailbox that the address leads to.
   */
  bounceToken({ workspaceId, messageId }: TrackedMessage): string {
    const id = messageId.replaceAll('-', '').toLowerCase();
    const signature = this.secrets.sign({ purpose: 'tracking:bounce', text: `${workspaceId}:${id}` });
    return `${id}${Buffer.from(signature, 'base64url').subarray(0, 10).toString('hex')}`;
  }

  /** The message that a bounce token was made for in this workspace, or null when it was not made here. */
  readBounce({ workspaceId, token }: { workspaceId: string; token: string }): TrackedMessage | null {
    if (!/^[0-9a-f]{52}$/.test(token)) return null;
    const message = { workspaceId, messageId: idOf(Buffer.from(token.slice(0, 32), 'hex')) };
    return timingSafeEqual(Buffer.from(this.bounceToken(message)), Buffer.from(token)) ? message : null;
  }

  private token(kind: string, message: TrackedMessage, url: string): string {
    const payload = Buffer.concat([
      idBytes(message.workspaceId),
      idBytes(message.messageId),
      Buffer.from(url, 'utf8'),
    ]).toString('base64url');
    return `${payload}.${this.secrets.sign({ purpose: `tracking:${kind}`, text: payload })}`;
  }

  private read(kind: string, token: string): (TrackedMessage & { url: string }) | null {
    const [payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || !this.secrets.verify({ purpose: `tracking:${kind}`, text: payload, signature })) return null;
    const bytes = Buffer.from(payload, 'base64url');
    if (bytes.length < 32) return null;
    return {
      workspaceId: idOf(bytes.subarray(0, 16)),
      messageId: idOf(bytes.subarray(16, 32)),
      url: bytes.subarray(32).toString('utf8'),
    };
  }
}

function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
