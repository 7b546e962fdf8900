import { createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * A verifier of DKIM (RFC 6376, RFC 8463) as a receiver has it, made from the text of the standards and of nothing that
 * signs here; relaxed/relaxed alone. `dns` has the TXT records. Says why a mail does not verify; null when it does.
 */
export function dkimProblem(mail: Buffer, dns: Record<string, string>): string | null {
  const [head = '', ...rest] = mail.toString('latin1').split('\r\n\r\n');
  const headers = head.split(/\r\n(?=\S)/).map((line) => ({
    name: line.slice(0, line.indexOf(':')).toLowerCase().trim(),
    value: line.slice(line.indexOf(':') + 1),
  }));
  const signature = headers.find(({ name }) => name === 'dkim-signature');
  if (!signature) return 'no signature';
  const tags = tagsOf(signature.value);
  if (tags['v'] !== '1' || tags['c'] !== 'relaxed/relaxed') return 'an unknown version or canonicalization';
  const key = keyOf(dns[`${tags['s']}._domainkey.${tags['d']}`]);
  if (!key) return `no key at ${tags['s']}._domainkey.${tags['d']}`;
  const body = rest
    .join('\r\n\r\n')
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (body.at(-1) === '') body.pop();
  const hash = createHash('sha256')
    .update(body.map((line) => `${line}\r\n`).join(''), 'latin1')
    .digest('base64');
  if (hash !== tags['bh']?.replace(/\s/g, '')) return 'the body was changed';
  const left = [...headers];
  const names = tags['h']!.split(':').map((name) => name.trim().toLowerCase());
  if (!names.includes('from')) return 'From is not signed';
  const lines = names.flatMap((wanted) => {
    const at = left.findLastIndex(({ name }) => name === wanted);
    return at === -1 ? [] : left.splice(at, 1).map(relaxed);
  });
  const unsigned = relaxed({ ...signature, value: signature.value.replace(/(\bb=)[^;]*/, '$1') });
  const input = Buffer.from([...lines.map((line) => `${line}\r\n`), unsigned].join(''), 'latin1');
  const given = Buffer.from(tags['b']!.replace(/\s/g, ''), 'base64');
  const right =
    tags['a'] === 'ed25519-sha256'
      ? verify(null, createHash('sha256').update(input).digest(), key, given)
      : tags['a'] === 'rsa-sha256' && verify('sha256', input, key, given);
  return right ? null : 'the headers were changed';
}

/** The names of the headers that the first signature of a mail covers. */
export function signedHeaders(mail: Buffer): string[] {
  const value = /^DKIM-Signature:((?:.|\r\n[ \t])*)/m.exec(mail.toString('latin1'))![1]!;
  const { h = '' } = tagsOf(value);
  return h.split(':').map((name) => name.trim());
}

function relaxed({ name, value }: { name: string; value: string }): string {
  return `${name}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
}

function tagsOf(value: string): Record<string, string> {
  return Object.fromEntries(
    value.split(';').map((tag) => {
      const at = tag.indexOf('=');
      return [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
    }),
  );
}

function keyOf(record: string | undefined): KeyObject | null {
  if (record === undefined) return null;
  const { k = 'rsa', p = '' } = tagsOf(record);
  const bytes = Buffer.from(p, 'base64');
  const spki = k === 'ed25519' ? Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]) : bytes;
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}
