import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenConnection } from '@wend/node-sdk';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dkimProblem, signedHeaders } from '../../../../../test/dkim-verifier.js';
import { fileServer } from '../../../../../test/mail-api-edges.js';
import { Destinations, SafeHttpClient } from '../../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../../provider.js';
import type { Provider } from '../../../provider.js';
import type { EmailContent } from '../../email.channel.js';
import { smtp } from './smtp.provider.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const messageId = '22222222-2222-4222-8222-222222222222';
const token = `${messageId.replaceAll('-', '')}00112233445566778899`;

type Taken = { from: string; to: string[]; source: Buffer };
let taken: Taken[] = [];
let server: SMTPServer;
let files: Awaited<ReturnType<typeof fileServer>>;
let provider: Provider;
let client: SafeHttpClient;
let port = 0;

beforeEach(async () => {
  taken = [];
  server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        taken.push({ from, to: rcptTo.map(({ address }) => address), source: Buffer.concat(chunks) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = ((server.server as unknown as Server).address() as AddressInfo).port;
  files = await fileServer({ '/menu.pdf': { type: 'application/pdf', bytes: Buffer.from('.\r\n..%PDF\r\n.\r\n') } });
  const allow = [`127.0.0.1:${port}`, files.allow];
  client = new SafeHttpClient({ allow });
  provider = openProvider(smtp, servicesOf({ http: client, destinations: new Destinations({ allow }) }));
});
afterEach(async () => {
  await provider.close?.();
  await client.close();
  files.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const content: EmailContent = {
  from: '민지 상점 <shop@example.com>',
  subject: '안녕하세요 🎉 오늘의 메뉴를 알려 드립니다 𠮷',
  preheader: '',
  html: '<p>Hi</p>\n.\n..two dots',
  text: 'Hi\n.\n..two dots',
  unsubscribeUrl: 'https://wend.example/t/u/abc',
  bounceToken: token,
};

async function connectionWith(settings: object, secrets: Record<string, string> = {}): Promise<OpenConnection> {
  const read = smtp.settings!.parse({
    host: '127.0.0.1',
    port,
    security: 'none',
    user: '',
    from: 'shop@example.com',
    ...settings,
  }) as never;
  const prepared = await smtp.prepare({ settings: read, secrets });
  return {
    id: 'c',
    workspaceId,
    kind: 'smtp',
    ...prepared,
    oldSecrets: null,
    feedbackUrl: '',
    revision: JSON.stringify(settings),
  };
}

async function send(connection: OpenConnection, change: Partial<EmailContent> = {}): Promise<Taken> {
  await provider.send({
    message: { id: messageId, workspaceId, channel: 'email' },
    content: { ...content, ...change },
    recipient: 'ann@example.net',
    devices: [],
    idempotencyKey: messageId,
    connection,
    signal: AbortSignal.timeout(10_000),
    handingOver: async () => undefined,
  });
  return taken.at(-1)!;
}

describe('mail by SMTP', () => {
  it('arrives byte for byte, with what goes with it, to one person alone', async () => {
    const { from, to, source } = await send(await connectionWith({}), {
      replyTo: '도움 <help@example.com>',
      attachments: [{ url: `${files.url}/menu.pdf`, name: '오늘의 메뉴.pdf' }],
    });
    expect({ from, to }).toEqual({ from: 'shop@example.com', to: ['ann@example.net'] });
    const mail = await PostalMime.parse(source);
    expect(mail).toMatchObject({
      from: { name: '민지 상점', address: 'shop@example.com' },
      to: [{ address: 'ann@example.net' }],
      replyTo: [{ name: '도움', address: 'help@example.com' }],
      subject: content.subject,
      messageId: `<${messageId}@example.com>`,
    });
    expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
    expect(mail.text?.trim()).toBe(content.text);
    expect(mail.html?.trim()).toBe(content.html);
    expect(
      mail.attachments.map(({ filename, content: bytes }) => [filename, Buffer.from(bytes as ArrayBuffer).toString()]),
    ).toEqual([['오늘의 메뉴.pdf', '.\r\n..%PDF\r\n.\r\n']]);
  });

  it('is signed with a key that was made when the connection was saved, by the record that is shown', async () => {
    const connection = await connectionWith({ dkimDomain: 'Example.com', dkimSelector: 'wend1' });
    const { source } = await send(connection);
    expect(
      dkimProblem(source, { 'wend1._domainkey.example.com': String(connection.settings['dkimRecord']) }),
    ).toBeNull();
    expect(signedHeaders(source)).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
    const again = await smtp.prepare({ settings: connection.settings as never, secrets: connection.secrets });
    // Saved once more it is the same key: a new one would need a new record.
    expect(again).toEqual({ settings: connection.settings, secrets: connection.secrets });
    const without = await connectionWith({});
    expect((await send(without)).source.toString()).not.toContain('DKIM-Signature');
    expect([without.settings['dkimRecord'], without.secrets]).toEqual(['', {}]);
  });

  it('says so when its key cannot be read, and sends nothing unsigned', async () => {
    const connection = { ...(await connectionWith({ dkimDomain: 'example.com' })), secrets: { dkimKey: 'x' } };
    await expect(send(connection)).rejects.toMatchObject({ class: 'configuration', handedOver: false });
    expect(taken).toEqual([]);
  });

  it('comes back to an address that names its message where a domain for bounces is set', async () => {
    const connection = await connectionWith({ bounceDomain: 'bounces.example.com' });
    expect((await send(connection)).from).toBe(`bounce+${token}@bounces.example.com`);
    // Of before there were tokens.
    expect((await send(connection, { bounceToken: null })).from).toBe('shop@example.com');
  });

  it('goes first while mail to many people hangs when it is transactional, and before it else', async () => {
    const connection = await connectionWith({});
    const handed: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const sending = (name: string, priority: 'transactional' | 'single' | 'bulk', hangs = true) =>
      provider.send({
        message: { id: messageId, workspaceId, channel: 'email' },
        content,
        recipient: 'ann@example.net',
        devices: [],
        idempotencyKey: messageId,
        connection,
        priority,
        signal: AbortSignal.timeout(10_000),
        handingOver: async () => {
          handed.push(name);
          if (hangs) await gate;
        },
      });
    const bulk = Array.from({ length: 8 }, (_, index) => sending(`bulk ${index}`, 'bulk'));
    await expect.poll(() => handed.length).toBe(5);
    const single = sending('single', 'single');
    await sending('code', 'transactional', false);
    await sending('receipt', 'transactional', false);
    expect(handed.slice(5)).toEqual(['code', 'receipt']);
    release();
    await Promise.all([...bulk, single]);
    expect(handed[7]).toBe('single');
    expect(handed).toHaveLength(11);
  });

  it.each([
    { dkimDomain: 'not a domain' },
    { bounceDomain: 'a@b.example' },
    { dkimDomain: 'example.com', dkimSelector: 'a b' },
    { dkimDomain: 'example.com', dkimKey: 'secret' },
  ])('does not take %j as settings', (settings) => {
    const whole = { host: 'a.example', port: 25, security: 'none', from: 'a@b.example', ...settings };
    expect(smtp.settings!.safeParse(whole).success).toBe(false);
  });
});
