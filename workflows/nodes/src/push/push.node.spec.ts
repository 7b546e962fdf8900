import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { webPush } from '../web-push/web-push.node.js';
import { push } from './push.node.js';

const config = { title: 'Hi', body: 'There' };

it('queues by its own channel', () => {
  expect(lowerNode(push, config).instructions).toMatchObject([{ op: 'send', channel: 'push' }]);
  expect(lowerNode(webPush, config).instructions).toMatchObject([{ op: 'send', channel: 'webpush' }]);
});

it.each(['https://example.com/a', 'app://projects/1', '{{ entry.url }}', '{% if entry.url %}{{ entry.url }}{% endif %}', ''])('opens “%s”', (link) => {
  expect(push.parse({ ...config, link })).toMatchObject({ ok: true });
});

it.each(['example.com', '/projects', 'javascript:alert(1)'])('does not open “%s”', (link) => {
  expect(push.parse({ ...config, link })).toMatchObject({ ok: false, problems: [{ path: 'link' }] });
});

it('takes pictures from the web only', () => {
  expect(push.parse({ ...config, image: 'app://picture' })).toMatchObject({ ok: false, problems: [{ path: 'image' }] });
  expect(push.parse({ ...config, image: 'https://example.com/p.png' })).toMatchObject({ ok: true });
});
