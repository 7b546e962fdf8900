import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenConnection, ProviderCode, ProviderDefinition, ProviderServices } from '@wend/node-sdk';
import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resend } from './resend.js';
import { sendgrid } from './sendgrid.js';
import { ses } from './ses/ses.provider.js';

const messageId = '22222222-2222-4222-8222-222222222222';
const topic = 'arn:aws:sns:eu-west-1:123456789012:email-events';
const whsec = `whsec_${Buffer.from('resend-signing-secret-of-32-byte').toString('base64')}`;
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const connectionWith = (change: Pick<OpenConnection, 'kind' | 'settings' | 'secrets'>): OpenConnection => ({
  id: 'c',
  workspaceId: '11111111-1111-4111-8111-111111111111',
  oldSecrets: null,
  feedbackUrl: 'https://wend.example/feedback/c',
  revision: '1',
  ...change,
});
const call = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  url: 'https://wend.example/feedback/c',
  headers,
  body: Buffer.from(body),
});
const code = (definition: ProviderDefinition, http: ProviderServices['http']): ProviderCode =>
  definition.open({ http } as ProviderServices);
const noHttp: ProviderServices['http'] = () => Promise.reject(new Error('Nothing is to be fetched.'));

describe('what Resend tells', () => {
  const connection = connectionWith({ kind: 'resend', settings: {}, secrets: { signingSecret: whsec } });
  const provider = code(resend, noHttp);
  const event = (type: string, more: object = {}) =>
    JSON.stringify({
      type,
      created_at: '2026-02-22T23:41:12.126Z',
      data: { email_id: 'resend-1', to: ['ann@example.net'], tags: { wend_message: messageId }, ...more },
    });
  const signed = (body: string, { secret = whsec, at = new Date(), id = 'msg_1' } = {}) => ({
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'svix-signature': `v1,AAAA ${new Webhook(secret).sign(id, at, body)}`,
  });
  const tell = async (body: string, headers = signed(body), to = connection) =>
    (await provider.feedback!(call(body, headers), to)).events;

  it.each([
    ['email.delivered', {}, 'delivered'],
    ['email.complained', {}, 'complained'],
    ['email.bounced', { bounce: { type: 'Permanent', subType: 'General', message: 'Gone' } }, 'bounced'],
    ['email.bounced', { bounce: { type: 'Transient', subType: 'MailboxFull', message: 'Full' } }, 'softBounced'],
    ['email.failed', { failed: { reason: 'reached_daily_quota' } }, 'failed'],
    ['email.suppressed', {}, 'bounced'],
  ])('%s %j is %s', async (type, more, kind) => {
    expect(await tell(event(type, more))).toMatchObject([
      { kind, messageId, providerId: 'resend-1', recipient: 'ann@example.net', id: 'msg_1:ann@example.net' },
    ]);
  });
  it.each(['email.sent', 'email.opened', 'email.clicked', 'email.delivery_delayed', 'contact.created'])(
    '%s says nothing',
    async (type) => expect(await tell(event(type))).toEqual([]),
  );
  it('takes nothing that is forged, altered or old, and both secrets while one is replaced', async () => {
    const body = event('email.delivered');
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const refusals = [
      tell(body, signed(body, { secret: other })),
      tell(body.replace('delivered', 'complained'), signed(body)),
      tell(body, signed(body, { at: new Date(Date.now() - 6 * 60_000) })),
      tell(body, {} as never),
      tell(body, signed(body), { ...connection, secrets: { apiKey: 're_test' } }),
    ];
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ name: 'FeedbackRefused' });
    const rotated = { ...connection, secrets: { signingSecret: other }, oldSecrets: { signingSecret: whsec } };
    expect(await tell(body, signed(body), rotated)).toHaveLength(1);
  });
});

