import { describe, expect, it } from 'vitest';
import type { MessageProblem } from '@wend/node-sdk';
import { emailProblems } from './email/email.channel.js';
import { notificationProblems } from './push/notification.js';
import { smsProblems } from './sms/sms.channel.js';
import { bodyEscape, webhookProblems } from './webhook/webhook.channel.js';

const mail = { from: 'Shop <shop@example.com>', subject: 'Hi', preheader: '', html: '', text: '', unsubscribeUrl: '' };
const hook = { method: 'POST', url: 'https://example.com/hook', headers: [], body: '' };
const paths = (problems: MessageProblem[]) => problems.map(({ path }) => path);

describe('rendered content', () => {
  it('of mails: no line breaks in headers, a sender that is one address', () => {
    expect(paths(emailProblems(mail))).toEqual([]);
    expect(paths(emailProblems({ ...mail, subject: 'Hi\r\nBcc: a@b.c' }))).toEqual(['subject']);
    expect(paths(emailProblems({ ...mail, from: 'Shop\n <shop@example.com>' }))).toEqual(['from']);
    for (const from of ['nobody', 'a@b, c@d', 'A <a@b> <c@d>', 'A <>', '<a@b', ''])
      expect(paths(emailProblems({ ...mail, from }))).toEqual(['from']);
    expect(paths(emailProblems({ ...mail, subject: '' }))).toEqual(['subject']);
  });
  it('of SMS and push', () => {
    expect(paths(smsProblems({ text: '' }))).toEqual(['text']);
    expect(paths(notificationProblems({ title: 'Hi', body: '', link: 'myapp://cart/1', image: null }))).toEqual([]);
    for (const link of ['javascript:alert(1)', 'data:text/html,x', '/cart', 'https://'])
      expect(paths(notificationProblems({ title: 'Hi', body: '', link, image: null }))).toEqual(['link']);
    expect(paths(notificationProblems({ title: '', body: '', link: null, image: 'x.png' }))).toEqual([
      'title',
      'image',
    ]);
  });
  it('of webhooks: no headers that decide how the request travels', () => {
    expect(paths(webhookProblems(hook))).toEqual([]);
    expect(paths(webhookProblems({ ...hook, method: 'TRACE', url: 'example.com' }))).toEqual(['method', 'url']);
    expect(
      paths(
        webhookProblems({
          ...hook,
          headers: [
            { name: 'Host', value: 'internal' },
            { name: 'X-A', value: 'a\r\nX-B: b' },
            { name: 'bad name', value: 'x' },
            { name: 'X-Ok', value: 'fine' },
          ],
        }),
      ),
    ).toEqual(['headers[0].name', 'headers[1].value', 'headers[2].name']);
  });
});

describe('the body of a webhook', () => {
  it('is known by the content type, or by how a body begins', () => {
    const of = (type: string | null, body = '') =>
      bodyEscape({ headers: type === null ? [] : [{ name: 'content-Type', value: type }], body });
    expect([
      of('application/json; charset=utf-8'),
      of('application/vnd.api+json'),
      of('application/x-www-form-urlencoded'),
      of('text/xml'),
      of('text/plain'),
      of('text/plain', '{'),
    ]).toEqual(['json', 'json', 'form', 'html', 'none', 'none']);
    expect([
      of(null, ' { "a": 1 }'),
      of(null, '[{{ x | json }}]'),
      of(null, '{{ x }}'),
      of(null, '{% if x %}'),
      of(null, 'hello'),
    ]).toEqual(['json', 'json', 'none', 'none', 'none']);
    expect([
      of(null, '{% assign n = profile.name %}\n{ "name": "{{ n }}" }'),
      of(null, '{%- if x -%} [{{ x }}]{% endif %}'),
      of(null, '{% if x %}Hi {{ x }}{% endif %}'),
      of(null, '{% assign p = x %}{{ p | json }}'),
    ]).toEqual(['json', 'json', 'none', 'none']);
  });
});
