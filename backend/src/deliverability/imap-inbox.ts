import type { Destinations } from '../platform/outbound/index.js';
import { OutboundError, outboundErrorOf } from '../platform/outbound/index.js';

export type InboxSettings = {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  user: string;
  folder: string;
};
/** Where a folder was read to: mails have numbers that only grow, as long as its `validity` stays the same. */
export type ReadTo = { validity: string; uid: number };
export type InboxMail = { uid: number; source: Buffer };

const connectMs = 15_000;
const answerMs = 60_000;
/** Of a larger mail only this much is read: reports say what they say at their beginning. */
const largestMail = 1024 * 1024;

type OpenOptions = { settings: InboxSettings; password: string; destinations: Destinations };

/**
 * Reads a folder by IMAP. Only public addresses are connected to, and exactly the one that was checked. Throws an
 * `OutboundError`, or one with a sentence that says what the server said.
 */
export class ImapInbox {
  private constructor(
    private readonly client: import('imapflow').ImapFlow,
    private readonly folder: string,
  ) {}

  static async open({ settings, password, destinations }: OpenOptions): Promise<ImapInbox> {
    const { host, port, security, user, folder } = settings;
    const [first] = await destinations
      .addressesOf({ hostname: host, port, protocol: 'imap' })
      .catch((error: unknown) => Promise.reject(outboundErrorOf(error)));
    // Loaded when the first mailbox is read: most installations have none.
    const { ImapFlow } = await import('imapflow');
    const client = new ImapFlow({
      host: first!.address,
      port,
      servername: host,
      secure: security === 'tls',
      ...(security !== 'tls' && { doSTARTTLS: security === 'starttls' }),
      auth: { user, pass: password },
      tls: { servername: host, minVersion: 'TLSv1.2' },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: answerMs,
    });
    // What happens between two commands is an event; the next command fails by it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.mailboxOpen(folder);
    } catch (error) {
      client.close();
      throw inWords(error, settings);
    }
    return new ImapInbox(client, folder);
  }

  /** How many mails are in the folder. */
  get count(): number {
    return this.opened.exists;
  }

  /** The mails after those that were read, the oldest first; all of them when the folder has been made anew. */
  async *after(from: ReadTo | null, most: number): AsyncGenerator<InboxMail & { readTo: ReadTo }> {
    const validity = String(this.opened.uidValidity);
    const first = from?.validity === validity ? from.uid + 1 : 1;
    if (this.opened.exists === 0) return;
    const found = await this.client.search({ uid: `${first}:*` }, { uid: true });
    // `*` is the last one there is, also when it was read before.
    const uids = (found || []).filter((uid) => uid >= first).toSorted((a, b) => a - b);
    for (const uid of uids.slice(0, most)) {
      const mail = await this.client.fetchOne(
        String(uid),
        { source: { start: 0, maxLength: largestMail } },
        { uid: true },
      );
      if (mail && mail.source) yield { uid, source: mail.source, readTo: { validity, uid } };
    }
  }

  /** Marked as read, for people who look into the folder. */
  async markRead(uid: number): Promise<void> {
    await this.client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
  }

  async close(): Promise<void> {
    await this.client.logout().catch(() => this.client.close());
  }

  private get opened(): import('imapflow').MailboxObject {
    const { mailbox } = this.client;
    if (!mailbox) throw new Error(`The folder “${this.folder}” is no longer open.`);
    return mailbox;
  }
}

function inWords(error: unknown, { host, user, folder }: InboxSettings): Error {
  const { authenticationFailed, responseText, responseStatus } = error as {
    authenticationFailed?: boolean;
    responseText?: string;
    responseStatus?: string;
  };
  const said = responseText === undefined ? '' : `: ${responseText.slice(0, 300)}`;
  if (authenticationFailed) return new Error(`${host} does not let “${user}” in${said}`, { cause: error });
  if (responseStatus === 'NO') return new Error(`The folder “${folder}” cannot be opened${said}`, { cause: error });
  const failure = outboundErrorOf(error);
  return failure instanceof OutboundError ? new Error(failure.message, { cause: error }) : failure;
}
