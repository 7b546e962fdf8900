import { Injectable, Module } from '@nestjs/common';
import type { EventKind } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import type { NormalizedRequest } from './normalize.js';

/** A request to the ingestion API as far as it came. `keyId`: the API key that it was sent with. */
type Sent = { scope: Scope; keyId: string; route: string; receivedAt: number; status: number };

/** A request whose items were looked at one by one. */
export type TakenRequest = Sent & {
  /** As they came. */
  items: readonly unknown[];
  /** Of all items, where the route says it. */
  kind: EventKind | null;
  events: NormalizedRequest['events'];
  /** Of each event of `events`: under which id it was stored; null when it was not, or its message id was seen before. */
  eventIds: readonly (string | null)[];
  rejected: NormalizedRequest['rejected'];
  /** How many of `events` the database refused; they are in `rejected` too. */
  refused: number;
};

/** A request that failed as a whole: nothing of it was stored, or nobody can tell. */
export type FailedRequest = Sent & {
  reason: string;
  /** How many items were in it; 1 where that is not known. */
  count: number;
  kind: EventKind | null;
  /** What could be read of it: parsed, else the beginning of its text. */
  body: { parsed: unknown } | { text: string } | null;
};

/** A request about one thing that is no event, such as a device, and that came off. */
export type DoneRequest = Sent & { body: unknown };

/** Hears what became of requests. Called for each: it must be quick, and what it does not do at once it keeps. */
export type IngestListener = {
  took: (request: TakenRequest) => void;
  failed: (request: FailedRequest) => void;
  done: (request: DoneRequest) => void;
};

/** Who wants to hear what became of requests to the ingestion API; modules add theirs when they start. */
@Injectable()
export class IngestListeners {
  private readonly listeners: IngestListener[] = [];

  add(listener: IngestListener): void {
    this.listeners.push(listener);
  }

  /** Whatever goes wrong in a listener, the request is answered. */
  took(request: TakenRequest): void {
    this.tell((listener) => listener.took(request));
  }

  failed(request: FailedRequest): void {
    this.tell((listener) => listener.failed(request));
  }

  done(request: DoneRequest): void {
    this.tell((listener) => listener.done(request));
  }

  private tell(what: (listener: IngestListener) => void): void {
    for (const listener of this.listeners)
      try {
        what(listener);
      } catch (error) {
        logger.error({ error }, 'it could not be noted what became of a request');
      }
  }
}

/** Lets modules hear of requests: they import this and add their listeners when they start. */
@Module({ providers: [IngestListeners], exports: [IngestListeners] })
export class IngestListenersModule {}
