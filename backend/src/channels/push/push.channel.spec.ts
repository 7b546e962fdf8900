import type { JsonObject } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { pushChannel } from './push.channel.js';

const report = 'https://wend.example/t/p/token';
function compose(config: JsonObject, { given = {}, settings = {}, preview = false } = {}) {
  const templates = pushChannel.templates({ title: 'Hi', body: 'There', ...config });
  const values = Object.fromEntries(Object.entries(templates).map(([path, { source }]) => [path, source]));
  return pushChannel.compose({
    config: { title: 'Hi', body: 'There', ...config },
    values: { ...values, ...given },
    links: {
      unsubscribe: 'https://wend.example/t/u/x',
      click: (url) => url,
      shorten: (text) => text,
      open: () => null,
      report: () => (preview ? null : report),
    },
    settings,
    publicUrl: 'https://wend.example',
  });
}

describe('a push', () => {
  it('that says only what it did before stays as it was, with where its app reports', () => {
    expect(compose({}, { preview: true })).toEqual({
      content: { title: 'Hi', body: 'There', link: null, image: null },
      problems: [],
    });
    expect(compose({}).content['report']).toBe(report);
  });

  it('has all that its step says, with what templates came to', () => {
    const { content, problems } = compose(
      {
        link: 'https://shop.example',
        actions: [{ label: 'Buy', link: 'shop://buy/{{ entry.id }}' }, { label: 'Later' }],
        badge: 0,
        sound: 'ping',
        collapseKey: 'order-{{ entry.id }}',
        ttlHours: 0.5,
        priority: 'normal',
        androidChannel: 'offers',
        interruption: 'passive',
        devices: 'last',
        data: [{ name: 'screen', value: '{{ entry.screen }}' }],
      },
      {
        preview: true,
        given: { 'actions[0].link': 'shop://buy/7', collapseKey: 'order-7', 'data[0].value': 'cart' },
      },
    );
    expect(problems).toEqual([]);
    expect(content).toEqual({
      title: 'Hi',
      body: 'There',
      link: 'https://shop.example',
      image: null,
      actions: [
        { label: 'Buy', link: 'shop://buy/7' },
        { label: 'Later', link: null },
      ],
      badge: 0,
      sound: 'ping',
      collapseKey: 'order-7',
      ttlSeconds: 1_800,
      priority: 'normal',
      androidChannel: 'offers',
      interruption: 'passive',
      devices: 'last',
      data: { screen: 'cart' },
    });
  });

  it('names the field of what is wrong for this person', () => {
    const { problems } = compose(
      { actions: [{ label: '{{ profile.x }}', link: '{{ entry.link }}' }], collapseKey: '{{ entry.key }}' },
      { given: { 'actions[0].label': ' ', 'actions[0].link': 'javascript:x', collapseKey: 'ü'.repeat(33) } },
    );
    expect(problems.map(({ path }) => path)).toEqual(['actions[0].label', 'actions[0].link', 'collapseKey']);
  });

  it.each([
    ['body', { body: 'ü'.repeat(2_000) }],
    ['data', { data: [{ name: 'k', value: 'x'.repeat(4_000) }] }],
    [
      'actions',
      { actions: [{ label: 'Go', link: `https://shop.example/${'a'.repeat(1_950)}` }, { label: 'x'.repeat(2_100) }] },
    ],
  ])('that phones would not take is held back: %s', (path, config) => {
    const { problems } = compose(config as JsonObject);
    expect(problems).toEqual([
      { path, message: expect.stringMatching(/^makes the notification 4,\d{3} bytes; phones take 4,096/) },
    ]);
  });

  it('takes as many bytes as there are', () => {
    expect(compose({ body: 'x'.repeat(2_900) }).problems).toEqual([]);
    // An app that draws it itself gets title and text once more.
    expect(compose({ body: 'x'.repeat(2_900) }, { settings: { android: 'app' } }).problems).toMatchObject([
      { path: 'body' },
    ]);
  });

  it('goes to all devices, or to the one that was in use last', () => {
    const devices = ['last', 'older'].map((token) => ({
      id: token,
      kind: 'fcm',
      token,
      permission: 'authorized',
      platform: null,
      data: {},
    }));
    const tokens = (config: JsonObject) =>
      pushChannel.devicesFor(compose(config).content, devices).map(({ token }) => token);
    expect(tokens({})).toEqual(['last', 'older']);
    expect(tokens({ devices: 'last' })).toEqual(['last']);
  });
});
