import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { email } from './email.node.js';

const config = { subject: 'Hi {{ profile.first_name }}', body: '<p>Hi</p>' };

it('queues by email and has a way for those without an address', () => {
  expect(lowerNode(email, config).instructions).toEqual([
    { op: 'send', channel: 'email', queued: { port: 'queued', pc: 0 }, notReachable: { port: 'notReachable', pc: 0 } },
  ]);
});

it('keeps line breaks out of headers', () => {
  expect(email.parse({ ...config, subject: 'Hi\r\nBcc: all@example.com' })).toEqual({
    ok: false,
    problems: [{ path: 'subject', message: 'The subject must be on one line.' }],
  });
  expect(email.parse({ ...config, from: 'a@example.com\nX: y' })).toMatchObject({
    ok: false,
    problems: [{ path: 'from' }],
  });
  expect(email.parse({ ...config, preheader: 'a\nb' })).toMatchObject({ ok: false, problems: [{ path: 'preheader' }] });
});

it('asks for what is missing', () => {
  expect(email.parse({})).toEqual({
    ok: false,
    problems: [
      { path: 'subject', message: 'Subject is required.' },
      { path: 'body', message: 'Body is required.' },
    ],
  });
});
