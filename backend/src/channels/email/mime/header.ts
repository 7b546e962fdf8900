import { domainToASCII } from 'node:url';

/** The longest encoded word is 75 characters (RFC 2047 2), of which `=?UTF-8?B??=` are 12: 60 of base64 are 45 bytes. */
const wordBytes = 45;
const lineLength = 76;

export type Mailbox = { name: string; address: string };

/**
 * Text for a header: as it is where it is plain, else as encoded words. Each holds whole characters (RFC 2047 5), and
 * where it can be whole ones as people see them: a family emoji is not cut, though it is of several code points.
 */
export function encodedText(text: string): string {
  return isPlain(text) ? text : words(text).join(' ');
}

/** Whether a header may hold it as it is. What looks like an encoded word would be decoded. */
function isPlain(text: string): boolean {
  return /^[\u0020-\u007e]*$/.test(text) && !text.includes('=?') && text.trim() === text && !text.includes('  ');
}

function words(text: string): string[] {
  const words: Buffer[] = [];
  let word: Buffer = Buffer.alloc(0);
  for (const piece of pieces(text)) {
    if (word.length > 0 && word.length + piece.length > wordBytes) {
      words.push(word);
      word = piece;
    } else word = Buffer.concat([word, piece]);
  }
  return [...words, word].map((bytes) => `=?UTF-8?B?${bytes.toString('base64')}?=`);
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

function pieces(text: string): Buffer[] {
  return [...graphemes.segment(wellFormed(text))].flatMap(({ segment }) => {
    const whole = Buffer.from(segment);
    return whole.length <= wordBytes ? [whole] : [...segment].map((character) => Buffer.from(character));
  });
}

/** `Name <address>` in its parts; null when it is not one mailbox. */
export function readMailbox(text: string): Mailbox | null {
  const parts = /^([^<>]*)<([^<>]+)>$/.exec(text.trim());
  const address = (parts?.[2] ?? text).trim();
  if (!/^[^\s@<>",;:]+@[^\s@<>",;:]+$/.test(address)) return null;
  const name = (parts?.[1] ?? '').trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(name)?.[1]?.replace(/\\(.)/g, '$1');
  return { name: quoted ?? name, address: asciiDomain(address) };
}

/** As a From, To or Reply-To header has it (RFC 5322 3.4). */
export function mailboxText({ name, address }: Mailbox): string {
  if (name === '') return address;
  return `${phrase(name)} <${address}>`;
}

function phrase(name: string): string {
  if (!isPlain(name)) return words(name).join(' ');
  return /^[\w ]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** Names of domains in other scripts are written as in DNS; what is no domain stays as it is. */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return /^[\u0020-\u007e]+$/.test(domain) ? address : `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/**
 * One header, folded at its spaces to lines of 76 characters where that can be (RFC 5322 2.2.3). Refuses line breaks: with
 * one, data would write headers of its own.
 */
export function headerLine(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error(`The header ${name} must not contain a line break.`);
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of value.split(' ')) {
    if (line.length + 1 + word.length > lineLength && line !== `${name}:` && word !== '') {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\r\n');
}

/** A parameter of a header that holds any text: plain, and in UTF-8 for those who read RFC 2231. */
export function parameter(name: string, value: string): string[] {
  const plain = wellFormed(value).replace(/[^\u0020-\u007e]+/g, '_');
  const quoted = `${name}="${plain.replace(/["\\]/g, '\\$&')}"`;
  if (plain === value) return [quoted];
  const encoded = encodeURIComponent(wellFormed(value)).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [quoted, `${name}*=UTF-8''${encoded}`];
}

/** Halves of characters become U+FFFD: UTF-8 has no others. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
