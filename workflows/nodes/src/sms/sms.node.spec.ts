import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { sms } from './sms.node.js';

it('queues by SMS', () => {
  expect(lowerNode(sms, { text: 'Hello' }).instructions).toEqual([
    { op: 'send', channel: 'sms', queued: { port: 'queued', pc: 0 }, notReachable: { port: 'notReachable', pc: 0 } },
  ]);
});

it('queues for everybody when the template looks addresses up', () => {
  const template = { id: 't', lookUp: true, fields: {} };
  expect(lowerNode(sms, { text: '', template }).instructions).toEqual([
    { op: 'send', channel: 'sms', queued: { port: 'queued', pc: 0 } },
  ]);
});

it('needs no text beside a template', () => {
  expect(sms.parse({ text: '', template: { id: 't', fields: { message: 'Hi {{ profile.name }}' } } }).ok).toBe(true);
});

it('needs a text of a length that providers take', () => {
  expect(sms.parse({ text: '  ' })).toEqual({ ok: false, problems: [{ path: 'text', message: 'Text is required.' }] });
  expect(sms.parse({ text: 'x'.repeat(1_601) })).toEqual({
    ok: false,
    problems: [{ path: 'text', message: 'Text can have at most 1,600 characters.' }],
  });
});
