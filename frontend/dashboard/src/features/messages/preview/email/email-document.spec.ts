import { describe, expect, it } from 'vitest';
import { mailbox, prettyBody, webUrl, webhookContent } from '../content';
import { emailDocument } from './email-document';

const light = (html: string) => emailDocument({ html, scheme: 'light' });

describe('a mail in a frame', () => {
  it('opens links in a new tab and keeps the doctype first', () => {
    const html = light(
      '<!doctype html>\n<html lang="en"><head><title>x</title></head><body><a href="https://a.example">a</a></body></html>',
    );
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('<head><base target="_blank">');
  });
  it('wraps a fragment', () => {
    expect(light('<p>Hi</p>')).toMatch(/^<!doctype html><base target="_blank">.*<p>Hi<\/p>$/);
  });
  it('leaves out the pixel that counts openings, and only that', () => {
    const html = light(
      '<body><img src="https://shop.example/a.png"><img src="http://localhost:3000/t/o/abc.def.gif" width="1"></body>',
    );
    expect(html).toContain('a.png');
    expect(html).not.toContain('/t/o/');
  });
  it('shows the scheme that was asked for, whatever the viewer has', () => {
    const mail = '<style>@media screen and (prefers-color-scheme:dark) { a { color: red } }</style>';
    expect(emailDocument({ html: mail, scheme: 'light' })).toContain('screen and (max-width: 0px)');
    expect(emailDocument({ html: mail, scheme: 'dark' })).toContain('screen and (min-width: 0px)');
  });
  it("does not let a mail's own base win", () => {
    expect(light('<head><base target="_top" href="https://evil.example"></head>').match(/<base/g)).toHaveLength(1);
  });
});

describe('parts of a message', () => {
  it('reads mailboxes', () => {
    expect(mailbox('"Acme Shop" <hello@acme.test>')).toEqual({ name: 'Acme Shop', address: 'hello@acme.test' });
    expect(mailbox('hello@acme.test')).toEqual({ name: 'hello@acme.test', address: 'hello@acme.test' });
  });
  it('never makes a link of a script', () => {
    expect(webUrl('javascript:alert(1)')).toBeNull();
    expect(webUrl('https://acme.test/a')).toBe('https://acme.test/a');
  });
  it('indents JSON bodies and leaves others', () => {
    expect(prettyBody('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyBody('a=1')).toBe('a=1');
  });
  it('survives content of another shape', () => {
    expect(webhookContent({ headers: [null], url: 3 })).toEqual({
      method: 'POST',
      url: '3',
      headers: [{ name: '', value: '' }],
      body: '',
    });
  });
});
