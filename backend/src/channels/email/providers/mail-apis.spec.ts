import { ProviderError } from '@wend/node-sdk';
import type { OpenConnection, ProviderDefinition, SendRequest } from '@wend/node-sdk';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileServer, rawMailIn, resendApi, sendgridApi, sesApi, sesSecret } from '../../../../test/mail-api-edges.js';
import type { MailApiRemote } from '../../../../test/mail-api-edges.js';
import { Destinations, SafeHttpClient } from '../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../provider.js';
import type { EmailContent } from '../email.channel.js';
import { resend } from './resend.js';
import { sendgrid } from './sendgrid.js';
import { ses } from './ses/ses.provider.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const messageId = '22222222-2222-4222-8222-222222222222';

const kinds = {
  ses: {
    definition: ses,
    remote: sesApi,
    settings: { region: 'eu-west-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', configurationSet: 'events' },
    secrets: { secretAccessKey: sesSecret },
  },
  resend: {
    definition: resend,
    remote: resendApi,
    settings: {},
    secrets: { apiKey: 're_test' },
  },
  sendgrid: {
    definition: sendgrid,
    remote: sendgridApi,
    settings: { region: 'global' },
    secrets: { apiKey: 'SG.test' },
  },
};
type Kind = keyof typeof kinds;

const content: EmailContent = {
  from: '민지 상점 <shop@example.com>',
  subject: '안녕하세요 🎉',
  preheader: '',
  html: '<p>Hi</p>',
  text: 'Hi',
  unsubscribeUrl: 'https://wend.example/t/u/abc',
};

const connectionOf = (kind: Kind, allow: string): OpenConnection => ({
  id: 'c',
  workspaceId,
  kind,
  settings: { ...kinds[kind].settings, from: 'shop@example.com', endpoint: `http://${allow}` },
  secrets: kinds[kind].secrets,
  oldSecrets: null,
  feedbackUrl: 'https://wend.example/feedback/c',
  revision: '1',
});

function opened(definition: ProviderDefinition, allow: string[]) {
  const client = new SafeHttpClient({ allow });
  const services = servicesOf({ http: client, destinations: new Destinations({ allow }) });
  const provider = openProvider(definition, services);
  return {
    provider,
    close: async () => {
      await provider.close?.();
      await client.close();
    },
  };
}

