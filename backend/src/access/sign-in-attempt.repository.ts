import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';

export type Throttle = { key: string; limit: number };
/** An attempt that was counted; given back when it succeeds. */
export type Attempt = { key: string; at: string };

const windowSeconds = 15 * 60;

/**
 * Failed sign-ins by account and by address. An attempt is counted before the password is looked at, so that many at once
 * cannot slip through together. Without scope: nobody knows the workspace yet.
 */
@Injectable()
export class SignInAttemptRepository {
  constructor(private readonly database: Database) {}

  /** Counts an attempt against every throttle. When one is full, nothing is counted and the seconds to wait are returned. */
  async take(throttles: Throttle[]): Promise<{ attempts: Attempt[] } | { retryAfterSeconds: number }> {
    await this.database.query(`delete from sign_in_attempts where at < now() - make_interval(secs => $1)`, [windowSeconds]);
    const attempts: Attempt[] = [];
    for (const throttle of throttles) {
      attempts.push({ key: throttle.key, at: await this.count(throttle.key) });
      const retryAfterSeconds = await this.excess(throttle);
      if (retryAfterSeconds === null) continue;
      await this.giveBack(attempts);
      return { retryAfterSeconds };
    }
    return { attempts };
  }

  async giveBack(attempts: Attempt[]): Promise<void> {
    for (const { key, at } of attempts) await this.database.query('delete from sign_in_attempts where key = $1 and at = $2::timestamptz', [key, at]);
  }

  async clear(key: string): Promise<void> {
    await this.database.query('delete from sign_in_attempts where key = $1', [key]);
  }

  /** The time as text: a JavaScript date would lose the microseconds that identify the row. */
  private async count(key: string): Promise<string> {
    const [row] = await this.database.query<{ at: string }>('insert into sign_in_attempts (key, at) values ($1, clock_timestamp()) returning at::text', [key]);
    return row!.at;
  }

  /** Null while there is room; else seconds until the oldest attempt that fills the throttle leaves the window. */
  private async excess({ key, limit }: Throttle): Promise<number | null> {
    const [row] = await this.database.query<{ wait: number }>(
      `select greatest(1, ceil(extract(epoch from at - now()) + $3))::int as wait
         from sign_in_attempts where key = $1 and at > now() - make_interval(secs => $3) order by at desc offset $2 limit 1`,
      [key, limit, windowSeconds],
    );
    return row?.wait ?? null;
  }
}
