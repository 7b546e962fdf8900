import { defineProvider, ProviderError } from '@wend/node-sdk';
import type { OpenConnection, ProviderCode, ProviderServices, SendRequest, SendResult } from '@wend/node-sdk';
import type { EmailContent } from '../../email.channel.js';
import { MailMaker } from '../../mail-maker.js';
import { dkimRecord, dkimSigned, newDkimKey, readDkimKey } from '../../mime/dkim.js';
import type { DkimKey } from '../../mime/dkim.js';
import { mimeOf } from '../../mime/mime.js';
import { verpAddress } from '../../verp.js';
import { SmtpPool } from './smtp-pool.js';
import { smtpSettings } from './smtp-settings.js';

const unusedMs = 120_000;

/**
 * Mail by SMTP. A mail server has no idempotency key: when the answer to a whole message is lost, nobody can know
 * whether it went out, so it is not sent again.
 */
export const smtp = defineProvider<EmailContent, typeof smtpSettings>({
  channel: 'email',
  name: 'smtp',
  title: 'Email through SMTP',
  description: 'The mail server that sends your emails.',
  idempotent: false,
  settings: smtpSettings,
  nameOf: ({ host }) => host,
  needs: ({ user, dkimDomain }) => [...(user === '' ? [] : ['password']), ...(dkimDomain === '' ? [] : ['dkimKey'])],
  keptWith: ['host', 'user'],
  sendingDomain: ({ host, bounceDomain, dkimDomain, dkimSelector, dkimRecord: record }) => ({
    spf: `a:${host.toLowerCase()}`,
    returnPath: bounceDomain === '' ? null : bounceDomain,
    ...(dkimDomain !== '' && record !== '' && { dkim: { domain: dkimDomain, selector: dkimSelector, record } }),
  }),
  ownKeys: ['dkimKey'],
  async prepare({ settings, secrets }) {
    if (settings.dkimDomain === '') return { settings: { ...settings, dkimRecord: '' }, secrets };
    const dkimKey = secrets['dkimKey'] ?? (await newDkimKey());
    return {
      settings: { ...settings, dkimRecord: dkimRecord(readDkimKey(dkimKey)!) },
      secrets: { ...secrets, dkimKey },
    };
  },
  open: (services) => new SmtpMailer(services),
});

type Opened = { revision: string; pool: SmtpPool; dkim: DkimKey | null; bounceDomain: string; usedAt: number };

class SmtpMailer implements ProviderCode<EmailContent> {
  private readonly opened = new Map<string, Opened>();
  private readonly maker: MailMaker;

  constructor(private readonly services: ProviderServices) {
    this.maker = new MailMaker(services);
  }

  receiverOf({ connection }: Pick<SendRequest, 'connection'>): string | null {
    return connection?.id ?? null;
  }

  async send(request: SendRequest<EmailContent>): Promise<SendResult> {
    const { content, connection, priority, signal, handingOver } = request;
    if (!connection) throw new Error('SMTP needs a connection.');
    const mail = await this.maker.make(request);
    const { pool, dkim, bounceDomain } = this.openedFor(connection);
    const token = content.bounceToken ?? null;
    const response = await pool.send({
      mail: {
        envelope: {
          from:
            bounceDomain === '' || token === null ? mail.from.address : verpAddress({ token, domain: bounceDomain }),
          to: [mail.to],
        },
        source: () => {
          const source = mimeOf(mail);
          return dkim ? dkimSigned(source, dkim) : source;
        },
      },
      priority,
      signal,
      handingOver,
    });
    return { status: 'sent', detail: response.slice(0, 200), answer: response.slice(0, 4_000) };
  }

  /** Connects and logs in where the server lets one. */
  async test(connection: OpenConnection): Promise<string> {
    const pool = new SmtpPool({ connection, connect: this.services.connect });
    try {
      const { loggedIn } = await pool.verify();
      if (loggedIn) return 'Connected, and the login works.';
      return connection.settings['user']
        ? 'Connected. The server offers no login, so user name and password were not tried.'
        : 'Connected, without a login.';
    } finally {
      pool.close();
    }
  }

  close(): void {
    for (const { pool } of this.opened.values()) pool.close();
    this.opened.clear();
  }

  private openedFor(connection: OpenConnection): Opened {
    const now = Date.now();
    for (const [id, entry] of this.opened) if (now - entry.usedAt > unusedMs) this.drop(id);
    const known = this.opened.get(connection.id);
    if (known?.revision === connection.revision) {
      known.usedAt = now;
      return known;
    }
    // Saved anew: connections with the old settings finish what they have and go.
    this.drop(connection.id);
    const opened = {
      revision: connection.revision,
      pool: new SmtpPool({ connection, connect: this.services.connect }),
      dkim: dkimOf(connection),
      bounceDomain: smtpSettings.parse(connection.settings).bounceDomain,
      usedAt: now,
    };
    this.opened.set(connection.id, opened);
    return opened;
  }

  private drop(id: string): void {
    this.opened.get(id)?.pool.close();
    this.opened.delete(id);
  }
}

function dkimOf({ settings, secrets }: OpenConnection): DkimKey | null {
  const { dkimDomain: domain, dkimSelector: selector } = smtpSettings.parse(settings);
  if (domain === '') return null;
  const key = readDkimKey(secrets['dkimKey'] ?? '');
  if (!key)
    throw new ProviderError({
      class: 'configuration',
      message: 'The DKIM key of this connection can’t be read. Save the connection with a key again.',
      handedOver: false,
    });
  return { domain, selector, key };
}
