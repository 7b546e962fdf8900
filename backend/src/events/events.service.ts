import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { OperationalError, UserError } from '../platform/errors/index.js';
import { isOutage, isStatementTimeout } from '../platform/http/index.js';
import { IdentityConflict, PeopleCache, isConflict, retryConflicts } from '../profiles/index.js';
import type { LateTraits } from '../profiles/index.js';
import { newEvent } from './event.js';
import type { EventInput, NewEvent, Origin } from './event.js';
import { upsertNames } from './event.repository.js';
import { NameCache } from './name-cache.js';
import { WriteBatcher } from './write-batcher.js';
import { seenEveryMs, writeEvents } from './write-events.js';
import type { Written } from './write-events.js';

/**
 * What became of the events, in their order: the id under which each was stored; null when its message id was seen
 * before. `late`: traits that changed nothing, because newer values are known.
 */
export type Ingested = {
  eventIds: (string | null)[];
  rejected: { index: number; message: string }[];
  late: { index: number; traits: LateTraits }[];
};

type IngestOptions = {
  scope: Scope;
  events: EventInput[];
  receivedAt?: number;
  origin?: Origin;
  runOffsetMs?: number;
  sql?: Sql;
};

@Injectable()
export class EventsService {
  private readonly names = new NameCache();
  private readonly people = new PeopleCache(seenEveryMs);
  private readonly batcher = this.batches();
  /** What is imported shares no transaction with what happens now: what follows from it starts and wakes nothing. */
  private readonly imports = this.batches();

  constructor(private readonly database: Database) {}

  /**
   * Stores events as if they had been sent to the ingestion API: profiles, dedupe by message id, queue for the router.
   * Resolves after the commit. `runOffsetMs` and `origin` go to the runs that these events start. With `sql` the events
   * are part of the caller's transaction, which must then be ready to be run again on an `IdentityConflict`.
   */
  async ingest({
    scope,
    events,
    receivedAt = Date.now(),
    origin = 'live',
    runOffsetMs = 0,
    sql,
  }: IngestOptions): Promise<Ingested> {
    return this.store({
      scope,
      events: events.map((event) => newEvent(event, { receivedAt, origin, runOffsetMs })),
      ...(sql && { sql }),
    });
  }

  /** The same for events that are already validated. An event that the database refuses is rejected alone. */
  async store({ scope, events, sql }: { scope: Scope; events: NewEvent[]; sql?: Sql }): Promise<Ingested> {
    if (events.length === 0) return { eventIds: [], rejected: [], late: [] };
    if (sql) return outcome(events, await writeEvents(scope, { sql, events, names: this.names }));
    try {
      const batcher = events.every(({ origin }) => origin === 'import') ? this.imports : this.batcher;
      return outcome(events, await batcher.submit(scope, events));
    } catch (error) {
      if (isPassing(error)) throw asOperational(error);
      if (events.length === 1) return { eventIds: [null], rejected: [{ index: 0, message: refusal(error) }], late: [] };
    }
    return this.inHalves(scope, events);
  }

  /** Adds traits to what pickers offer, for what sets them without an event. `names` are paths (`pathOf`). */
  nameTraits(scope: Scope, { sql, names }: { sql: Sql; names: string[] }): Promise<void> {
    return upsertNames(scope, { sql, names: names.map((name) => ({ kind: 'trait', name, properties: [] })) });
  }

  private batches(): WriteBatcher<Written> {
    return new WriteBatcher<Written>({
      write: (scope, events) => this.writeOnce(scope, events),
      isOutage: (error) => isPassing(error) && !isStatementTimeout(error),
    });
  }

  /** In their order, until those that are refused stand alone. */
  private async inHalves(scope: Scope, events: NewEvent[]): Promise<Ingested> {
    const middle = Math.ceil(events.length / 2);
    const first = await this.store({ scope, events: events.slice(0, middle) });
    const second = await this.store({ scope, events: events.slice(middle) });
    return {
      eventIds: [...first.eventIds, ...second.eventIds],
      rejected: [
        ...first.rejected,
        ...second.rejected.map(({ index, message }) => ({ index: index + middle, message })),
      ],
      late: [...first.late, ...second.late.map(({ index, traits }) => ({ index: index + middle, traits }))],
    };
  }

  private writeOnce(scope: Scope, events: NewEvent[]): Promise<Written> {
    return retryConflicts(
      async () => {
        const written = await this.database.transaction((sql) =>
          writeEvents(scope, { sql, events, names: this.names, cache: this.people }),
        );
        this.names.remember(scope, written.names);
        this.people.remember(scope, written.people);
        return written;
      },
      {
        what: 'events were stored',
        onConflict: (error) => {
          if (error instanceof IdentityConflict) this.people.forget(scope);
        },
      },
    );
  }
}

function outcome(events: NewEvent[], { stored, late }: Written): Ingested {
  const traits = new Map(late.map((each) => [each.eventId, each.traits]));
  return {
    eventIds: events.map((event) => (stored.get(event.messageId) === event ? event.id : null)),
    rejected: [],
    // What nearly all requests bring is in time.
    late:
      traits.size === 0
        ? []
        : events.flatMap(({ id }, index) => (traits.has(id) ? [{ index, traits: traits.get(id)! }] : [])),
  };
}

function isPassing(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code);
  // 25: no transaction or one that ended; 53: out of disk, memory, connections; 55: lock; 57: shutting down; 58: the
  // disk.
  return error instanceof OperationalError || isConflict(error) || isOutage(error) || /^(25|53|55|57|58|XX)/.test(code);
}

function asOperational(error: unknown): OperationalError {
  if (error instanceof OperationalError) return error;
  return new OperationalError(
    'database-unavailable',
    'The events could not be stored just now. Send them again in a moment.',
    { cause: error },
  );
}

/**
 * What a client may know of an error that concerns only its event: what PostgreSQL says of bad data; anything else is
 * our bug.
 */
function refusal(error: unknown): string {
  const code = String((error as { code?: unknown }).code);
  if (error instanceof UserError || /^22/.test(code)) return (error as Error).message;
  throw error;
}
