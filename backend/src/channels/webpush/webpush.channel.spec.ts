import type { JsonObject } from '@wend/contract';
import { expect, it } from 'vitest';
import { mostPayloadBytes } from './providers/vapid/encryption.js';
import { payloadOf } from './providers/vapid/payload.js';
import type { WebPushContent } from './web-push-content.js';
import { webpushChannel } from './webpush.channel.js';

const id = '11111111-1111-4111-8111-111111111111';
const links = {
  unsubscribe: '',
  click: (url: string) => url,
  open: () => null,
  report: () => 'https://wend.example/t/p/abc',
};
/** Composes with the templates as they are written: nothing in them is Liquid. */
function compose(config: JsonObject, { report = links.report }: { report?: () => string | null } = {}) {
  const templates = webpushChannel.templates(config);
  const values = Object.fromEntries(Object.entries(templates).map(([path, { source }]) => [path, source]));
  const composed = webpushChannel.compose({
    config,
    values,
    links: { ...links, report },
    settings: {},
    publicUrl: 'https://wend.example',
  } as Parameters<typeof webpushChannel.compose>[0]);
  return { ...composed, content: composed.content as WebPushContent, templates };
}

it('makes of a step what it has always made, and of all its settings what browsers know', () => {
  expect(compose({ title: 'Hi', body: 'There' }, { report: () => null })).toMatchObject({
    content: { title: 'Hi', body: 'There', link: null, image: null },
    problems: [],
  });
  const { content, problems } = compose({
    title: 'Hi',
    body: 'There',
    icon: 'https://shop.example/i.png',
    actions: [{ label: 'Buy', link: 'https://shop.example/buy' }, { label: 'Later' }],
    urgency: 'very-low',
    ttlHours: 0,
    collapseKey: 'order-7',
    requireInteraction: true,
  });
  expect(problems).toEqual([]);
  expect(content).toEqual({
    title: 'Hi',
    body: 'There',
    link: null,
    image: null,
    icon: 'https://shop.example/i.png',
    actions: [
      { label: 'Buy', link: 'https://shop.example/buy' },
      { label: 'Later', link: null },
    ],
    urgency: 'very-low',
    ttlSeconds: 0,
    collapseKey: 'order-7',
    requireInteraction: true,
    report: 'https://wend.example/t/p/abc',
  });
});

it('makes values safe for where they stand', () => {
  const { templates } = compose({
    title: 'x',
    link: 'x',
    icon: 'x',
    collapseKey: 'x',
    actions: [{ label: 'x', link: 'x' }],
  });
  expect(Object.fromEntries(Object.entries(templates).map(([path, { escape }]) => [path, escape]))).toEqual({
    title: 'none',
    link: 'url',
    icon: 'url',
    collapseKey: 'line',
    'actions[0].label': 'none',
    'actions[0].link': 'url',
  });
});

it.each([
  [{ actions: [{ label: '', link: '' }] }, ['actions[0].label']],
  [{ actions: [{ label: 'Buy', link: 'shop://buy' }] }, ['actions[0].link']],
  [{ actions: [{ label: 'Buy', link: 'javascript:alert(1)' }] }, ['actions[0].link']],
  [{ icon: 'icon.png' }, ['icon']],
  [{ link: 'javascript:alert(1)' }, ['link']],
])('says what is wrong with %j', (more, paths) => {
  expect(compose({ title: 'Hi', body: 'There', ...more }).problems.map(({ path }) => path)).toEqual(paths);
});

it('names the field that makes it too large, and lets through what just fits', () => {
  const config = { title: 'Hi', body: '', link: `https://shop.example/${'é'.repeat(900)}`, image: '' };
  const left = (body: string) =>
    mostPayloadBytes - Buffer.byteLength(payloadOf({ id, content: compose({ ...config, body }).content }));
  const body = 'x'.repeat(1 + left('x'));
  expect(compose({ ...config, body }).problems).toEqual([]);
  const { problems } = compose({ ...config, body: `${body}x` });
  expect(problems).toMatchObject([{ path: 'body', message: expect.stringContaining('3,994 bytes') as string }]);
});
