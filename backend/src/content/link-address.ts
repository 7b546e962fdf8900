import { domainToASCII } from 'node:url';

/** Schemes that run code, read files or hold a document of their own: no link of a message leads there. */
const unsafeSchemes = new Set(['javascript', 'data', 'vbscript', 'file', 'blob', 'about', 'filesystem', 'view-source']);

/**
 * The scheme of an address in small letters, or undefined; white space and control characters count as browsers count
 * them ("java\nscript:" runs).
 */
export function schemeOf(address: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[\u0000-\u0020]/g, ''))?.[1]?.toLowerCase();
}

export function isUnsafeScheme(scheme: string): boolean {
  return unsafeSchemes.has(scheme);
}

const unit = /%[0-9a-f]{2}|[\s\S]/giu;
/**
 * RFC 3986: unreserved and reserved characters. Brackets too: browsers send them as they are, and servers sign them so.
 */
const kept = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]$/;

/**
 * An address as a header or a plain text can carry it: ASCII, one word. What is valid stays byte for byte; every other
 * character becomes the escapes of its UTF-8 bytes, a host its ASCII form (RFC 3987, IDNA), a `%` that begins no escape
 * `%25`. Null for what leads nowhere or may not.
 */
export function asciiAddress(address: string): string | null {
  // Browsers drop these wherever they stand in a link.
  const bare = address.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$|[\t\r\n]/g, '');
  const scheme = schemeOf(bare);
  if (scheme === undefined || isUnsafeScheme(scheme)) return null;
  const written = withAsciiHost(Buffer.from(bare, 'utf8').toString('utf8'), scheme).replace(unit, (each) =>
    each.length === 3 && each.startsWith('%') ? each : kept.test(each) ? each : escaped(each),
  );
  if (URL.canParse(written)) return written;
  return URL.canParse(bare) ? new URL(bare).href : null;
}

function withAsciiHost(address: string, scheme: string): string {
  if (scheme !== 'http' && scheme !== 'https') return address;
  const authority = /^([a-z]+:\/\/)([^/?#\\]*@)?([^/?#\\@:]+)/i.exec(address);
  if (!authority) return address;
  const [whole, start = '', user = '', host = ''] = authority;
  const ascii = /^[\u0021-\u007e]+$/.test(host) ? host : domainToASCII(host);
  return ascii === '' ? address : `${start}${user}${ascii}${address.slice(whole.length)}`;
}

function escaped(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
