import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiAddress } from './link-address.js';
import { escapeHtml } from '../platform/text/index.js';
import { mailDocument } from './mail-document.js';

const unsubscribeUrl = 'https://wend.example/t/u/x';
/** The bytes that an address means, once its escapes are read. A `%` that begins none is one. */
const meant = (address: string) =>
  Buffer.concat(
    (address.match(/%[0-9a-f]{2}|[\s\S]/giu) ?? []).map((each) =>
      each.length === 3 && each.startsWith('%') ? Buffer.from(each.slice(1), 'hex') : Buffer.from(each, 'utf8'),
    ),
  );

describe('an address in a header', () => {
  it.each([
    [
      'https://shop.example/상품?이름=한글',
      'https://shop.example/%EC%83%81%ED%92%88?%EC%9D%B4%EB%A6%84=%ED%95%9C%EA%B8%80',
    ],
    ['https://shop.example/café/ü?q=naïve', 'https://shop.example/caf%C3%A9/%C3%BC?q=na%C3%AFve'],
    ['https://shop.example/a b?q="x"', 'https://shop.example/a%20b?q=%22x%22'],
    ['https://shop.example/100%?a=%zz&b=%41', 'https://shop.example/100%25?a=%25zz&b=%41'],
    [
      'https://shop.example/?u=https://other.example/?a=1%26b=2&c[]=3#top',
      'https://shop.example/?u=https://other.example/?a=1%26b=2&c[]=3#top',
    ],
    ['https://bücher.example/é', 'https://xn--bcher-kva.example/%C3%A9'],
    ['https://SHOP.example:443/../a', 'https://SHOP.example:443/../a'],
    ['https://shop.example/😀', 'https://shop.example/%F0%9F%98%80'],
    ['myapp://angebot/größe?x=한', 'myapp://angebot/gr%C3%B6%C3%9Fe?x=%ED%95%9C'],
    ['sms:+491701234?body=Hallo du', 'sms:+491701234?body=Hallo%20du'],
    ['tel:+49 170 1234', 'tel:+49%20170%201234'],
    ['mailto:a@shop.example?subject=Grüße', 'mailto:a@shop.example?subject=Gr%C3%BC%C3%9Fe'],
    ['  https://shop.example/a\nb ', 'https://shop.example/ab'],
  ])('%j is written as %s', (address, written) => {
    expect(asciiAddress(address)).toBe(written);
  });

  it.each([
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/relative',
    '',
    'http://',
  ])('%j leads nowhere', (address) => {
    expect(asciiAddress(address)).toBeNull();
  });
});

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\\\t\r\n]/g, ''));
const target = fc
  .tuple(
    fc.constantFrom('https://shop.example', 'http://shop.example:8080', 'https://bücher.example', 'myapp://open'),
    word,
    word,
    word,
  )
  .map(
    ([base, path, query, fragment]) => `${base}/${path}?q=${query}&u=https://other.example/?a=${query}#${fragment}~`,
  );

describe('the way of a target through a mail', () => {
  it('gives the same bytes back from the link and in the text', () => {
    fc.assert(
      fc.property(target, (url) => {
        const { mail, warnings } = mailDocument({
          body: `<p><a href="${escapeHtml(url)}">Go</a></p>`,
          preheader: '',
          unsubscribeUrl,
        });
        expect(warnings).toEqual([]);
        const links = mail.parts.flatMap((part) => ('link' in part ? [part.link] : []));
        // Links of apps stay in the mail as they were written.
        const link = url.startsWith('http') ? links[0]! : url;
        const written = asciiAddress(link)!;
        expect(written).toMatch(/^[!-~]+$/);
        expect(URL.canParse(written)).toBe(true);
        const ascii = url.replace('bücher', 'xn--bcher-kva');
        expect(meant(written)).toEqual(meant(ascii));
        if (/^(?:%[0-9a-f]{2}|[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=])+$/i.test(ascii)) expect(written).toBe(ascii);
        // Once written it is written.
        expect(asciiAddress(written)).toBe(written);
        expect(mail.text.map((part) => (typeof part === 'string' ? part : part.link)).join('')).toContain(link);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['myapp://offer/1', 'sms:+49170?body=Hi', 'tel:+49170', 'whatsapp://send?text=x', 'mailto:a@b.example'])(
    'leaves %s in the mail as it was written',
    (url) => {
      const { mail, warnings } = mailDocument({
        body: `<p><a href="${escapeHtml(url)}">Go</a></p>`,
        preheader: '',
        unsubscribeUrl,
      });
      expect(warnings).toEqual([]);
      expect(mail.parts.map((part) => ('html' in part ? part.html : '')).join('')).toContain(
        `href="${escapeHtml(url)}"`,
      );
    },
  );
});
