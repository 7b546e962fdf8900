import { randomBytes, randomInt } from 'node:crypto';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { encodedText, headerLine, mailboxText, readMailbox } from './header.js';
import { mimeOf } from './mime.js';
import type { Mail } from './mime.js';

const letter: Mail = {
  id: '1f0c1f3e-9c9c-4b5e-8f2e-0c1d2e3f4a5b',
  date: new Date('2026-03-01T09:00:00Z'),
  from: { name: 'Shop', address: 'shop@example.com' },
  to: 'ann@example.net',
  replyTo: null,
  subject: 'Hi',
  html: '<p>Hi</p>',
  text: 'Hi',
  headers: {},
  images: [],
  attachments: [],
};
const wire = (change: Partial<Mail>) => mimeOf({ ...letter, ...change });
const read = (change: Partial<Mail>) => PostalMime.parse(wire(change));
const strict = new TextDecoder('utf-8', { fatal: true });

/** Each word by itself, as RFC 2047 has it read: half a character throws. */
const decoded = (text: string) =>
  text
    .split(' ')
    .map((word) => strict.decode(Buffer.from(/^=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=$/.exec(word)![1]!, 'base64')))
    .join('');

describe('headers', () => {
  const alphabet = [
    'a',
    ' ',
    '  ',
    'é',
    '한',
    '글',
    '각',
    '日',
    '𠮷',
    '𞤀',
    '🎉',
    '👨‍👩‍👧‍👦',
    '🏳️‍🌈',
    '🇰🇷',
    'ا',
    '=?',
    '"',
    ',',
    '\u{1d11e}',
  ];
  it('hold whole characters in each encoded word, of no more than 75 characters', () => {
    for (let round = 0; round < 3_000; round += 1) {
      const text = `한${Array.from({ length: randomInt(80) }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
      const encoded = encodedText(text);
      expect(decoded(encoded)).toBe(text);
      for (const word of encoded.split(' ')) expect(word.length).toBeLessThanOrEqual(75);
    }
  });
  it('do not cut what people see as one character, unless it is longer than a word', () => {
    const family = '👨‍👩‍👧‍👦';
    for (const word of encodedText(family.repeat(9)).split(' ')) expect(decoded(word)).toBe(family);
    const endless = `e${'\u0301'.repeat(200)}`;
    expect(decoded(encodedText(endless))).toBe(endless);
  });
  it('stay readable where they are plain, and are encoded where they would be taken for something else', () => {
    expect(encodedText('Your order, #12')).toBe('Your order, #12');
    for (const text of ['=?UTF-8?B?SGk=?=', ' Hi', 'a  b']) expect(decoded(encodedText(text))).toBe(text);
    expect(encodedText('half \ud83d')).not.toContain('\ud83d');
  });
  it('are folded, and take no line break', () => {
    const line = headerLine('Subject', 'word '.repeat(40).trim());
    expect(line.split('\r\n').every((each) => each.length <= 76)).toBe(true);
    expect(line.replace(/\r\n/g, '')).toBe(`Subject: ${'word '.repeat(40).trim()}`);
    for (const value of ['a\r\nBcc: all@example.com', 'a\nb', 'a\rb', 'a\0b'])
      expect(() => headerLine('Subject', value)).toThrow('must not contain a line break');
    expect(() => wire({ replyTo: { name: '', address: 'a@b.c\r\nBcc: x@y.z' } })).toThrow('line break');
  });
  it.each([
    ['shop@example.com', { name: '', address: 'shop@example.com' }, 'shop@example.com'],
    ['Shop <shop@example.com>', { name: 'Shop', address: 'shop@example.com' }, 'Shop <shop@example.com>'],
    ['"Shop, Inc." <s@e.com>', { name: 'Shop, Inc.', address: 's@e.com' }, '"Shop, Inc." <s@e.com>'],
    ['Say "Hi" <s@e.com>', { name: 'Say "Hi"', address: 's@e.com' }, '"Say \\"Hi\\"" <s@e.com>'],
    ['민지 <s@한국.kr>', { name: '민지', address: 's@xn--3e0b707e.kr' }, '=?UTF-8?B?66+87KeA?= <s@xn--3e0b707e.kr>'],
  ])('mailbox %s', (text, mailbox, written) => {
    expect(readMailbox(text)).toEqual(mailbox);
    expect(mailboxText(mailbox)).toBe(written);
  });
  it.each(['', 'Shop', 'a@b, c@d', '<a@b> <c@d>', 'a@b>', 'Shop <a b@c>'])('“%s” is not one mailbox', (text) => {
    expect(readMailbox(text)).toBeNull();
  });
});

describe('a mail', () => {
  it('gives back everything that was put in, of any script', async () => {
    const change = {
      from: { name: '민지, "상점" 🎉', address: 'shop@example.com' },
      replyTo: { name: 'Hélp', address: 'help@example.com' },
      subject: '안녕하세요 𠮷野家 🎉 '.repeat(12).trim(),
      html: `<p>Привет = ${'ж'.repeat(200)}</p>\n<img src="cid:a@wend">\n. dot\n`,
      text: 'Hi =20 \t\n.\nend ',
      headers: { 'List-Unsubscribe': `<https://wend.example/t/u/${'x'.repeat(150)}>` },
      images: [{ name: 'logo.png', type: 'image/png', bytes: randomBytes(3_000), cid: 'a@wend' }],
      attachments: [
        { name: '청구서 (2026) "최종".pdf', type: 'application/pdf', bytes: randomBytes(9_999) },
        { name: 'empty.txt', type: 'text/plain', bytes: Buffer.alloc(0) },
      ],
    };
    const mail = await read(change);
    expect({ from: mail.from, replyTo: mail.replyTo, subject: mail.subject }).toEqual({
      from: change.from,
      replyTo: [change.replyTo],
      subject: change.subject,
    });
    expect(mail.html?.replaceAll('\r\n', '\n').trimEnd()).toBe(change.html.trimEnd());
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(change.text.trimEnd());
    expect(
      mail.attachments.map(({ filename, mimeType, disposition, contentId, content }) => ({
        filename,
        mimeType,
        disposition,
        contentId,
        bytes: Buffer.from(content as ArrayBuffer).toString('hex'),
      })),
    ).toEqual(
      [...change.images, ...change.attachments].map((file) => ({
        filename: file.name,
        mimeType: file.type,
        disposition: 'cid' in file ? 'inline' : 'attachment',
        contentId: 'cid' in file ? '<a@wend>' : undefined,
        bytes: file.bytes.toString('hex'),
      })),
    );
    expect(mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe(change.headers['List-Unsubscribe']);
    expect(mail).not.toHaveProperty('cc');
  });

  it('is of ASCII, and of lines that end in CRLF and are short, whatever is in it', () => {
    for (let round = 0; round < 200; round += 1) {
      const noise = randomBytes(randomInt(3_000))
        .toString(round % 2 === 0 ? 'utf8' : 'latin1')
        .replace(/\0/g, '');
      const source = wire({ html: noise, text: noise }).toString('latin1');
      expect(source).toMatch(/^(?:[\x20-\x7e\t]{0,998}\r\n)*$/);
      const [, ...bodies] = source.split('\r\n\r\n');
      for (const line of bodies.join('\r\n').split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
    }
  });

  it('holds text that reads as it was written', async () => {
    for (const text of [
      'a',
      ' ',
      'x'.repeat(75),
      'x'.repeat(76),
      'x'.repeat(77),
      `${'x'.repeat(74)} \nnext`,
      '=\n=3D',
      'é'.repeat(100),
      `abc ${'é'.repeat(3)} ${'plain '.repeat(60)}`,
    ]) {
      const mail = await read({ text, html: text });
      expect(mail.text?.replace(/\n$/, '')).toBe(text);
      expect(mail.html?.replace(/\n$/, '')).toBe(text);
    }
  });
});
