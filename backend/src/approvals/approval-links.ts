import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Secrets } from '../platform/secrets/index.js';

const purpose = 'approval';
const bytesOfId = 16;
export type Invitation = { workspaceId: string; mailId: string };

/**
 * Signed addresses by which somebody answers who was asked by email. A token names one mail, with an HMAC of a purpose of
 * its own: it is stored nowhere, cannot be guessed, and opens nothing else.
 */
@Injectable()
export class ApprovalLinks {
  constructor(
    private readonly config: Config,
    private readonly secrets: Secrets,
  ) {}

  address({ workspaceId, mailId }: Invitation): string {
    const text = Buffer.concat([bytesOf(workspaceId), bytesOf(mailId)]).toString('base64url');
    return `${this.config.publicUrl}/t/a/${text}.${this.secrets.sign({ purpose, text })}`;
  }

  /** Null when it was not made here. */
  read(token: string): Invitation | null {
    const [text = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || !this.secrets.verify({ purpose, text, signature })) return null;
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length !== 2 * bytesOfId) return null;
    return { workspaceId: idOf(bytes.subarray(0, bytesOfId)), mailId: idOf(bytes.subarray(bytesOfId)) };
  }
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
