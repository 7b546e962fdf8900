type About = {
  /** Where the report is delivered to. */
  to?: string;
  /** The Message-ID of the mail that came back, with `<>`. */
  messageId?: string;
  recipient?: string;
};
export type Sample = {
  name: string;
  kind: 'bounced' | 'softBounced' | 'complained' | 'unsubscribed' | 'delivered' | 'other';
  mail: (about: About) => string;
};

const lines = (...parts: string[]) => parts.join('\r\n');

type ReportOptions = About & {
  from: string;
  subject: string;
  text: string;
  /** Headers of the text part. */
  charset?: string;
  status: string;
  headers?: string[];
  original?: 'message/rfc822' | 'text/rfc822-headers';
};

/** A report of RFC 3464 as a mail server writes it. */
function report({
  to = 'bounces@shop.example',
  messageId = '<none@elsewhere.example>',
  from,
  subject,
  text,
  charset = 'us-ascii',
  status,
  headers = [],
  original = 'message/rfc822',
}: ReportOptions): string {
  return lines(
    'Return-Path: <>',
    `Delivered-To: ${to}`,
    ...headers,
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Tue, 10 Mar 2026 09:30:00 +0900',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    '',
    '--part',
    `Content-Type: text/plain; charset=${charset}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
    '--part',
    'Content-Type: message/delivery-status',
    '',
    status,
    '',
    '--part',
    `Content-Type: ${original}`,
    '',
    'From: Shop <shop@shop.example>',
    'Subject: Spring sale',
    `Message-ID: ${messageId}`,
    '',
    'Hello',
    '--part--',
    '',
  );
}

const postfix = (recipient: string, status: string, words: string, action = 'failed') =>
  lines(
    'Reporting-MTA: dns; mx.shop.example',
    'X-Postfix-Queue-ID: 4AbCdE12345',
    'Arrival-Date: Tue, 10 Mar 2026 09:29:00 +0900 (KST)',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mail.example.net',
    `Diagnostic-Code: smtp; ${words}`,
  );

/** Mails as they arrive in bounce mailboxes, written after those of real systems. */
export const bounceSamples: Sample[] = [
  {
    name: 'Postfix, user unknown',
    kind: 'bounced',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'MAILER-DAEMON@mx.shop.example (Mail Delivery System)',
        subject: 'Undelivered Mail Returned to Sender',
        text: 'This is the mail system at host mx.shop.example.\r\n\r\nI’m sorry to have to inform you that your message could not be delivered.',
        charset: 'utf-8',
        status: postfix(
          recipient,
          '5.1.1',
          '550 5.1.1 <ada@example.net>: Recipient address rejected:\r\n    User unknown in virtual mailbox table',
        ),
      }),
  },
  {
    name: 'Postfix, delayed: it goes on trying',
    kind: 'other',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'MAILER-DAEMON@mx.shop.example',
        subject: 'Delayed Mail (still being retried)',
        text: 'THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.',
        status: postfix(
          recipient,
          '4.4.1',
          'connect to mail.example.net[192.0.2.9]:25: Connection timed out',
          'delayed',
        ),
      }),
  },
  {
    name: 'Postfix, mailbox full after days of trying',
    kind: 'softBounced',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'MAILER-DAEMON@mx.shop.example',
        subject: 'Undelivered Mail Returned to Sender',
        text: 'could not be delivered',
        status: postfix(recipient, '4.2.2', '452 4.2.2 The email account that you tried to reach is over quota'),
      }),
  },
  {
    name: 'Postfix, refused as spam',
    kind: 'softBounced',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'MAILER-DAEMON@mx.shop.example',
        subject: 'Undelivered Mail Returned to Sender',
        text: 'could not be delivered',
        status: postfix(recipient, '5.7.1', '550 5.7.1 Message rejected due to spam content'),
      }),
  },
  {
    name: 'Exchange, recipient not found',
    kind: 'bounced',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net>',
        subject: 'Undeliverable: Spring sale',
        text: 'Your message to ada@example.net couldn’t be delivered.\r\nada wasn’t found at example.net.',
        charset: 'utf-8',
        status: lines(
          'Reporting-MTA: dns;SE0P216MB0001.KORP216.PROD.OUTLOOK.COM',
          'Received-From-MTA: dns;mx.shop.example',
          '',
          `Final-recipient: RFC822;${recipient}`,
          'Action: failed',
          'Status: 5.1.10',
          'Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
          'X-Display-Name: ada',
        ),
        original: 'text/rfc822-headers',
      }),
  },
  {
    name: 'Gmail, no such user',
    kind: 'bounced',
    mail: ({ recipient = 'ada@gmail.example', ...about }) =>
      report({
        ...about,
        from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
        subject: 'Delivery Status Notification (Failure)',
        headers: [`X-Failed-Recipients: ${recipient}`],
        text: '** Address not found **',
        status: lines(
          'Reporting-MTA: dns; googlemail.com',
          'Arrival-Date: Mon, 09 Mar 2026 17:30:00 -0700 (PDT)',
          '',
          `Final-Recipient: rfc822; ${recipient}`,
          'Action: failed',
          'Status: 5.1.1',
          'Remote-MTA: dns; gmail-smtp-in.l.google.com. (142.250.0.1, the server for the domain gmail.example.)',
          "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n 550-5.1.1 double-checking the recipient's email address for typos or\r\n 550 5.1.1 unnecessary spaces.",
          'Last-Attempt-Date: Mon, 09 Mar 2026 17:30:00 -0700 (PDT)',
        ),
      }),
  },
  {
    name: 'a Korean portal in its own words, in 한글',
    kind: 'bounced',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>' }) =>
      lines(
        'Return-Path: <>',
        `Delivered-To: ${to}`,
        'From: =?utf-8?B?66mU7J287Iuc7Iqk7YWc?= <postmaster@portal.example>',
        `To: ${to}`,
        'Subject: =?utf-8?B?67CY7IahIOyViOuCtDog66mU7J287J20IOyghOuLrOuQmOyngCDslYrslZjsirXri4jri6Q=?=',
        'Date: Tue, 10 Mar 2026 09:30:00 +0900',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        '보내신 메일이 다음과 같은 이유로 전달되지 않았습니다.',
        '받는 사람: 김철수 <kim@portal.example>',
        '이유: 존재하지 않는 계정이거나 휴면 계정입니다.',
        '',
        '---- 원본 메일 ----',
        'Subject: =?utf-8?B?67SE66eI?=',
        `Message-ID: ${messageId}`,
        '',
      ),
  },
  {
    name: 'a Korean mailbox that is full, in 한글',
    kind: 'softBounced',
    mail: ({ recipient = 'kim@portal.example', ...about }) =>
      report({
        ...about,
        from: '메일 시스템 <MAILER-DAEMON@portal.example>',
        subject: '=?utf-8?B?66mU7J28IOuwmOyGoSDslYjrgrQ=?=',
        charset: 'utf-8',
        text: '받는 분의 메일함 용량이 가득 차서 메일을 전달하지 못했습니다.',
        status: postfix(recipient, '5.2.2', '552 5.2.2 메일함 용량 초과'),
      }),
  },
  {
    name: 'qmail, without any parts',
    kind: 'bounced',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>' }) =>
      lines(
        'Return-Path: <>',
        `Delivered-To: ${to}`,
        'From: MAILER-DAEMON@old.example',
        `To: ${to}`,
        'Subject: failure notice',
        'Date: 10 Mar 2026 00:30:00 -0000',
        '',
        'Hi. This is the qmail-send program at old.example.',
        'I’m afraid I wasn’t able to deliver your message to the following addresses.',
        '',
        '<ada@old.example>:',
        'Remote host said: 550 No such user here',
        '',
        '--- Below this line is a copy of the message.',
        '',
        'Return-Path: <shop@shop.example>',
        `Message-ID: ${messageId}`,
        'Subject: Spring sale',
        '',
        'Hello',
      ),
  },
  {
    name: 'a complaint (ARF)',
    kind: 'complained',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>', recipient = 'ada@example.net' }) =>
      arf({ to, messageId, recipient, type: 'abuse' }),
  },
  {
    name: 'an opt-out (ARF)',
    kind: 'unsubscribed',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>', recipient = 'ada@example.net' }) =>
      arf({ to, messageId, recipient, type: 'opt-out' }),
  },
  {
    name: 'a report that it was no spam (ARF)',
    kind: 'other',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>', recipient = 'ada@example.net' }) =>
      arf({ to, messageId, recipient, type: 'not-spam' }),
  },
  {
    name: 'somebody who is away',
    kind: 'other',
    mail: ({ to = 'bounces@shop.example', messageId = '<none@elsewhere.example>' }) =>
      lines(
        `Delivered-To: ${to}`,
        'From: Ada <ada@example.net>',
        `To: ${to}`,
        'Subject: Out of office: Spring sale',
        'Auto-Submitted: auto-replied',
        `In-Reply-To: ${messageId}`,
        '',
        'I’m away until Monday. My mailbox is full of 550 messages.',
      ),
  },
  {
    name: 'a delivery that was asked for',
    kind: 'delivered',
    mail: ({ recipient = 'ada@example.net', ...about }) =>
      report({
        ...about,
        from: 'MAILER-DAEMON@mail.example.net',
        subject: 'Successful Mail Delivery Report',
        text: 'delivered',
        status: postfix(recipient, '2.0.0', '250 2.0.0 Ok', 'delivered'),
      }),
  },
];

function arf({ to, messageId, recipient, type }: Required<About> & { type: string }): string {
  return lines(
    'From: <feedback@portal.example>',
    `Delivered-To: ${to}`,
    `To: <${to}>`,
    'Subject: Email Feedback Report for IP 192.0.2.1',
    'Date: Tue, 10 Mar 2026 09:30:00 +0900',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset="US-ASCII"',
    '',
    'This is an email abuse report.',
    '--part',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    'Original-Mail-From: <shop@shop.example>',
    `Original-Rcpt-To: <${recipient}>`,
    'Reporting-MTA: dns; mail.portal.example',
    'Source-IP: 192.0.2.1',
    '',
    '--part',
    'Content-Type: message/rfc822',
    '',
    'From: Shop <shop@shop.example>',
    `Message-ID: ${messageId}`,
    'Subject: Spring sale',
    '',
    'Hello',
    '--part--',
    '',
  );
}
