import type { FeedbackEvent, FeedbackKind } from '@wend/node-sdk';
import type { Attachment, Email } from 'postal-mime';
import { addressWordsIn, isDeadAddress } from '../channels/index.js';

/**
 * What a mail in the bounce mailbox turned out to be. `unproven`: a report that names no message of ours in a way that
 * only somebody who handled it could. `other`: no report at all.
 */
export type Report = { kind: 'events'; events: FeedbackEvent[] } | { kind: 'unproven' } | { kind: 'other' };

/** Reads the message id out of a return path that Wend has made (VERP); null for any other address. */
export type ReadReturnPath = (address: string) => string | null;

type Verdict = { kind: FeedbackKind; detail: string; recipient?: string };
type Fields = Map<string, string>;

const detailKept = 500;
const mostRecipients = 20;
/** Ours are `<id of the message@domain of the sender>` (email/mime). */
const ownMessageId = /<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@[^<>\s]+>/i;
const status = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/;

/**
 * Reads a mail that came to the bounce mailbox: a delivery report (RFC 3464), a complaint (ARF, RFC 5965), or what an
 * older system writes in its own words. Nothing of it is believed but what names a message: its own return path, which
 * is signed, or the Message-ID of the mail that came back.
 */
export function readReport({
  mail,
  source,
  readReturnPath,
  id,
}: {
  mail: Email;
  source: string;
  readReturnPath: ReadReturnPath;
  /** Names the mail, so that it is taken once. */
  id: string;
}): Report {
  const verdicts = complaintIn(mail) ?? deliveryReportIn(mail) ?? ownWordsIn(mail);
  if (verdicts === null || verdicts.length === 0) return { kind: 'other' };
  const messageId = namedBy({ mail, source, readReturnPath });
  if (messageId === null) return { kind: 'unproven' };
  const date = new Date(mail.date ?? '');
  // A message has one recipient: of several lines about it the worst counts.
  const [worst] = verdicts.toSorted((a, b) => weight[a.kind]! - weight[b.kind]!);
  const { kind, detail, recipient } = worst!;
  return {
    kind: 'events',
    events: [
      {
        kind,
        messageId,
        id,
        detail: detail.replace(/\s+/g, ' ').trim().slice(0, detailKept),
        ...(recipient !== undefined && { recipient }),
        ...(!Number.isNaN(date.getTime()) && { at: date }),
      },
    ],
  };
}

const weight: Partial<Record<FeedbackKind, number>> = {
  complained: 0,
  bounced: 1,
  unsubscribed: 2,
  softBounced: 3,
  delivered: 4,
};

