import { checkConfig, portsOf } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { webhook } from './webhook.node.js';

const config = { method: 'POST', url: 'https://api.example.com/{{ profile.external_id }}', headers: [], body: '' };

it('has one way out: a web address can always be reached for', () => {
  expect(lowerNode(webhook, config).instructions).toEqual([
    { op: 'send', channel: 'webhook', queued: { port: 'queued', pc: 0 } },
  ]);
});

it.each(['ftp://example.com', 'example.com', 'file:///etc/passwd'])(
  'does not call “%s”, also when only the manifest is known',
  (url) => {
    const problem = { path: 'url', message: 'Enter a full web address that starts with https:// or http://.' };
    expect(webhook.parse({ ...config, url })).toEqual({ ok: false, problems: [problem] });
    expect(checkConfig({ manifest: webhook.manifest, config: { ...config, url } })).toEqual({
      ok: false,
      problems: [problem],
    });
  },
);

it('takes an address made by Liquid, and fills in what has defaults', () => {
  expect(webhook.parse({ url: '{{ entry.callback }}' })).toEqual({
    ok: true,
    config: { method: 'POST', url: '{{ entry.callback }}', headers: [], body: '', response: false },
  });
});

it('keeps headers from breaking the request', () => {
  expect(webhook.parse({ ...config, headers: [{ name: 'X Y', value: '1' }] })).toMatchObject({
    ok: false,
    problems: [{ path: 'headers[0].name' }],
  });
  expect(webhook.parse({ ...config, headers: [{ name: 'X-A', value: '1\r\nHost: evil' }] })).toMatchObject({
    ok: false,
    problems: [{ path: 'headers[0].value', message: 'A header value must be on one line.' }],
  });
});

it('holds people until it is answered when later steps want the response', () => {
  const { instructions } = lowerNode(webhook, { ...config, response: true });
  expect(instructions.map(({ op }) => op)).toEqual(['send', 'waitFor']);
  const ports = (response: boolean) => portsOf(webhook.manifest, { ...config, response }).map(({ id }) => id);
  expect([ports(false), ports(true)]).toEqual([['queued'], ['queued', 'failed']]);
});
