import { ProviderError } from '@wend/node-sdk';
import type { OpenConnection, ProviderServices, SendRequest } from '@wend/node-sdk';
import { smtpErrorOf } from './smtp-error.js';
import { SmtpLine } from './smtp-line.js';
import type { Mail } from './smtp-line.js';
import { smtpSettings } from './smtp-settings.js';
import type { SmtpSettings } from './smtp-settings.js';

const places = 5;
/** Beside those, for transactional mail only. */
const ownPlaces = 2;
const ranks = { transactional: 0, single: 1, bulk: 2 };
const mailsPerLine = 500;
/** A line that was idle for so long is asked whether it is still there before a mail is begun on it. */
const trustedMs = 1_000;
const idleMs = 30_000;

type Kept = { line: SmtpLine; mails: number; usedAt: number };
type Priority = NonNullable<SendRequest['priority']>;
type Waiting = { priority: Priority; give: () => void; refuse: (error: ProviderError) => void };

type SendOptions = {
  mail: Mail;
  priority?: Priority | undefined;
  signal: AbortSignal;
  handingOver: () => Promise<void>;
};

/**
 * Connections to one mail server. A place is taken by a mail, never by a connection: whatever becomes of one, its place
 * is free again. Those who wait for a place while the server turns out to be away are told at once.
 */
export class SmtpPool {
  private readonly settings: SmtpSettings;
  private readonly password: string;
  private readonly idle: Kept[] = [];
  private readonly waiting: Waiting[] = [];
  private taken = 0;
  private closed = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly options: { connection: OpenConnection; connect: ProviderServices['connect'] }) {
    this.settings = smtpSettings.parse(options.connection.settings);
    this.password = options.connection.secrets['password'] ?? '';
  }

  /**
   * Resolves with the server's answer once it has taken the mail. Rejects with a `ProviderError`, or with what
   * `handingOver` threw.
   */
  async send({ mail, priority = 'single', signal, handingOver }: SendOptions): Promise<string> {
    await this.takePlace(priority, signal);
    let kept: Kept | null = null;
    const late = (): void => kept?.line.close();
    try {
      kept = (await this.reusable()) ?? { line: await this.openWithin(signal), mails: 0, usedAt: 0 };
      signal.addEventListener('abort', late);
      if (signal.aborted) throw outOfTime();
      const response = await kept.line.send(mail, handingOver);
      kept.mails += 1;
      return response;
    } catch (error) {
      if (error instanceof Error && error.name === 'Withdrawn') throw error;
      const failure = smtpErrorOf(error);
      // A refused mail leaves a conversation behind that the next one must not go on with.
      if (kept && !kept.line.isClosed && !(await this.isClean(kept.line))) kept.line.close();
      if (failure.away) for (const each of this.waiting.splice(0)) each.refuse(failure);
      throw failure;
    } finally {
      signal.removeEventListener('abort', late);
      if (kept) this.keep(kept);
      this.freePlace();
    }
  }

  /** Connects and logs in where the server lets one; says whether it did. */
  async verify(): Promise<{ loggedIn: boolean }> {
    try {
      const line = await this.open();
      line.close();
      return { loggedIn: line.loggedIn };
    } catch (error) {
      throw smtpErrorOf(error);
    }
  }

  /** Mails that are under way go on. */
  close(): void {
    this.closed = true;
    clearInterval(this.sweeper);
    for (const { line } of this.idle.splice(0)) line.close();
  }

  private open(): Promise<SmtpLine> {
    return SmtpLine.open({ settings: this.settings, password: this.password, connect: this.options.connect });
  }

  /** A line that comes too late for its mail is there for another. */
  private async openWithin(signal: AbortSignal): Promise<SmtpLine> {
    const opening = this.open();
    let late: () => void = () => undefined;
    const end = new Promise<never>((_, reject) => {
      late = () => {
        opening.then(
          (line) => this.keep({ line, mails: 0, usedAt: 0 }),
          () => undefined,
        );
        reject(outOfTime());
      };
      signal.addEventListener('abort', late);
    });
    return Promise.race([opening, end]).finally(() => signal.removeEventListener('abort', late));
  }

  private async reusable(): Promise<Kept | null> {
    let kept = this.idle.pop();
    while (kept?.line.isClosed) kept = this.idle.pop();
    if (!kept || Date.now() - kept.usedAt < trustedMs || (await this.isClean(kept.line))) return kept ?? null;
    // Whatever happened to this one has happened to the others.
    for (const { line } of [kept, ...this.idle.splice(0)]) line.close();
    return null;
  }

  private async isClean(line: SmtpLine): Promise<boolean> {
    return line.reset().then(
      () => true,
      () => false,
    );
  }

  private keep(kept: Kept): void {
    if (kept.line.isClosed) return;
    if (this.closed || kept.mails >= mailsPerLine) return kept.line.close();
    this.idle.push(Object.assign(kept, { usedAt: Date.now() }));
    this.sweeper ??= setInterval(() => this.sweep(), idleMs).unref();
  }

  private sweep(): void {
    const old = this.idle.filter(({ usedAt, line }) => line.isClosed || Date.now() - usedAt > idleMs);
    for (const kept of old) {
      this.idle.splice(this.idle.indexOf(kept), 1);
      kept.line.close();
    }
  }

  private async takePlace(priority: Priority, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw outOfTime();
    if (this.taken < placesFor(priority)) {
      this.taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const late = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(outOfTime());
      };
      const done = () => signal.removeEventListener('abort', late);
      const waiting: Waiting = {
        priority,
        give: () => {
          done();
          resolve();
        },
        refuse: (error) => {
          done();
          reject(error);
        },
      };
      signal.addEventListener('abort', late);
      const behind = this.waiting.findIndex((each) => ranks[each.priority] > ranks[priority]);
      this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, waiting);
    });
  }

  /** To the most urgent one that waits, of those to the one that has waited longest. */
  private freePlace(): void {
    this.taken -= 1;
    const [next] = this.waiting;
    if (!next || this.taken >= placesFor(next.priority)) return;
    this.taken += 1;
    this.waiting.shift();
    next.give();
  }
}

function placesFor(priority: Priority): number {
  return priority === 'transactional' ? places + ownPlaces : places;
}

function outOfTime(): ProviderError {
  return new ProviderError({
    class: 'timeout',
    message: 'The mail server didn’t accept this email in time.',
    handedOver: false,
    away: true,
  });
}
