/** Mail by SMTP: Wend's pool beside nodemailer's own, as it is set up by default but for the size. */
import { createTransport } from 'nodemailer';
import { smtp } from '../../../dist/channels/email/providers/smtp/smtp.provider.js';
import { measureBeside, wendWay } from '../beside.mjs';
import { mail, recipient } from '../mail.mjs';

export const measure = (_system, { size, log }) =>
  measureBeside({
    title: 'Mail over SMTP',
    taker: 'smtp',
    messages: size.mails,
    size,
    log,
    ways: {
      Wend: wendWay({
        provider: smtp,
        content: { ...mail, preheader: '', unsubscribeUrl: 'https://wend.example/u' },
        recipient,
        settings: (port) => ({ host: '127.0.0.1', port, security: 'none', user: '', from: 'shop@example.com' }),
      }),
      nodemailer: async (port) => {
        const pool = createTransport({ pool: true, host: '127.0.0.1', port, secure: false, ignoreTLS: true });
        return {
          send: () =>
            pool.sendMail({
              ...mail,
              to: recipient,
              headers: {
                'List-Unsubscribe': '<https://wend.example/u>',
                'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
              },
            }),
          close: () => pool.close(),
        };
      },
    },
  });
