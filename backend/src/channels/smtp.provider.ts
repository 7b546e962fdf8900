import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { EmailContent } from '../content/index.js';
import { Destinations } from '../platform/outbound/index.js';
import { ProviderError } from './provider.js';
import type { OpenConnection, Provider, SendRequest, SendResult } from './provider.js';
import { smtpErrorOf } from './smtp-error.js';
import { SmtpPool } from './smtp-pool.js';

const unusedMs = 120_000;

/**
 * Mail by SMTP. A mail server has no idempotency key: when the answer to a whole message is lost, nobody can know whether it
 * went out, so it is not sent again.
 */
@Injectable()
export class SmtpProvider implements Provider, OnApplicationShutdown {
  readonly name = 'smtp';
  readonly idempotent = false;
  private readonly pools = new Map<string, { revision: string; pool: SmtpPool; usedAt: number }>();

  constructor(private readonly destinations: Destinations) {}

  async send({ message, content, recipient, connection, signal }: SendRequest): Promise<SendResult> {
    if (!connection) throw new Error('SMTP needs a connection.');
    const mail = content as EmailContent;
    if (recipient === null || /[\s,;<>]/.test(recipient)) throw new ProviderError({ class: 'badAddress', message: 'This is not one e-mail address.', handedOver: false });
    const sent = this.poolOf(connection).send({
      from: mail.from,
      to: recipient,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      // The same on every attempt: mail systems that compare ids drop a repeat.
      messageId: `<${message.id}@${domainOf(mail.from)}>`,
      headers: { 'X-Wend-Message': message.id, ...unsubscribeHeaders(mail.unsubscribeUrl) },
    });
    const { response } = await withSignal(sent, signal);
    return { status: 'sent', detail: response.slice(0, 200) };
  }

  /** Connects and logs in; throws `ProviderError`. */
  async verify(connection: OpenConnection): Promise<void> {
    const pool = new SmtpPool({ connection, destinations: this.destinations });
    try {
      await pool.verify();
    } finally {
      pool.close();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    for (const { pool } of this.pools.values()) pool.close();
    this.pools.clear();
  }

  private poolOf(connection: OpenConnection): SmtpPool {
    const now = Date.now();
    for (const [id, entry] of this.pools) if (now - entry.usedAt > unusedMs) this.drop(id);
    const known = this.pools.get(connection.id);
    if (known?.revision === connection.revision) {
      known.usedAt = now;
      return known.pool;
    }
    // Saved anew: connections with the old settings finish what they have and go.
    this.drop(connection.id);
    const pool = new SmtpPool({ connection, destinations: this.destinations });
    this.pools.set(connection.id, { revision: connection.revision, pool, usedAt: now });
    return pool;
  }

  private drop(id: string): void {
    this.pools.get(id)?.pool.close();
    this.pools.delete(id);
  }
}

/** RFC 8058. One click needs https; without it, mail clients are at least told where the page is. */
function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, ...(url.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }) };
}

function domainOf(from: string): string {
  return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'wend.invalid';
}

/** A pool cannot call a send back: when time is up the answer counts as lost. */
async function withSignal<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(new ProviderError({ class: 'timeout', message: 'The mail server did not answer in time.', handedOver: true }));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw smtpErrorOf(error);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