describe.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
  let remote: MailApiRemote;
  let files: Awaited<ReturnType<typeof fileServer>>;
  let subject: ReturnType<typeof opened>;
  beforeEach(async () => {
    remote = await kinds[kind].remote();
    files = await fileServer({
      '/invoice.pdf': { type: 'application/pdf', bytes: Buffer.from('%PDF') },
      '/logo.png': { type: 'image/png', bytes: Buffer.from('logo') },
      '/moved': { status: 302, location: '/invoice.pdf' },
      '/away': { status: 503 },
      '/huge': { type: 'video/mp4', bytes: Buffer.alloc(10_000_001) },
      '/half': { bytes: Buffer.alloc(6_000_000) },
      '/half2': { bytes: Buffer.alloc(6_000_000) },
    });
    subject = opened(kinds[kind].definition, [remote.allow, files.allow]);
  });
  afterEach(async () => {
    await subject.close();
    files.close();
    await remote.close();
  });

  const send = (change: Partial<EmailContent> = {}, request: Partial<SendRequest> = {}) =>
    subject.provider.send({
      message: { id: messageId, workspaceId, channel: 'email' },
      content: { ...content, ...change },
      recipient: 'ann@example.net',
      devices: [],
      idempotencyKey: messageId,
      connection: connectionOf(kind, remote.allow),
      signal: AbortSignal.timeout(10_000),
      handingOver: async () => undefined,
      ...request,
    });
  const refused = (...options: Parameters<typeof send>) =>
    send(...options).then(
      () => null,
      (error: unknown) => {
        expect(error).toBeInstanceOf(ProviderError);
        return error as ProviderError;
      },
    );

  it('sends everything that a mail is made of', async () => {
    const dot = 'iVBORw0KGgo=';
    await send({
      replyTo: 'Help <help@example.com>',
      html: `<img src="data:image/png;base64,${dot}"><img src="data:image/png;base64,${dot}"><img src="${files.url}/logo.png"><img src="${files.url}/pixel" width="1">`,
      embedImages: true,
      attachments: [
        { url: `${files.url}/invoice.pdf?sig=1`, name: '' },
        { url: `${files.url}/moved`, name: '청구서.pdf' },
      ],
    });
    const sent = await readMail(kind, remote);
    expect(sent).toMatchObject({
      from: { name: '민지 상점', address: 'shop@example.com' },
      to: 'ann@example.net',
      replyTo: 'help@example.com',
      subject: '안녕하세요 🎉',
      text: 'Hi',
      headers: {
        'list-unsubscribe': '<https://wend.example/t/u/abc>',
        'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
        'x-wend-message': messageId,
      },
    });
    expect(sent.files.filter(({ cid }) => cid === null)).toEqual([
      { name: 'invoice.pdf', type: 'application/pdf', text: '%PDF', cid: null },
      { name: '청구서.pdf', type: 'application/pdf', text: '%PDF', cid: null },
    ]);
    const images = sent.files.filter(({ cid }) => cid !== null);
    expect(images.map(({ text }) => text)).toEqual([Buffer.from(dot, 'base64').toString(), 'logo']);
    const [first, second] = images.map(({ cid }) => `<img src="cid:${cid}">`);
    expect(sent.html).toBe(`${first}${first}${second}<img src="${files.url}/pixel" width="1">`);
    expect(files.asked).not.toContain('/pixel');
  });

  it('fetches a file once for many mails', async () => {
    await Promise.all(
      Array.from({ length: 30 }, () => send({ attachments: [{ url: `${files.url}/invoice.pdf`, name: '' }] })),
    );
    expect(files.asked).toEqual(['/invoice.pdf']);
  });

  it.each([
    ['/missing', 'rejected', 'could not be fetched: HTTP 404'],
    ['/away', 'serverError', 'could not be fetched: HTTP 503'],
    ['/huge', 'rejected', 'larger than 10000 KB'],
  ])('says that a file cannot be had (%s), and hands nothing over', async (path, kindOfError, words) => {
    let marked = 0;
    const error = await refused(
      { attachments: [{ url: `${files.url}${path}?token=secret`, name: 'x' }] },
      { handingOver: async () => void (marked += 1) },
    );
    expect(error).toMatchObject({ class: kindOfError, handedOver: false, away: false });
    expect(error!.message).toContain(words);
    expect(error!.message).not.toContain('secret');
    expect({ marked, heard: remote.heard }).toEqual({ marked: 0, heard: [] });
  });

  it('sends no more than 10 MB of files, and fetches from nowhere that may not be reached', async () => {
    const attachments = ['/half', '/half2'].map((path) => ({ url: `${files.url}${path}`, name: '' }));
    expect((await refused({ attachments }))?.message).toBe(
      'The files of this email have 12 MB together; at most 10 MB can be sent.',
    );
    expect(await refused({ attachments: [{ url: 'http://169.254.169.254/latest', name: 'x' }] })).toMatchObject({
      class: 'rejected',
      handedOver: false,
    });
  });

  it('knows a bad key, a bad address and a bad sender', async () => {
    const connection = connectionOf(kind, remote.allow);
    const wrong = { ...connection, secrets: { apiKey: 'x', secretAccessKey: 'x' } };
    expect(await refused({}, { connection: wrong })).toMatchObject({ class: 'configuration', handedOver: false });
    await expect(subject.provider.test!(wrong)).rejects.toMatchObject({ class: 'configuration' });
    expect(await subject.provider.test!(connection)).toContain('Connected');
    for (const recipient of [null, 'a@b.c, d@e.f', 'Ann <a@b.c>', 'a@b.c\r\nBcc: x@y.z'])
      expect(await refused({}, { recipient })).toMatchObject({ class: 'badAddress' });
    expect(await refused({ from: 'Shop' })).toMatchObject({ class: 'configuration' });
    expect(remote.taken).toEqual([]);
  });

  it.each(answersOf(kind))('takes %j as %j', async (answer, expected) => {
    remote.answers.push({ headers: {}, ...answer });
    expect(await refused()).toMatchObject({ status: answer.status, handedOver: false, ...expected });
  });

  it('takes half an answer, and one that is no JSON, as sent without an id', async () => {
    remote.answers.push({ status: 200, body: '{"id": "x' });
    const result = await send();
    expect(result.status).toBe('sent');
    expect(result.providerId).toBeUndefined();
  });
});

it('Resend drops repeats: the same message twice is one, with the same id', async () => {
  const remote = await resendApi();
  const { provider, close } = opened(resend, [remote.allow]);
  const send = (subject: string) =>
    provider.send({
      message: { id: messageId, workspaceId, channel: 'email' },
      content: { ...content, subject },
      recipient: 'ann@example.net',
      devices: [],
      idempotencyKey: messageId,
      connection: connectionOf('resend', remote.allow),
      signal: AbortSignal.timeout(10_000),
      handingOver: async () => undefined,
    });
  expect((await send('Hi')).providerId).toBe('resend-1');
  expect((await send('Hi')).providerId).toBe('resend-1');
  // It was sent before, with other words: nobody knows of this one.
  await expect(send('Changed')).rejects.toMatchObject({ handedOver: true, status: 409 });
  await close();
  await remote.close();
});

type Expected = Partial<Pick<ProviderError, 'class' | 'retryAfterSeconds'>>;

