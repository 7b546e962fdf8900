import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { receiptKinds } from '@wend/contract';
import type { Channel, MachineSign, MessageStatus } from '@wend/contract';
import type { FeedbackEvent, FeedbackKind } from '@wend/node-sdk';
import { ChannelRegistry, ConnectionRepository, FeedbackListeners } from '../channels/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { storableText } from '../platform/text/index.js';
import { retryConflicts } from '../profiles/index.js';
import { FeedbackRepository } from './feedback.repository.js';
import type { FoundMessage, StoredEvent, Waiting } from './feedback.repository.js';
import { HitsService } from './hits.service.js';
import { MachineNetworks } from './machine-networks.js';
import { machineSign } from './machine-signs.js';
import { OutcomesService } from './outcomes.service.js';

type Told = { id: string; kind: string };
type Found = { event: FeedbackEvent; message: FoundMessage | null };

const textKept = 1_000;
const addressKept = 2_000;
const sweptAtOnce = 200;
const feedbackKinds: ReadonlySet<FeedbackKind> = new Set(receiptKinds);
const textFields = [
  'messageId',
  'providerId',
  'recipient',
  'to',
  'text',
  'id',
  'detail',
  'url',
  'userAgent',
] as const satisfies (keyof FeedbackEvent)[];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What moves a message, and why where that is not well. `softBounced`: this one is lost, its address is not. */
const moves: Partial<Record<FeedbackKind, { to: MessageStatus; reason?: string }>> = {
  sent: { to: 'sent' },
  delivered: { to: 'delivered' },
  failed: { to: 'failed', reason: 'rejected' },
  bounced: { to: 'bounced', reason: 'badAddress' },
  softBounced: { to: 'bounced', reason: 'softBounced' },
};

