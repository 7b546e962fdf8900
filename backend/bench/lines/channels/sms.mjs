/** SMS by HTTP: Wend's provider for Twilio beside a bare undici pool that posts the same form. */
import { Pool } from 'undici';
import { twilio } from '../../../dist/channels/sms/providers/twilio.js';
import { measureBeside, wendWay } from '../beside.mjs';

const account = `AC${'a'.repeat(32)}`;
const text = 'Your parcel is on its way.';
const [from, to] = ['+15005550006', '+491701234567'];

export const measure = (_system, { size, log }) =>
  measureBeside({
    title: 'SMS over HTTP',
    taker: 'sms',
    messages: size.sms,
    size,
    log,
    ways: {
      Wend: wendWay({
        provider: twilio,
        content: { text, parts: 1, encoding: 'gsm' },
        recipient: to,
        settings: (port) => ({ accountSid: account, sender: from, baseUrl: `http://127.0.0.1:${port}` }),
        secrets: { authToken: 'token' },
      }),
      undici: async (port) => {
        const pool = new Pool(`http://127.0.0.1:${port}`);
        return {
          send: async (id) => {
            const callback = `https://wend.example/t/f/w/c/sig?message=${id}`;
            const { statusCode, body } = await pool.request({
              method: 'POST',
              path: `/2010-04-01/Accounts/${account}/Messages.json`,
              headers: {
                authorization: `Basic ${Buffer.from(`${account}:token`).toString('base64')}`,
                'content-type': 'application/x-www-form-urlencoded',
              },
              body: new URLSearchParams({ To: to, From: from, Body: text, StatusCallback: callback }).toString(),
            });
            const { sid } = await body.json();
            if (statusCode !== 201 || !sid) throw new Error(`HTTP ${statusCode}`);
          },
          close: () => pool.close(),
        };
      },
    },
  });