function answersOf(kind: Kind): [{ status: number; headers?: Record<string, string>; body: string }, Expected][] {
  const html = '<html><body>Bad Gateway</body></html>';
  const all: ReturnType<typeof answersOf> = [
    [{ status: 502, body: html }, { class: 'serverError' }],
    [{ status: 500, body: '' }, { class: 'serverError' }],
    [
      { status: 429, headers: { 'retry-after': '7' }, body: '' },
      { class: 'rateLimited', retryAfterSeconds: 7 },
    ],
    [
      { status: 429, body: '' },
      { class: 'rateLimited', retryAfterSeconds: null },
    ],
  ];
  const aws = (type: string, message: string, status = 400) => ({
    status,
    headers: { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazonaws.sesv2/` },
    body: JSON.stringify({ message }),
  });
  const named = (status: number, name: string, message: string) => ({
    status,
    body: JSON.stringify({ statusCode: status, name, message }),
  });
  const field = (status: number, name: string | null, message: string) => ({
    status,
    body: JSON.stringify({ errors: [{ message, field: name, help: null }] }),
  });
  if (kind === 'ses')
    return [
      ...all,
      [aws('TooManyRequestsException', 'Maximum sending rate exceeded.', 429), { class: 'rateLimited' }],
      [aws('TooManyRequestsException', 'Daily message quota exceeded.', 429), { retryAfterSeconds: 3_600 }],
      [aws('AccountSuspendedException', 'Suspended'), { class: 'configuration' }],
      [
        aws('MessageRejected', 'Email address is not verified. The following identities failed'),
        { class: 'configuration' },
      ],
      [aws('MessageRejected', 'The message contains a virus'), { class: 'rejected' }],
      [aws('BadRequestException', 'Domain contains illegal character'), { class: 'badAddress' }],
      [aws('NotFoundException', 'Configuration set <x> does not exist.', 404), { class: 'configuration' }],
    ];
  if (kind === 'resend')
    return [
      ...all,
      [named(429, 'rate_limit_exceeded', 'Too many requests'), { class: 'rateLimited' }],
      [named(429, 'daily_quota_exceeded', 'Quota'), { class: 'rateLimited', retryAfterSeconds: 3_600 }],
      [named(403, 'validation_error', 'The example.com domain is not verified.'), { class: 'configuration' }],
      [named(422, 'validation_error', 'Invalid `to` field.'), { class: 'badAddress' }],
      [named(422, 'invalid_attachment', 'Attachment'), { class: 'rejected' }],
    ];
  return [
    ...all,
    [field(403, 'from', 'The from address does not match a verified Sender Identity.'), { class: 'configuration' }],
    [field(400, 'personalizations.0.to.0.email', 'Does not contain a valid address.'), { class: 'badAddress' }],
    [field(400, 'content', 'The content value must be a string'), { class: 'rejected' }],
    [field(413, null, 'Too large'), { class: 'rejected' }],
  ];
}

type File = { name: string; type: string; text: string; cid: string | null };
type Read = {
  from: unknown;
  to: unknown;
  replyTo: unknown;
  subject: unknown;
  text: unknown;
  html: unknown;
  headers: Record<string, string>;
  files: File[];
};

/** The last mail that the other side has taken, in the words of none of them. */
async function readMail(kind: Kind, { heard }: MailApiRemote): Promise<Read> {
  const call = heard.at(-1)!;
  const body = JSON.parse(call.body);
  const low = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const decoded = (base64: string) => Buffer.from(base64, 'base64').toString();
  if (kind === 'ses') {
    expect(body).toMatchObject({
      ConfigurationSetName: 'events',
      EmailTags: [{ Name: 'wend-message', Value: messageId }],
    });
    const mail = await PostalMime.parse(rawMailIn(call));
    return {
      from: mail.from,
      to: body.Destination.ToAddresses[0],
      replyTo: mail.replyTo?.[0]?.address,
      subject: mail.subject,
      text: mail.text?.trim(),
      html: mail.html?.trim(),
      headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
      files: mail.attachments.map(({ filename, mimeType, content: bytes, contentId }) => ({
        name: filename!,
        type: mimeType,
        text: Buffer.from(bytes as ArrayBuffer).toString(),
        cid: contentId?.replace(/[<>]/g, '') ?? null,
      })),
    };
  }
  if (kind === 'resend') {
    expect(call.headers).toMatchObject({ 'idempotency-key': messageId });
    const from = (await PostalMime.parse(`From: ${body.from}\r\n\r\n`)).from;
    return {
      ...body,
      from,
      to: body.to[0],
      replyTo: /<(.*)>/.exec(body.reply_to)?.[1],
      headers: low(body.headers),
      files: body.attachments.map((file: Record<string, string>) => ({
        name: file['filename'],
        type: file['content_type'],
        text: decoded(file['content']!),
        cid: file['content_id'] ?? null,
      })),
    };
  }
  expect(body.tracking_settings).toMatchObject({ click_tracking: { enable: false }, open_tracking: { enable: false } });
  return {
    from: { name: body.from.name, address: body.from.email },
    to: body.personalizations[0].to[0].email,
    replyTo: body.reply_to.email,
    subject: body.subject,
    text: body.content[0].value,
    html: body.content[1].value,
    headers: low(body.headers),
    files: [...body.attachments.filter(attached(false)), ...body.attachments.filter(attached(true))].map(
      (file: Record<string, string>) => ({
        name: file['filename'],
        type: file['type'],
        text: decoded(file['content']!),
        cid: file['content_id'] ?? null,
      }),
    ),
  };
}

const attached = (inline: boolean) => (file: { disposition: string }) => (file.disposition === 'inline') === inline;
