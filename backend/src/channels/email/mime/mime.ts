import { randomBytes } from 'node:crypto';
import { encodedText, headerLine, mailboxText, parameter, wellFormed } from './header.js';
import type { Mailbox } from './header.js';
import { quotedPrintable } from './quoted-printable.js';

export type MailFile = {
  name: string;
  /** A media type such as `application/pdf`. */
  type: string;
  bytes: Buffer;
  /** Of an image that the HTML shows by `cid:…`. */
  cid?: string;
};

export type Mail = {
  id: string;
  date: Date;
  from: Mailbox;
  to: string;
  replyTo: Mailbox | null;
  subject: string;
  html: string;
  text: string;
  /** Others than these; of one line of ASCII each. */
  headers: Record<string, string>;
  images: MailFile[];
  attachments: MailFile[];
};

type Part = { headers: string[]; body: Buffer };

/**
 * A mail as it goes over the wire (RFC 5322, MIME): text and HTML as alternatives, images that the HTML shows beside it,
 * attachments around. There is no Cc and no Bcc: each person's mail is theirs alone.
 */
export function mimeOf(mail: Mail): Buffer {
  const alternatives = [...(mail.text === '' ? [] : [textPart('plain', mail.text)]), htmlPart(mail)];
  const letter = alternatives.length === 1 ? alternatives[0]! : multipart('alternative', alternatives);
  const whole =
    mail.attachments.length === 0
      ? letter
      : multipart('mixed', [letter, ...mail.attachments.map((file) => filePart('attachment', file))]);
  const headers = [
    headerLine('From', mailboxText(mail.from)),
    headerLine('To', mail.to),
    ...(mail.replyTo ? [headerLine('Reply-To', mailboxText(mail.replyTo))] : []),
    headerLine('Subject', encodedText(mail.subject)),
    headerLine('Date', mail.date.toUTCString().replace('GMT', '+0000')),
    headerLine('Message-ID', messageId(mail)),
    ...Object.entries(mail.headers).map(([name, value]) => headerLine(name, value)),
    'MIME-Version: 1.0',
    ...whole.headers,
  ];
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), whole.body]);
}

/** The same on every attempt: mail systems that compare ids drop a repeat. */
function messageId({ id, from }: Pick<Mail, 'id' | 'from'>): string {
  return `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`;
}

function htmlPart({ html, images }: Mail): Part {
  const part = textPart('html', html);
  if (images.length === 0) return part;
  return multipart('related', [part, ...images.map((file) => filePart('inline', file))], 'text/html');
}

/** Quoted-printable where most of it can be read as it is, else base64. Text has the line ends of mail. */
function textPart(kind: 'plain' | 'html', text: string): Part {
  const lines = wellFormed(text).replace(/\r\n|\r|\n/g, '\r\n');
  const bytes = Buffer.from(lines);
  const readable = bytes.length - lines.length < bytes.length / 6;
  return {
    headers: [
      `Content-Type: text/${kind}; charset=utf-8`,
      `Content-Transfer-Encoding: ${readable ? 'quoted-printable' : 'base64'}`,
    ],
    body: readable ? quotedPrintable(bytes) : base64(bytes),
  };
}

const lineLength = 76;

function filePart(disposition: 'attachment' | 'inline', { name, type, bytes, cid }: MailFile): Part {
  const field = (value: string, parameters: string[]) => [value, ...parameters].join(';\r\n ');
  return {
    headers: [
      // Old clients read the name here.
      `Content-Type: ${field(type, parameter('name', name).slice(0, 1))}`,
      'Content-Transfer-Encoding: base64',
      ...(cid === undefined ? [] : [`Content-ID: <${cid}>`]),
      `Content-Disposition: ${field(disposition, parameter('filename', name))}`,
    ],
    body: base64(bytes),
  };
}

function base64(bytes: Buffer): Buffer {
  const text = bytes.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function multipart(kind: 'alternative' | 'related' | 'mixed', parts: Part[], root?: string): Part {
  // Neither quoted-printable nor base64 has `=_` (RFC 2045 6.7), so no body can hold the boundary.
  const boundary = `=_${randomBytes(15).toString('base64url')}`;
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  const type = root === undefined ? '' : `;\r\n type="${root}"`;
  return {
    headers: [`Content-Type: multipart/${kind};\r\n boundary="${boundary}"${type}`],
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
