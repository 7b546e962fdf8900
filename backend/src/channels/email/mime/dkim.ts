import { createHash, createPrivateKey, createPublicKey, generateKeyPair, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Every header that says something, both of one-click unsubscribing among them (RFC 8058 4). `from` and `subject` are
 * signed once more than they are there, so that nobody adds a second one (RFC 6376 5.4.2).
 */
const signed = [
  'from',
  'to',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];
const oversigned = ['from', 'subject'];

export type DkimKey = { domain: string; selector: string; key: KeyObject };

/**
 * The mail with a DKIM signature before it (RFC 6376; Ed25519: RFC 8463), relaxed for headers and body. `mail` has lines
 * that end in CRLF.
 */
export function dkimSigned(mail: Buffer, { domain, selector, key }: DkimKey): Buffer {
  const split = mail.indexOf('\r\n\r\n');
  const headers = headersOf(mail.subarray(0, split).toString('latin1'));
  const names = signed.filter((name) => headers.some((header) => header.name === name));
  const bodyHash = createHash('sha256')
    .update(relaxedBody(mail.subarray(split + 4)))
    .digest('base64');
  const algorithm = key.asymmetricKeyType === 'ed25519' ? 'ed25519-sha256' : 'rsa-sha256';
  const unsigned = [
    `v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector}`,
    ` t=${Math.floor(Date.now() / 1_000)}`,
    ` h=${[...names, ...oversigned].join(':\r\n  ')}`,
    ` bh=${bodyHash}`,
    ' b=',
  ].join(';\r\n');
  const input = [
    ...names.map((name) => headers.findLast((header) => header.name === name)!).map(relaxedHeader),
    relaxedHeader({ name: 'dkim-signature', value: ` ${unsigned}` }),
  ].join('\r\n');
  const signature = signatureOf(Buffer.from(input, 'latin1'), key)
    .match(/.{1,72}/g)!
    .join('\r\n  ');
  return Buffer.concat([Buffer.from(`DKIM-Signature: ${unsigned}${signature}\r\n`), mail]);
}

/** RFC 8463 3: Ed25519 signs the hash; RSA hashes as part of PKCS #1. */
function signatureOf(input: Buffer, key: KeyObject): string {
  return key.asymmetricKeyType === 'ed25519'
    ? sign(null, createHash('sha256').update(input).digest(), key).toString('base64')
    : sign('sha256', input, key).toString('base64');
}

type Header = { name: string; value: string };

function headersOf(block: string): Header[] {
  return block.split(/\r\n(?![ \t])/).map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1) };
  });
}

/** RFC 6376 3.4.2 */
function relaxedHeader({ name, value }: Header): string {
  return `${name}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
}

/** RFC 6376 3.4.4. Most bodies are relaxed already and are not copied. */
function relaxedBody(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const relaxed = /[ \t](?:[ \t]|\r\n|$)|\t/.test(text)
    ? text.replace(/[ \t]+/g, ' ').replace(/ (?=\r\n|$)/g, '')
    : text;
  let end = relaxed.length;
  while (end >= 2 && relaxed.startsWith('\r\n', end - 2)) end -= 2;
  return end <= 0 ? Buffer.alloc(0) : Buffer.from(`${relaxed.slice(0, end)}\r\n`, 'latin1');
}

const generate = promisify(generateKeyPair);

/** A new RSA key of 2,048 bits, which every receiver can verify (RFC 8301), as PEM. */
export async function newDkimKey(): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: 2_048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/**
 * The key in a PEM, also in one that a form made a single line of. Null where it is no RSA or Ed25519 key that may sign:
 * receivers refuse RSA below 1,024 bits (RFC 8301 3.2).
 */
export function readDkimKey(pem: string): KeyObject | null {
  const [, label, base64] = /-----BEGIN ([A-Z ]+)-----([\s\S]+?)-----END/.exec(pem.replaceAll('\\n', '\n')) ?? [];
  if (label === undefined || base64 === undefined) return null;
  const lines =
    base64
      .replace(/\s+/g, '')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  let key: KeyObject;
  try {
    key = createPrivateKey(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
  } catch {
    return null;
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 1_024 ? key : null;
}

/** The TXT record of `<selector>._domainkey.<domain>` that belongs to a private key (RFC 6376 3.6.1, RFC 8463 4). */
export function dkimRecord(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return key.asymmetricKeyType === 'ed25519'
    ? `v=DKIM1; k=ed25519; p=${spki.subarray(-32).toString('base64')}`
    : `v=DKIM1; k=rsa; p=${spki.toString('base64')}`;
}