describe('what SendGrid tells', () => {
  const connection = connectionWith({
    kind: 'sendgrid',
    settings: { verificationKey: curve.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
    secrets: {},
  });
  const provider = code(sendgrid, noHttp);
  const signed = (body: string, { key = curve.privateKey, at = Date.now() } = {}) => {
    const timestamp = String(Math.floor(at / 1_000));
    return {
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': createSign('sha256').update(timestamp).update(body).sign(key, 'base64'),
    };
  };
  const tell = async (body: string, headers: Record<string, string> = signed(body), to = connection) =>
    (await provider.feedback!(call(body, headers), to)).events;
  const posted = (events: object[]) =>
    // Posts end in a line break, which is signed too.
    `${JSON.stringify(events.map((event, index) => ({ email: 'ann@example.net', timestamp: 1_771_000_000, sg_event_id: `e${index}`, sg_message_id: 'sendgrid-1.recvd-5f-abc-1', wend_message: messageId, ...event })))}\r\n`;

  it('reads every kind of event, several in a post', async () => {
    const kinds = [
      [{ event: 'delivered', response: '250 OK' }, 'delivered'],
      [{ event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 No such user' }, 'bounced'],
      [{ event: 'bounce', type: 'blocked', status: '4.7.0', reason: 'Blocked' }, 'softBounced'],
      [{ event: 'spamreport' }, 'complained'],
      [{ event: 'unsubscribe' }, 'unsubscribed'],
      [{ event: 'group_unsubscribe' }, 'unsubscribed'],
      [{ event: 'dropped', reason: 'Bounced Address' }, 'bounced'],
      [{ event: 'dropped', reason: 'Spam Reporting Address' }, 'failed', 'complained'],
      [{ event: 'dropped', reason: 'Unsubscribed Address' }, 'failed', 'unsubscribed'],
      [{ event: 'dropped', reason: 'Invalid SMTPAPI header' }, 'failed'],
    ] as const;
    const silent = ['processed', 'deferred', 'open', 'click', 'group_resubscribe'].map((event) => ({ event }));
    const events = await tell(posted([...kinds.map(([event]) => event), ...silent]));
    expect(events.map(({ kind }) => kind)).toEqual(kinds.flatMap(([, ...told]) => told));
    expect(events[1]).toEqual({
      kind: 'bounced',
      id: 'e1',
      messageId,
      providerId: 'sendgrid-1',
      recipient: 'ann@example.net',
      detail: '5.1.1 550 No such user',
      at: new Date('2026-02-13T16:26:40Z'),
    });
  });
  it('takes nothing that is forged, altered or old, nor anything while no key is known', async () => {
    const body = posted([{ event: 'spamreport' }]);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const later = { ...signed(body), 'x-twilio-email-event-webhook-timestamp': '1' };
    const refusals = [
      tell(body, signed(body, { key: other })),
      tell(body.trim(), signed(body)),
      tell(body, later),
      tell(body, signed(body, { at: Date.now() - 26 * 3_600_000 })),
      tell(body, {}),
      tell(body, signed(body), { ...connection, settings: { verificationKey: '' } }),
    ];
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ name: 'FeedbackRefused' });
  });
});

describe('what Amazon SES tells', () => {
  const connection = connectionWith({ kind: 'ses', settings: { topicArn: topic }, secrets: {} });
  const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem';
  let key = '';
  let certificate = '';
  const fetched: string[] = [];
  let provider: ProviderCode;
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'sns-'));
    const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=sns.amazonaws.com',
        '-keyout',
        keyFile,
        '-out',
        certificateFile,
      ],
      { stdio: 'ignore' },
    );
    key = readFileSync(keyFile, 'utf8');
    certificate = readFileSync(certificateFile, 'utf8');
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    fetched.length = 0;
    provider = code(ses, async ({ url }) => {
      fetched.push(url);
      return { status: 200, headers: {}, body: certificate };
    });
  });

  type Notice = Record<string, string>;
  const notice = (change: Notice = {}): Notice => ({
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: topic,
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    ...change,
  });
  const signedNotice = (change: Notice, by = key): Notice => {
    const made = notice(change);
    const names = [
      'Message',
      'MessageId',
      ...(made['Type'] === 'Notification' ? ['Subject'] : ['SubscribeURL']),
      'Timestamp',
      ...(made['Type'] === 'Notification' ? [] : ['Token']),
      'TopicArn',
      'Type',
    ];
    const text = names.map((name) => (made[name] === undefined ? '' : `${name}\n${made[name]}\n`)).join('');
    const algorithm = made['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
    return { ...made, Signature: sign(algorithm, Buffer.from(text), by).toString('base64') };
  };
  const tell = async (body: Notice, to = connection) =>
    (await provider.feedback!(call(JSON.stringify(body)), to)).events;
  const mail = {
    messageId: '0100018f-ses-000000',
    destination: ['ann@example.net'],
    headers: [{ name: 'X-Wend-Message', value: messageId }],
    timestamp: '2026-02-22T23:41:12.000Z',
  };
  const bounce = (bounceType: string) => ({
    notificationType: 'Bounce',
    mail,
    bounce: {
      bounceType,
      bounceSubType: 'General',
      timestamp: '2026-02-22T23:42:00.000Z',
      feedbackId: 'f1',
      bouncedRecipients: [
        { emailAddress: 'ann@example.net', diagnosticCode: 'smtp; 550 5.1.1' },
        { emailAddress: '"Bo" <bo@example.net>', status: '5.1.1' },
      ],
    },
  });

  it.each([
    ['Permanent', 'bounced'],
    ['Transient', 'softBounced'],
    ['Undetermined', 'softBounced'],
  ])('a %s bounce of several is %s for each', async (type, kind) => {
    for (const version of ['1', '2'])
      expect(await tell(signedNotice({ Message: JSON.stringify(bounce(type)), SignatureVersion: version }))).toEqual([
        {
          kind,
          id: 'sns-1:ann@example.net',
          messageId,
          providerId: '0100018f-ses-000000',
          recipient: 'ann@example.net',
          detail: 'General: smtp; 550 5.1.1',
          at: new Date('2026-02-22T23:42:00Z'),
        },
        expect.objectContaining({ kind, recipient: 'bo@example.net', id: 'sns-1:"Bo" <bo@example.net>' }),
      ]);
    // Once for both.
    expect(fetched).toEqual([certificateUrl]);
  });

  it.each([
    [
      { notificationType: 'Delivery', mail, delivery: { recipients: ['ann@example.net'], smtpResponse: '250 ok' } },
      ['delivered'],
    ],
    [
      {
        eventType: 'Delivery',
        mail: { ...mail, headers: [], tags: { 'wend-message': [messageId] } },
        delivery: { recipients: ['ann@example.net'] },
      },
      ['delivered'],
    ],
    [
      {
        eventType: 'Complaint',
        mail,
        complaint: { complainedRecipients: [{ emailAddress: 'ann@example.net' }], complaintFeedbackType: 'abuse' },
      },
      ['complained'],
    ],
    [
      {
        eventType: 'Complaint',
        mail,
        complaint: { complainedRecipients: [{ emailAddress: 'ann@example.net' }], complaintFeedbackType: 'not-spam' },
      },
      [],
    ],
    [{ eventType: 'Reject', mail, reject: { reason: 'Bad content' } }, ['failed']],
    [{ eventType: 'DeliveryDelay', mail, deliveryDelay: { delayType: 'MailboxFull' } }, []],
    [{ eventType: 'Open', mail }, []],
  ])('%j is %j', async (message, expected) => {
    const events = await tell(signedNotice({ Message: JSON.stringify(message), Subject: 'Amazon SES' }));
    expect(events.map(({ kind }) => kind)).toEqual(expected);
    for (const event of events) expect(event).toMatchObject({ messageId, providerId: '0100018f-ses-000000' });
  });

  it('words that are no event say nothing', async () => {
    expect(
      await tell(signedNotice({ Message: 'Successfully validated SNS topic for Amazon SES event publishing.' })),
    ).toEqual([]);
  });

  it('confirms the subscription of its own topic alone, and only at Amazon', async () => {
    const subscribe = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    const confirmation = {
      Type: 'SubscriptionConfirmation',
      Message: 'You have chosen …',
      Token: 't',
      SubscribeURL: subscribe,
    };
    expect(await tell(signedNotice(confirmation))).toEqual([]);
    expect(fetched).toEqual([certificateUrl, subscribe]);
    fetched.length = 0;
    for (const wrong of [
      signedNotice({ ...confirmation, TopicArn: `${topic}-of-mallory` }),
      signedNotice({ ...confirmation, SubscribeURL: 'https://internal.example/?Action=ConfirmSubscription' }),
      { ...signedNotice(confirmation), SubscribeURL: `${subscribe}2` },
    ])
      await expect(tell(wrong)).rejects.toMatchObject({ name: 'FeedbackRefused' });
    expect(fetched.filter((url) => url !== certificateUrl)).toEqual([]);
  });

  it('takes nothing that is forged, altered or old, nor of another topic, and fetches no certificate from elsewhere', async () => {
    const message = JSON.stringify(bounce('Permanent'));
    const mallory = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string;
    const elsewhere = [
      'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0a1b2c.pem',
      'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
      'https://mallory.s3.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
      'https://sns.eu-west-1.amazonaws.com/other/SimpleNotificationService-0a1b2c.pem',
      'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0a1b2c.pem',
      'https://x@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem',
    ];
    for (const SigningCertURL of elsewhere)
      await expect(tell(signedNotice({ Message: message, SigningCertURL }))).rejects.toMatchObject({
        name: 'FeedbackRefused',
      });
    expect(fetched).toEqual([]);
    const right = signedNotice({ Message: message });
    for (const wrong of [
      signedNotice({ Message: message }, mallory),
      { ...right, Message: message.replace('ann@', 'bob@') },
      { ...right, Type: 'SubscriptionConfirmation' },
      signedNotice({ Message: message, Timestamp: new Date(Date.now() - 3 * 3_600_000).toISOString() }),
      signedNotice({ Message: message, TopicArn: `${topic}2` }),
      { notificationType: 'Bounce' },
    ] as Notice[])
      await expect(tell(wrong)).rejects.toMatchObject({ name: 'FeedbackRefused' });
    await expect(tell(right, { ...connection, settings: {} })).rejects.toThrow('no topic yet');
    await expect(provider.feedback!(call('{'), connection)).rejects.toMatchObject({ name: 'FeedbackRefused' });
  });
});
