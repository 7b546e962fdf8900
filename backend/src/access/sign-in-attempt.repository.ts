import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Repository } from 'typeorm';
import { Database } from '../platform/database/index.js';
import { SignInAttemptEntity } from './sign-in-attempt.entity.js';

export type Throttle = { key: string; limit: number };
/** An attempt that was counted; given back when it succeeds. */
export type Attempt = Pick<SignInAttemptEntity, 'id' | 'key'>;

const windowSeconds = 15 * 60;

/**
 * Failed sign-ins by account and by address. An attempt is counted before the password is looked at, so that many at
 * once cannot slip through together. Without scope: nobody knows the workspace yet.
 */
@Injectable()
export class SignInAttemptRepository {
  constructor(private readonly database: Database) {}

  private get attempts(): Repository<SignInAttemptEntity> {
    return this.database.repository(SignInAttemptEntity);
  }

  /**
   * Counts an attempt against every throttle. When one is full, nothing is counted and the seconds to wait are
   * returned.
   */
  async take(throttles: Throttle[]): Promise<{ attempts: Attempt[] } | { retryAfterSeconds: number }> {
    const attempts: Attempt[] = [];
    for (const throttle of throttles) {
      attempts.push(await this.count(throttle.key));
      const retryAfterSeconds = await this.excess(throttle);
      if (retryAfterSeconds === null) continue;
      await this.giveBack(attempts);
      return { retryAfterSeconds };
    }
    return { attempts };
  }

  async giveBack(attempts: Attempt[]): Promise<void> {
    await this.attempts.delete({ id: In(attempts.map(({ id }) => id)) });
  }

  async clear(key: string): Promise<void> {
    await this.attempts.delete({ key });
  }

  private async count(key: string): Promise<Attempt> {
    const { identifiers } = await this.attempts.insert({ key, at: () => 'clock_timestamp()' });
    return { id: identifiers[0]!['id'] as string, key };
  }

  /** Null while there is room; else seconds until the oldest attempt that fills the throttle leaves the window. */
  private async excess({ key, limit }: Throttle): Promise<number | null> {
    const [row] = await this.database.query<{ wait: number }>(
      `select greatest(1, ceil(extract(epoch from at - now()) + $3))::int as wait
         from sign_in_attempts
         where key = $1 and at > now() - make_interval(secs => $3)
         order by at desc offset $2
         limit 1`,
      [key, limit, windowSeconds],
    );
    return row?.wait ?? null;
  }
}