function namedBy({
  mail,
  source,
  readReturnPath,
}: {
  mail: Email;
  source: string;
  readReturnPath: ReadReturnPath;
}): string | null {
  // Where it was delivered to: of these headers the sender writes at most the last one.
  for (const header of ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-rcpt-to', 'to'])
    for (const { value } of mail.headers.filter(({ key }) => key === header))
      for (const address of addressesIn(value)) {
        const messageId = readReturnPath(address);
        if (messageId !== null) return messageId;
      }
  const feedback = partOf(mail, 'message/feedback-report');
  const sender = feedback && fieldsOf(textOf(feedback)).get('original-mail-from');
  const signed = sender === undefined ? null : readReturnPath(sender);
  if (signed !== null && signed !== undefined) return signed;
  const inside = originalIn(mail, source);
  const path = /^return-path:\s*(<[^<>\s]+>)/im.exec(inside)?.[1];
  const returned = path === undefined ? null : readReturnPath(path);
  if (returned !== null) return returned;
  return ownMessageId.exec(/^message-id:\s*(<[^<>]+>)/im.exec(inside)?.[1] ?? '')?.[1]?.toLowerCase() ?? null;
}

/** The mail that came back, or its headers, however it is enclosed. */
function originalIn(mail: Email, source: string): string {
  const part = partOf(mail, 'message/rfc822') ?? partOf(mail, 'text/rfc822-headers') ?? partOf(mail, 'message/global');
  if (part) return textOf(part);
  // In its own words: below the headers of the report itself.
  const body = source.slice(Math.max(0, source.search(/\r?\n\r?\n/)));
  return /^message-id:/im.test(body) ? body : (mail.text ?? '');
}

function complaintIn(mail: Email): Verdict[] | null {
  const part = partOf(mail, 'message/feedback-report');
  if (!part) return null;
  const fields = fieldsOf(textOf(part));
  const type = fields.get('feedback-type')?.toLowerCase() ?? 'abuse';
  const recipient = addressOf(fields.get('original-rcpt-to'));
  const from = fields.get('reporting-mta') ?? fields.get('user-agent') ?? fields.get('source-ip') ?? '';
  const detail = `Reported as ${type === 'abuse' ? 'spam' : type}${from === '' ? '' : ` (${from.replace(/^dns;\s*/i, '')})`}`;
  const named = { detail, ...(recipient !== null && { recipient }) };
  if (type === 'not-spam') return [];
  return [{ kind: type === 'opt-out' || type === 'opt-out-list' ? 'unsubscribed' : 'complained', ...named }];
}

function deliveryReportIn(mail: Email): Verdict[] | null {
  const part = partOf(mail, 'message/delivery-status') ?? partOf(mail, 'message/global-delivery-status');
  if (!part) return null;
  // First the fields of the report, then those of each recipient, parted by empty lines (RFC 3464, section 2.1).
  const groups = textOf(part)
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map(fieldsOf)
    .filter((fields) => fields.has('final-recipient') || fields.has('original-recipient') || fields.has('action'));
  return groups.slice(0, mostRecipients).flatMap((fields): Verdict[] => {
    const action = fields.get('action')?.toLowerCase().trim() ?? 'failed';
    const recipient = addressOf(fields.get('original-recipient')) ?? addressOf(fields.get('final-recipient'));
    const words = (fields.get('diagnostic-code') ?? '').replace(/^[\w-]+;\s*/, '');
    const code = fields.get('status')?.trim() ?? '';
    const named = {
      detail: [code, words].filter((each) => each !== '').join(' ') || `Not delivered (${action})`,
      ...(recipient !== null && { recipient }),
    };
    if (action === 'delivered') return [{ kind: 'delivered', ...named }];
    // `delayed`: the server goes on trying, and will say how that ended. `relayed`, `expanded`: nobody knows more.
    if (action !== 'failed') return [];
    return [
      {
        kind: isDeadAddress({ code, words: words === '' ? (mail.text ?? '').slice(0, 1_000) : words })
          ? 'bounced'
          : 'softBounced',
        ...named,
      },
    ];
  });
}

/** A bounce of a system that speaks no RFC 3464 (qmail and others). Null when it does not look like one. */
function ownWordsIn(mail: Email): Verdict[] | null {
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? '';
  const subject = mail.subject ?? '';
  const from = mail.from?.address ?? '';
  const answers = /^(auto-replied|auto-generated)/i.test(header('auto-submitted')) && !isDaemon(from);
  if (answers || header('x-autoreply') !== '' || header('x-autorespond') !== '') return null;
  const failed = addressOf(header('x-failed-recipients')) ?? null;
  if (failed === null && !isDaemon(from) && !failureSubject.test(subject)) return null;
  const text = mail.text ?? '';
  const said = /^.*(?:\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b).*$/m.exec(text)?.[0] ?? '';
  const code = status.exec(said)?.[0] ?? '';
  const told = addressWordsIn(text);
  if (said === '' && failed === null && told === null) return null;
  const words = said === '' ? (told ?? subject) : said;
  return [
    {
      kind: isDeadAddress({ code, words: said === '' ? text.slice(0, 4_000) : said }) ? 'bounced' : 'softBounced',
      detail: words,
      ...(failed !== null && { recipient: failed }),
    },
  ];
}

const failureSubject =
  /undeliver|returned mail|delivery (status notification|failure|failed|problem)|mail delivery|failure notice|반송|전송 ?실패|배달되지 ?않|발송 ?실패|undelivered/i;

function isDaemon(address: string): boolean {
  return address === '' || /^(mailer-daemon|postmaster|mail-daemon|maildaemon)@/i.test(address);
}

function partOf(mail: Email, type: string): Attachment | undefined {
  return mail.attachments.find(({ mimeType }) => mimeType === type);
}

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

/** `name: value` of each line, names in lower case; folded lines are joined, of several the first counts. */
function fieldsOf(text: string): Fields {
  const fields: Fields = new Map();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).trim().toLowerCase();
    if (at > 0 && !fields.has(name)) fields.set(name, line.slice(at + 1).trim());
  }
  return fields;
}

/** `rfc822; ada@shop.example`, or only the address. */
function addressOf(field: string | undefined): string | null {
  const value = field?.replace(/^[\w-]+\s*;/, '').trim() ?? '';
  return addressesIn(value)[0] ?? null;
}

/** Anybody may write to the mailbox: whatever a header holds, it is read in one walk. */
function addressesIn(value: string): string[] {
  return value
    .split(/[\s<>,;:"()]+/)
    .filter((word) => word.indexOf('@') > 0 && !word.endsWith('@'))
    .slice(0, 50);
}
