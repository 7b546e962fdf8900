import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { UserError } from '../platform/errors/index.js';

/** A hash takes 19 MiB and tens of milliseconds of a thread that file access and name look-ups need too. */
const atOnce = 2;
const mayWait = 64;
const priorities = { stranger: 0, known: 1 };

/** Bounds what passwords cost: strangers wait in a line that is cut, and who is known goes before them. */
@Injectable()
export class PasswordWork {
  private readonly queue = new PQueue({ concurrency: atOnce });

  /** Throws 503 `sign-in-busy` when too many strangers wait already. */
  async run<T>(work: () => Promise<T>, { known }: { known: boolean }): Promise<T> {
    if (!known && this.queue.sizeBy({ priority: priorities.stranger }) >= mayWait) {
      throw new UserError('sign-in-busy', 'Too many people are signing in at once. Try again in a few seconds.', {
        status: 503,
        headers: { 'Retry-After': '3' },
      });
    }
    return this.queue.add(work, { priority: known ? priorities.known : priorities.stranger });
  }
}
