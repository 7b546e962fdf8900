import { expect, it } from 'vitest';
import { linkOf, readMessage } from './message.js';

const whole = {
  wend: 1,
  id: 'm1',
  title: 'Your lamp',
  body: 'It waits.',
  icon: 'https://shop.example/icon.png',
  link: '/cart',
  actions: [
    { action: 'buy', title: 'Buy', link: 'https://shop.example/checkout' },
    { action: 'no', title: 'Not now' },
  ],
  tag: 'cart',
  requireInteraction: true,
  data: { cart: 7 },
  report: { url: 'https://wend.example/t/p/abc', token: 'abc' },
};

it.each([
  undefined,
  '',
  'plain text',
  '[]',
  'null',
  '"text"',
  '{"title":"of another library"}',
  '{"wend":2,"title":"of a later Wend"}',
  '{"wend":1}',
  '{"wend":1,"title":5}',
])('leaves to others what is not Wend’s: %s', (content) => expect(readMessage(content)).toBeNull());

it('reads a message, and leaves out what does not fit rather than fail on it', () => {
  expect(readMessage(JSON.stringify(whole))).toMatchObject({
    ...whole,
    report: { url: 'https://wend.example/t/p/abc' },
  });
  expect(
    readMessage(
      JSON.stringify({
        wend: 1,
        title: 'T',
        actions: [null, 7, { action: 'a' }],
        data: [],
        report: { url: 'javascript:1' },
      }),
    ),
  ).toEqual({ wend: 1, id: '', title: 'T', body: '', actions: [], data: {}, requireInteraction: false });
});

it('leads to the action’s link, else the message’s, against the shop’s own address', () => {
  const message = readMessage(JSON.stringify(whole))!;
  const base = 'https://shop.example/';
  expect(linkOf({ message, action: 'buy', base })).toBe('https://shop.example/checkout');
  expect(linkOf({ message, action: 'no', base })).toBe('https://shop.example/cart');
  expect(linkOf({ message, action: '', base })).toBe('https://shop.example/cart');
});

it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'intent://x', 'http://', ' '])(
  'opens nothing that is not of the web: %s',
  (link) => {
    const message = readMessage(JSON.stringify({ ...whole, link, actions: [] }))!;
    const opened = linkOf({ message, action: '', base: 'https://shop.example/' });
    expect(opened === null || opened.startsWith('https://shop.example/')).toBe(true);
  },
);
