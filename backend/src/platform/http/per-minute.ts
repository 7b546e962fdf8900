import { UserError } from '../errors/index.js';
import type { Caller } from './caller.js';

type Options = { most: number; code: string; message: string };

/** How often each caller does something in a minute, as this process saw it: for what people start by hand. */
export class PerMinute {
  private readonly recent = new Map<string, number[]>();

  constructor(private readonly options: Options) {}

  /** Throws a 429 when the caller has done it too often in the last minute. */
  count({ actor }: Caller): void {
    const now = Date.now();
    for (const [who, times] of this.recent) if (times.at(-1)! < now - 60_000) this.recent.delete(who);
    const who = actor.id;
    const times = (this.recent.get(who) ?? []).filter((time) => time > now - 60_000);
    const { most, code, message } = this.options;
    if (times.length >= most)
      throw new UserError(code, message, {
        status: 429,
        headers: { 'Retry-After': String(Math.ceil((times[0]! + 60_000 - now) / 1_000)) },
      });
    this.recent.set(who, [...times, now]);
  }
}
