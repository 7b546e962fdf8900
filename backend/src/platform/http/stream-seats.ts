import { Injectable, Module } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Permission } from '@wend/contract';
import { UserError } from '../errors/index.js';
import { logger } from '../logging/index.js';
import { checkAccess } from './access.guard.js';
import { CallerResolver } from './caller.js';
import type { Caller } from './caller.js';
import type { AuthorizedRequest } from './route.decorator.js';

type Seat = { request: AuthorizedRequest; permission: Permission; end: () => void };

const perActor = 20;
const inAll = 2_000;
/** A stream outlives its session, key or role by no more than this. */
const checkMs = 3_000;

/** Open streams: how many one member or key may have, and that each ends when whoever opened it may no longer. */
@Injectable()
export class StreamSeats implements OnModuleDestroy {
  private readonly seats = new Map<string, Set<Seat>>();
  private count = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly callers: CallerResolver) {}

  /** Returns how to give the seat back. Throws 429 when this caller has too many, 503 when all have. */
  take({ request, caller, permission, end }: Seat & { caller: Caller }): () => void {
    const key = `${caller.actor.kind}:${caller.actor.id}`;
    const taken = this.seats.get(key) ?? new Set<Seat>();
    if (taken.size >= perActor)
      throw new UserError(
        'too-many-streams',
        `You have ${perActor} live views open. Close some tabs. Until then, this one updates every few seconds.`,
        { status: 429, headers: { 'Retry-After': '10' } },
      );
    if (this.count >= inAll)
      throw new UserError('streams-busy', 'Too many live views are open. This one updates every few seconds for now.', {
        status: 503,
        headers: { 'Retry-After': '10' },
      });
    const seat = { request, permission, end };
    this.seats.set(key, taken.add(seat));
    this.count += 1;
    this.timer ??= setInterval(() => void this.check(), checkMs);
    return () => {
      if (!taken.delete(seat)) return;
      this.count -= 1;
      if (taken.size === 0 && this.seats.get(key) === taken) this.seats.delete(key);
      if (this.count === 0) this.stop();
    };
  }

  onModuleDestroy(): void {
    this.stop();
  }

  private stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private async check(): Promise<void> {
    const byCredential = new Map<string, Seat[]>();
    for (const seat of [...this.seats.values()].flatMap((seats) => [...seats])) {
      const { authorization = '', cookie = '' } = seat.request.headers;
      const credential = `${authorization}\n${cookie}`;
      byCredential.set(credential, [...(byCredential.get(credential) ?? []), seat]);
    }
    for (const seats of byCredential.values()) {
      try {
        const caller = await this.callers.resolve(seats[0]!.request);
        for (const { permission, end } of seats) if (!caller || !may(permission, caller)) end();
      } catch (error) {
        // Nobody can tell just now; the next check can.
        logger.warn({ error }, 'it could not be checked who may still read a stream');
      }
    }
  }
}

function may(permission: Permission, caller: Caller): boolean {
  try {
    checkAccess(permission, caller);
    return true;
  } catch {
    return false;
  }
}

/** For controllers with streams: all share the places. */
@Module({ providers: [StreamSeats], exports: [StreamSeats] })
export class StreamSeatsModule {}