/**
 * What providers tell of messages that they took. It may come before the message knows its provider's id, twice, out of
 * order and late: a message only moves forward, and an event that has an id or a time is taken once.
 */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly repository: FeedbackRepository,
    private readonly outcomes: OutcomesService,
    private readonly hits: HitsService,
    private readonly listeners: FeedbackListeners,
    private readonly registry: ChannelRegistry,
    private readonly connections: ConnectionRepository,
  ) {}

  /** Resolves once all of it is stored; when it rejects the provider has to tell it again. */
  async take(
    scope: Scope,
    { connection, events }: { connection: Told; events: readonly FeedbackEvent[] },
  ): Promise<void> {
    const found = await this.find(scope, { connection, events: events.flatMap(readable) });
    await this.move(scope, found);
    await this.keep(scope, { connection, found, waits: null });
  }

  /**
   * Looks again for the messages of callbacks that came too early; those that nobody knows after a day are dropped. True
   * when there may be more. Whatever fails is tried again later.
   */
  async sweep(): Promise<boolean> {
    const claimed = await this.repository.claim(sweptAtOnce);
    const groups = new Map<string, Waiting[]>();
    for (const row of claimed) {
      const key = `${row.workspaceId}:${row.connectionId}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    for (const rows of groups.values())
      await this.sweepOf(rows).catch((error: unknown) =>
        logger.error({ error, connectionId: rows[0]!.connectionId }, 'what a provider told could not be applied yet'),
      );
    return claimed.length === sweptAtOnce;
  }

  private async sweepOf(rows: Waiting[]): Promise<void> {
    const { workspaceId, connectionId } = rows[0]!;
    const scope = { workspaceId };
    const connection = await this.connections.find(scope, { id: connectionId });
    const events = rows.map(({ event }) => revived(event));
    const found = connection ? await this.find(scope, { connection, events }) : [];
    const done = new Set<string>();
    for (const [index, { event, message }] of found.entries()) {
      if (!message) continue;
      await this.move(scope, [{ event, message }]);
      await this.keep(scope, { connection: connection!, found: [{ event, message }], waits: rows[index]!.id });
      done.add(rows[index]!.id);
    }
    const dropped = rows.filter(({ id, late }) => !done.has(id) && (late || !connection));
    if (dropped.length > 0)
      logger.warn(
        {
          workspaceId,
          connectionId,
          events: dropped.length,
          providerIds: dropped.slice(0, 5).map(({ event }) => event.providerId),
        },
        'a provider told of messages that nobody here knows; dropped',
      );
    await this.repository.forget(
      scope,
      dropped.map(({ id }) => id),
    );
  }

  private async find(
    scope: Scope,
    { connection, events }: { connection: Told; events: readonly FeedbackEvent[] },
  ): Promise<Found[]> {
    const ids = events.flatMap(({ messageId }) => (messageId !== undefined && uuid.test(messageId) ? [messageId] : []));
    const providerIds = events.flatMap(({ providerId }) => providerId ?? []);
    const messages =
      ids.length + providerIds.length === 0
        ? []
        : await this.repository.find(scope, { ids, providerIds, provider: connection.kind });
    const byId = new Map(messages.map((message) => [message.id, message]));
    // Two servers that are called by the same kind of connection may count from one both: its own come last, and stay.
    const own = ({ connectionId }: FoundMessage): number => Number(connectionId === connection.id);
    const byProviderId = new Map(
      messages.toSorted((a, b) => own(a) - own(b)).map((message) => [message.providerId, message]),
    );
    return events.map((event) => ({
      event,
      message:
        byId.get(event.messageId?.toLowerCase() ?? '') ??
        (event.providerId === undefined ? undefined : byProviderId.get(event.providerId)) ??
        null,
    }));
  }

  /** Twice is as once: states move forward only, and openings and clicks are judged by what they are. */
  private async move(scope: Scope, found: readonly Found[]): Promise<void> {
    for (const { event, message } of found) {
      if (!message) continue;
      const { kind, detail, at } = event;
      if (kind === 'opened' || kind === 'clicked') {
        const url = kind === 'clicked' ? (event.url ?? null) : null;
        await this.hits.take(
          { ...scope, messageId: message.id },
          { kind, url, sign: signOf(event), address: null, ...(at && { at }) },
        );
        continue;
      }
      const move = moves[kind];
      if (!move) continue;
      await this.outcomes.record({
        workspaceId: scope.workspaceId,
        messageId: message.id,
        ...move,
        ...(move.reason === undefined ? detail !== undefined && { detail } : { error: detail ?? wordsFor(kind) }),
        ...(at && { happenedAt: at }),
      });
    }
  }

  /**
   * What is to be done once, with the note that it was: of an event that is told again nothing of this is done again.
   * `waits`: the row in which it waited for its message.
   */
  private async keep(
    scope: Scope,
    { connection, found, waits }: { connection: Told; found: readonly Found[]; waits: string | null },
  ): Promise<void> {
    const channel: Channel | undefined = this.registry.provider(connection.kind)?.channel;
    if (channel === undefined) return;
    const keyed = found.map((each) => ({ ...each, key: keyOf(each.event) }));
    // Two calls may tell of the same people in another order; some providers tell a thing only once.
    const write = async (sql: Sql): Promise<void> => {
      const keys = [...new Set(keyed.flatMap(({ key }) => key ?? []))];
      // What waited was written down as seen when it came.
      const fresh =
        waits === null
          ? await this.repository.see(scope, { sql, connectionId: connection.id, ids: keys })
          : new Set(keys);
      const parked: FeedbackEvent[] = [];
      for (const { event, message, key } of keyed) {
        if (key !== null && !fresh.delete(key)) continue;
        if (!message && namesMessage(event)) {
          // Its id of ours is stored before anything leaves: only theirs can be early.
          if (waits === null && event.messageId === undefined) parked.push(event);
          else logger.debug({ connectionId: connection.id, kind: event.kind }, 'a provider told of what is not here');
          continue;
        }
        if (message && event.kind === 'complained')
          await this.repository.note(scope, {
            sql,
            messageId: message.id,
            status: 'complained',
            at: event.at ?? new Date(),
            detail: event.detail ?? null,
          });
        await this.listeners.tell(scope, { event, message, connection, channel, sql });
      }
      if (waits !== null) await this.repository.forget(scope, [waits], sql);
      await this.repository.park(scope, { sql, connectionId: connection.id, events: parked });
    };
    await retryConflicts(() => this.repository.transaction(write), { what: 'what a provider told was stored' });
  }
}

/**
 * What tells an event that is told again: the provider's id of it, else all of it where it says when it was. Null where
 * the same may well happen twice, such as a reply without a time.
 */
function keyOf(event: FeedbackEvent): string | null {
  if (event.id !== undefined) return `${event.kind}:${event.id}`.slice(0, 500);
  if (event.at === undefined) return null;
  return createHash('sha256').update(JSON.stringify(event)).digest('base64url');
}

/** Whether it says which message it is about; a reply is about the person. */
function namesMessage({ kind, messageId, providerId }: FeedbackEvent): boolean {
  return kind !== 'replied' && (messageId ?? providerId) !== undefined;
}

/** A provider that passes a user agent on saw a request; one that does not says itself whether a machine made it. */
function signOf({ kind, machine, userAgent }: FeedbackEvent): MachineSign | null {
  if (machine !== undefined) return machine ? 'provider' : null;
  if (userAgent === undefined || (kind !== 'opened' && kind !== 'clicked')) return null;
  return machineSign({ kind, method: 'GET', headers: { 'user-agent': userAgent }, address: undefined, networks });
}

/** What is told by others comes from their addresses. */
const networks = new MachineNetworks();

/**
 * As the database can hold it: whatever bytes a provider sent, and whatever types its JSON had where its code expected a
 * text. One event that cannot be read must not keep the others of its call from being taken, again and again.
 */
function readable(event: FeedbackEvent): FeedbackEvent[] {
  const { kind, at, answered, machine } = event;
  if (!feedbackKinds.has(kind)) {
    logger.warn({ kind }, 'a provider told something of a kind that is not known; it is left out');
    return [];
  }
  const texts: Partial<FeedbackEvent> = Object.fromEntries(
    textFields.flatMap((name) => {
      const value: unknown = event[name];
      if (typeof value !== 'string' && typeof value !== 'number') return [];
      return [[name, storableText(String(value).slice(0, name === 'url' ? addressKept : textKept))]];
    }),
  );
  // What a provider's clock says comes later than now has happened now.
  const time =
    at instanceof Date && !Number.isNaN(at.getTime())
      ? new Date(Math.min(Math.max(at.getTime(), 0), Date.now()))
      : undefined;
  return [
    {
      kind,
      ...texts,
      ...(typeof answered === 'boolean' && { answered }),
      ...(typeof machine === 'boolean' && { machine }),
      ...(time && { at: time }),
    },
  ];
}

function revived({ at, ...event }: StoredEvent): FeedbackEvent {
  return { ...event, ...(at !== undefined && { at: new Date(at) }) };
}

function wordsFor(kind: FeedbackKind): string {
  if (kind === 'failed') return 'The provider could not deliver it.';
  return kind === 'bounced'
    ? 'The address does not exist or takes no messages.'
    : 'The address did not take this message.';
}
