import { describe, expect, it } from 'vitest';
import { checkEmail, checkPush, checkSms, checkWebhook } from './content-checks.js';
import { messageTitle } from './message-content.js';

const mail = { from: 'Shop <shop@example.com>', subject: 'Hi', preheader: '', html: '', text: '', unsubscribeUrl: '' };
const hook = { method: 'POST', url: 'https://example.com/hook', headers: [], body: '' };
const paths = ({ problems }: { problems: { path: string }[] }) => problems.map(({ path }) => path);

describe('rendered content', () => {
  it('of mails: no line breaks in headers, a sender that is one address', () => {
    expect(paths(checkEmail(mail))).toEqual([]);
    expect(paths(checkEmail({ ...mail, subject: 'Hi\r\nBcc: a@b.c' }))).toEqual(['subject']);
    expect(paths(checkEmail({ ...mail, from: 'Shop\n <shop@example.com>' }))).toEqual(['from']);
    for (const from of ['nobody', 'a@b, c@d', 'A <a@b> <c@d>', 'A <>', '<a@b', '']) expect(paths(checkEmail({ ...mail, from }))).toEqual(['from']);
    expect(paths(checkEmail({ ...mail, subject: '' }))).toEqual(['subject']);
  });
  it('of SMS and push', () => {
    expect(paths(checkSms({ text: '' }))).toEqual(['text']);
    expect(paths(checkPush({ title: 'Hi', body: '', link: 'myapp://cart/1', image: null }))).toEqual([]);
    for (const link of ['javascript:alert(1)', 'data:text/html,x', '/cart', 'https://']) expect(paths(checkPush({ title: 'Hi', body: '', link, image: null }))).toEqual(['link']);
    expect(paths(checkPush({ title: '', body: '', link: null, image: 'x.png' }))).toEqual(['title', 'image']);
  });
  it('of webhooks: no headers that decide how the request travels', () => {
    expect(paths(checkWebhook(hook))).toEqual([]);
    expect(paths(checkWebhook({ ...hook, method: 'TRACE', url: 'example.com' }))).toEqual(['method', 'url']);
    expect(paths(checkWebhook({ ...hook, headers: [{ name: 'Host', value: 'internal' }, { name: 'X-A', value: 'a\r\nX-B: b' }, { name: 'bad name', value: 'x' }, { name: 'X-Ok', value: 'fine' }] }))).toEqual(['headers[0].name', 'headers[1].value', 'headers[2].name']);
  });
  it('has a line for lists', () => {
    expect(messageTitle({ subject: 'Welcome' }, 'node')).toBe('Welcome');
    expect(messageTitle({ title: 'Sale' }, 'node')).toBe('Sale');
    expect(messageTitle({ text: 'x'.repeat(100) }, 'node')).toBe(`${'x'.repeat(79)}…`);
    expect(messageTitle({ method: 'POST', url: 'https://example.com/a?b' }, 'node')).toBe('POST example.com');
    expect(messageTitle(null, 'Welcome mail')).toBe('Welcome mail');
  });
});
