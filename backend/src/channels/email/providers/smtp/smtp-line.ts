import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Writable } from 'node:stream';
import type { ProviderServices } from '@wend/node-sdk';
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { SmtpFailure } from './smtp-error.js';
import type { SmtpSettings } from './smtp-settings.js';

/** For each of: the connection, the greeting, each answer before the mail itself. */
const answerMs = 10_000;
const resetMs = 3_000;
const goodbyeMs = 2_000;
/** For each answer once the mail is on its way: giving up then leaves nobody knowing. */
const silenceMs = 45_000;

/** `source` is made when the server waits for it: mails that wait for a place take no memory for their files. */
export type Mail = { envelope: { from: string; to: string[] }; source: () => Buffer };
type Stage = NonNullable<SmtpFailure['stage']>;

type OpenOptions = {
  settings: SmtpSettings;
  password: string;
  connect: ProviderServices['connect'];
};

/**
 * One open, logged-in connection to a mail server, to a checked address. It takes one mail at a time and is of no more
 * use once it `isClosed`.
 */
export class SmtpLine {
  isClosed = false;
  private stage: Stage = 'opening';
  private fail: ((error: Error) => void) | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** Whether user name and password were asked for, and right. */
  loggedIn = false;

  private constructor(
    private readonly connection: SMTPConnection & { allowsAuth?: boolean },
    private readonly socket: Socket,
  ) {
    connection.on('error', (error: Error) => this.end(error));
    connection.on('end', () => this.end(new Error('The server closed the connection.')));
  }

  /** Connects and logs in. Rejects with a `SmtpFailure` or `OutboundError`. */
  static async open({ settings, password, connect }: OpenOptions): Promise<SmtpLine> {
    const { host, port, security } = settings;
    const socket = await connect({ host, port, timeoutMs: answerMs }).catch((error: Error) =>
      Promise.reject(Object.assign(error, { stage: 'opening' })),
    );
    const line = new SmtpLine(
      new SMTPConnection({
        connection: socket,
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        connectionTimeout: answerMs,
        greetingTimeout: answerMs,
        socketTimeout: silenceMs,
        tls: { minVersion: 'TLSv1.2' },
      }),
      socket,
    );
    await line
      .converse({ stage: 'opening', withinMs: 2 * answerMs }, (done) => {
        line.connection.connect((error) => {
          if (error || settings.user === '' || !line.connection.allowsAuth) return done(error);
          line.loggedIn = true;
          line.connection.login({ credentials: { user: settings.user, pass: password } }, (refused) => done(refused));
        });
      })
      .catch((error: Error) => {
        line.close();
        throw error;
      });
    return line;
  }

  /**
   * Resolves with the server's answer once it has taken the mail. The server has said that it waits for the mail (354)
   * when `handingOver` is called; what that throws comes back as it is. Rejects with a `SmtpFailure`.
   */
  async send({ envelope, source }: Mail, handingOver: () => Promise<void>): Promise<string> {
    let response = '';
    await this.converse({ stage: 'envelope', withinMs: answerMs }, (done) => {
      const pipe = (target: Writable): Writable => {
        // After a refused envelope nodemailer only wants the mail gone.
        if (target instanceof PassThrough) return target;
        clearTimeout(this.timer);
        // Made first: what fails in that has handed nothing over.
        Promise.resolve()
          .then(source)
          .then(async (bytes) => {
            await handingOver();
            if (this.isClosed) return;
            this.stage = 'data';
            target.end(bytes);
          })
          .catch((error: Error) => {
            // Without the final dot the server has nothing.
            this.fail?.(error);
            this.close();
          });
        return target;
      };
      const stream = { on: () => stream, pipe };
      this.connection.send(envelope, stream as never, (error, info) => {
        response = info?.response ?? '';
        done(error ?? undefined);
      });
    });
    return response;
  }

  /** Makes sure that the other side is there and remembers nothing. */
  async reset(): Promise<void> {
    await this.converse({ stage: 'envelope', withinMs: resetMs }, (done) =>
      this.connection.reset((error) => done(error ?? undefined)),
    );
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.connection.close();
    // That only says goodbye; who does not answer does not hear it.
    setTimeout(() => this.socket.destroy(), goodbyeMs).unref();
  }

  private end(error: Error): void {
    this.isClosed = true;
    this.fail?.(error);
  }

  /** Exactly one end, whichever comes first: the answer, the end of the connection, the end of patience. */
  private async converse(
    { stage, withinMs }: { stage: Stage; withinMs: number },
    say: (done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    this.stage = stage;
    try {
      await new Promise<void>((resolve, reject) => {
        this.fail = reject;
        if (this.isClosed) return reject(new Error('The server closed the connection.'));
        this.timer = setTimeout(() => {
          reject(Object.assign(new Error('No answer'), { code: 'ETIMEDOUT' }));
          this.close();
        }, withinMs);
        say((error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      if ((error as Error).name === 'Withdrawn' || !(error instanceof Error)) throw error;
      throw Object.assign(error, { stage: this.stage });
    } finally {
      clearTimeout(this.timer);
      this.fail = null;
    }
  }
}
