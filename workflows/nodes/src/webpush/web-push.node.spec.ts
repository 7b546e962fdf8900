import { expect, it } from 'vitest';
import { webPush } from './web-push.node.js';

const config = { title: 'Hi', body: 'There' };

it('takes what steps had before, and all that browsers know', () => {
  expect(webPush.parse({ ...config, link: 'app://projects', image: 'https://example.com/p.png' })).toMatchObject({
    ok: true,
  });
  expect(
    webPush.parse({
      ...config,
      icon: '{{ entry.icon }}',
      actions: [{ label: 'Buy', link: 'https://example.com/{{ entry.id }}' }, { label: 'Later' }],
      urgency: 'high',
      ttlHours: 672,
      collapseKey: 'order-{{ entry.id }}',
      requireInteraction: true,
    }),
  ).toMatchObject({ ok: true });
});

it.each([
  [{ icon: 'icon.png' }, 'icon'],
  [{ actions: [{ label: 'a' }, { label: 'b' }, { label: 'c' }] }, 'actions'],
  [{ actions: [{ label: '' }] }, 'actions[0].label'],
  [{ actions: [{ label: 'a', link: 'app://buy' }] }, 'actions[0].link'],
  [{ urgency: 'now' }, 'urgency'],
  [{ ttlHours: 673 }, 'ttlHours'],
  [{ ttlHours: -1 }, 'ttlHours'],
])('refuses %j', (more, path) => {
  expect(webPush.parse({ ...config, ...more })).toMatchObject({ ok: false, problems: [{ path }] });
});
