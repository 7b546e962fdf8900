import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readVerp } from '../channels/index.js';
import { TrackingLinks } from '../content/index.js';
import { FeedbackService, mailboxEvent } from '../messages/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { Destinations } from '../platform/outbound/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ImapInbox } from './imap-inbox.js';
import type { InboxMail } from './imap-inbox.js';
import { MailboxRepository } from './mailbox.repository.js';
import type { Counts, MailboxRow } from './mailbox.repository.js';
import { passwordOf } from './mailbox-secrets.js';
import { readReport } from './read-report.js';

const everySeconds = 60;
/** Longer than a mail takes: a worker that is gone holds a mailbox no longer. */
const claimSeconds = 180;
/** Then others get their turn. */
const mailsAtOnce = 200;

/**
 * Reads bounce mailboxes, each by one worker at a time, and gives what it finds to where providers' callbacks go. A mail
 * is named by its content: cut off between taking it and writing that down, it is read again and changes nothing.
 */
@Injectable()
export class MailboxReader {
  constructor(
    private readonly repository: MailboxRepository,
    private readonly feedback: FeedbackService,
    private readonly links: TrackingLinks,
    private readonly secrets: Secrets,
    private readonly destinations: Destinations,
  ) {}

  /** Reads one mailbox that is due; true when there may be another. */
  async readOnce(): Promise<boolean> {
    const row = await this.repository.claim({ everySeconds, claimSeconds });
    if (!row) return false;
    const { workspaceId, connectionId } = row;
    let error: string | null = null;
    let more = false;
    try {
      more = await this.read(row);
    } catch (failure) {
      error = (failure as Error).message.slice(0, 1_000);
      logger.warn({ error: failure, workspaceId, connectionId }, 'a bounce mailbox could not be read');
    }
    await this.repository.done({ workspaceId }, { connectionId, error, more });
    return true;
  }

  private async read(row: MailboxRow): Promise<boolean> {
    const scope = { workspaceId: row.workspaceId };
    const { connectionId, settings } = row;
    const password = passwordOf(this.secrets, row);
    const inbox = await ImapInbox.open({ settings, password, destinations: this.destinations });
    try {
      let read = 0;
      for await (const mail of inbox.after(row.readTo, mailsAtOnce)) {
        const counted = await this.take(scope, { connectionId, mail });
        await this.repository.took(scope, { connectionId, readTo: mail.readTo, counted, claimSeconds });
        if (counted.other === undefined) await inbox.markRead(mail.uid);
        read += 1;
      }
      return read === mailsAtOnce;
    } finally {
      await inbox.close();
    }
  }

  private async take(
    scope: Scope,
    { connectionId, mail: { source } }: { connectionId: string; mail: InboxMail },
  ): Promise<Partial<Counts>> {
    const { default: PostalMime } = await import('postal-mime');
    const mail = await PostalMime.parse(source, { forceRfc822Attachments: true }).catch(() => null);
    // No mail that anybody could read.
    if (!mail) return { other: 1 };
    const report = readReport({
      mail,
      source: source.toString('utf8'),
      id: `${mailboxEvent}${createHash('sha256').update(source).digest('base64url')}`,
      readReturnPath: (address) => readVerp({ address, workspaceId: scope.workspaceId, tokens: this.links }),
    });
    if (report.kind !== 'events') return { [report.kind]: 1 };
    const senders = await this.repository.senders(
      scope,
      report.events.map(({ messageId }) => messageId!),
    );
    const [sender] = senders;
    if (!sender) return { unproven: 1 };
    const connection = { id: sender.connectionId ?? connectionId, kind: sender.provider };
    await this.feedback.take(scope, { connection, events: report.events });
    const { kind } = report.events[0]!;
    return kind === 'bounced' || kind === 'softBounced' || kind === 'complained' ? { [kind]: 1 } : { other: 1 };
  }
}
