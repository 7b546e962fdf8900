import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { webPush } from '../webpush/web-push.node.js';
import { push } from './push.node.js';

const config = { title: 'Hi', body: 'There' };

it('queues by its own channel', () => {
  expect(lowerNode(push, config).instructions).toMatchObject([{ op: 'send', channel: 'push' }]);
  expect(lowerNode(webPush, config).instructions).toMatchObject([{ op: 'send', channel: 'webpush' }]);
});

it.each([
  'https://example.com/a',
  'app://projects/1',
  '{{ entry.url }}',
  '{% if entry.url %}{{ entry.url }}{% endif %}',
  '',
])('opens “%s”', (link) => {
  expect(push.parse({ ...config, link })).toMatchObject({ ok: true });
});

it.each(['example.com', '/projects', 'javascript:alert(1)'])('does not open “%s”', (link) => {
  expect(push.parse({ ...config, link })).toMatchObject({ ok: false, problems: [{ path: 'link' }] });
});

it('takes pictures from the web only', () => {
  expect(push.parse({ ...config, image: 'app://picture' })).toMatchObject({ ok: false, problems: [{ path: 'image' }] });
  expect(push.parse({ ...config, image: 'https://example.com/p.png' })).toMatchObject({ ok: true });
});

it('takes all that phones know, each of it optional', () => {
  const full = {
    ...config,
    actions: [{ label: 'Buy', link: 'shop://buy' }, { label: 'Later' }],
    devices: 'last',
    priority: 'normal',
    ttlHours: 672,
    collapseKey: 'order-{{ entry.id }}',
    badge: 3,
    sound: 'default',
    androidChannel: 'offers',
    interruption: 'time-sensitive',
    data: [{ name: 'screen', value: 'cart' }],
  };
  expect(push.parse(full)).toMatchObject({ ok: true });
  expect(push.parse(config)).toMatchObject({ ok: true });
});

it.each([
  [{ ttlHours: 673 }, 'ttlHours'],
  [{ badge: -1 }, 'badge'],
  [{ actions: [{ label: 'a' }, { label: 'b' }, { label: 'c' }, { label: 'd' }] }, 'actions'],
  [{ actions: [{ label: '' }] }, 'actions[0].label'],
  [{ actions: [{ label: 'a', link: 'javascript:alert(1)' }] }, 'actions[0].link'],
  [{ interruption: 'loud' }, 'interruption'],
  ...['from', 'gcm.notification.x', 'google.c.a', 'wend', 'aps', 'Message_Type'].map(
    (name) => [{ data: [{ name, value: 'x' }] }, 'data[0].name'] as const,
  ),
  [
    {
      data: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    },
    'data',
  ],
])('refuses %j', (more, path) => {
  expect(push.parse({ ...config, ...more })).toMatchObject({ ok: false, problems: [{ path }] });
});
