import type { Socket } from 'node:net';
import { smtpSettings } from '@wend/contract';
import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import { connectToMailServer } from '../platform/outbound/index.js';
import type { Destinations } from '../platform/outbound/index.js';
import type { OpenConnection } from './provider.js';
import { smtpErrorOf } from './smtp-error.js';
import type { SmtpFailure } from './smtp-error.js';

const connectMs = 10_000;
const silenceMs = 45_000;

type Transport = ReturnType<typeof createTransport>;
type SocketCallback = (error: Error | null, options?: { connection: Socket }) => void;

/** Connections to one mail server, opened to checked addresses only. */
export class SmtpPool {
  private readonly transport: Transport;
  /** Mails of which the server is being given the body, by their Message-ID. */
  private readonly inTransfer = new Set<string>();

  constructor({ connection, destinations }: { connection: OpenConnection; destinations: Destinations }) {
    const settings = smtpSettings.parse(connection.settings);
    const password = connection.secrets['password'] ?? '';
    this.transport = createTransport({
      pool: true,
      maxConnections: 5,
      maxMessages: 500,
      // Left to itself nodemailer sends again when a connection closes in the middle, whatever the server had by then.
      maxRequeues: 0,
      host: settings.host,
      port: settings.port,
      secure: settings.security === 'tls',
      requireTLS: settings.security === 'starttls',
      ignoreTLS: settings.security === 'none',
      ...(settings.user !== '' && { auth: { user: settings.user, pass: password } }),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      tls: { minVersion: 'TLSv1.2' },
      getSocket: (_options: unknown, callback: SocketCallback) => {
        connectToMailServer({ destinations, host: settings.host, port: settings.port, timeoutMs: connectMs }).then((socket) => callback(null, { connection: socket }), callback);
      },
    } as Parameters<typeof createTransport>[0]);
    this.transport.use('stream', (mail, done) => {
      this.noteTransfer(mail as unknown as StreamedMail);
      done();
    });
  }

  /** Resolves with the server's answer once it has taken the mail. Rejects with nodemailer's error, `handedOver` added. */
  async send(mail: SendMailOptions & { messageId: string }): Promise<{ response: string }> {
    try {
      const { response } = (await this.transport.sendMail(mail)) as { response?: string };
      return { response: response ?? '' };
    } catch (error) {
      throw Object.assign(error as SmtpFailure, { handedOver: this.inTransfer.has(mail.messageId) });
    } finally {
      this.inTransfer.delete(mail.messageId);
    }
  }

  async verify(): Promise<void> {
    try {
      await this.transport.verify();
    } catch (error) {
      throw smtpErrorOf(error);
    }
  }

  close(): void {
    this.transport.close();
  }

  /** The body is piped to the server only after it has answered DATA with 354: from then on it may have the mail. */
  private noteTransfer(mail: StreamedMail): void {
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = () => {
      const stream = create();
      const pipe = stream.pipe.bind(stream);
      stream.pipe = (...args) => {
        if (typeof mail.data.messageId === 'string') this.inTransfer.add(mail.data.messageId);
        return pipe(...args);
      };
      return stream;
    };
  }
}

type StreamedMail = { data: SendMailOptions; message: { createReadStream: () => NodeJS.ReadableStream } };
