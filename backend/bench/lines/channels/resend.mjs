/** Mail by an HTTP API: Wend's provider for Resend beside a bare undici pool that posts the same mail. */
import { Pool } from 'undici';
import { resend } from '../../../dist/channels/email/providers/resend.js';
import { measureBeside, wendWay } from '../beside.mjs';
import { mail, recipient } from '../mail.mjs';

export const measure = (_system, { size, log }) =>
  measureBeside({
    title: 'Mail over HTTP',
    taker: 'resend',
    messages: size.httpMails,
    size,
    log,
    ways: {
      Wend: wendWay({
        provider: resend,
        content: { ...mail, preheader: '', unsubscribeUrl: 'https://wend.example/u' },
        recipient,
        settings: (port) => ({ from: mail.from, endpoint: `http://127.0.0.1:${port}` }),
        secrets: { apiKey: 're_key' },
      }),
      undici: async (port) => {
        const pool = new Pool(`http://127.0.0.1:${port}`);
        return {
          send: async (id) => {
            const { statusCode, body } = await pool.request({
              method: 'POST',
              path: '/emails',
              headers: {
                authorization: 'Bearer re_key',
                'content-type': 'application/json',
                'user-agent': 'bench',
                'idempotency-key': id,
              },
              body: JSON.stringify({
                ...mail,
                to: [recipient],
                headers: {
                  'List-Unsubscribe': '<https://wend.example/u>',
                  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
                },
                tags: [{ name: 'wend_message', value: id }],
                attachments: [],
              }),
            });
            const answer = await body.json();
            if (statusCode !== 200 || !answer.id) throw new Error(`HTTP ${statusCode}`);
          },
          close: () => pool.close(),
        };
      },
    },
  });
