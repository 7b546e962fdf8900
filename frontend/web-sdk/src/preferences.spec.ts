import { afterEach, expect, it, vi } from 'vitest';
import { preferenceCalls } from './preferences.js';

afterEach(() => vi.unstubAllGlobals());

const answering = (status: number, body: object) => {
  const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status })));
  vi.stubGlobal('fetch', fetched);
  return fetched;
};
const calls = preferenceCalls(() => Promise.resolve('https://wend.example'));

it('reads and saves by the token of a link, without asking first whether it may', async () => {
  const fetched = answering(200, { channels: [] });
  await calls.get('a/b', 'ko');
  await calls.save('t', {
    consents: [
      { channel: 'sms', wants: false },
      { channel: 'sms', topic: 'x', wants: true },
    ],
  });
  expect(fetched.mock.calls).toEqual([
    ['https://wend.example/v1/preferences/a%2Fb?language=ko', {}],
    [
      'https://wend.example/v1/preferences/t',
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({
          consents: [
            { channel: 'sms', wants: false, topic: null },
            { channel: 'sms', wants: true, topic: 'x' },
          ],
        }),
      },
    ],
  ]);
});

it('says why a link is not taken', async () => {
  answering(404, { detail: 'This link isn’t valid.' });
  await expect(calls.get('t')).rejects.toThrow('This link isn’t valid.');
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>Bad gateway</html>', { status: 502 })));
  await expect(calls.get('t')).rejects.toThrow('Wend answered 502.');
});
