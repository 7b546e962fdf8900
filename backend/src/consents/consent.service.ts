import { Injectable } from '@nestjs/common';
import { consentRequestedEvent, resubscribedEvent, unsubscribedEvent } from '@wend/contract';
import type { Channel, ConsentState, JsonObject } from '@wend/contract';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { retryConflicts } from '../profiles/index.js';
import type { Evidence, Standing, Stated, Statement } from './consent.js';
import { ConsentRepository } from './consent.repository.js';
import type { ImportedConsent, MessageOwner } from './consent.repository.js';

type Origin = 'live' | 'demo';
type StateOptions = {
  sql: Sql;
  profileId: string;
  statement: Statement;
  evidence: Evidence;
  /** Names what was said: the same again makes no second event. Left out: every change is told. */
  id?: string;
  /** Goes into the event. */
  told?: JsonObject;
  origin?: Origin;
  /** How many actions of runs led to it, one by the other. */
  depth?: number;
};

const eventNames: Record<ConsentState, string> = {
  subscribed: resubscribedEvent,
  unsubscribed: unsubscribedEvent,
  pending: consentRequestedEvent,
};

/** What people want to get, and the trace that a change of it leaves in their history and among their events. */
@Injectable()
export class ConsentService {
  constructor(
    private readonly consents: ConsentRepository,
    private readonly events: EventsService,
  ) {}

  ownerOf(scope: Scope, messageId: string, sql?: Sql): Promise<MessageOwner | null> {
    return this.consents.ownerOf(scope, messageId, sql);
  }

  standing(scope: Scope, profileId: string, sql?: Sql): Promise<Standing> {
    return this.consents.standing(scope, profileId, sql);
  }

  /** Runs again what somebody else's change got in the way of. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return retryConflicts(() => this.consents.transaction(work), { what: 'a consent was changed' });
  }

  /** What an import says that people want; nobody hears of it as an event. What they have said since stays. */
  import(scope: Scope, options: { sql: Sql; consents: ImportedConsent[] }): Promise<void> {
    return this.consents.import(scope, options);
  }

  /** Takes the receiver of a message off its channel. Done once, whatever is pressed again. */
  leave(scope: Scope, message: MessageOwner): Promise<void> {
    return this.transaction((sql) => this.leaveAtProvider(scope, { sql, message }));
  }

  /** The same in a transaction of the caller's: who leaves at a provider gets nothing by it, of no class. */
  async leaveAtProvider(scope: Scope, { sql, message }: { sql: Sql; message: MessageOwner }): Promise<void> {
    const { channel } = message;
    await this.ofMessage(scope, {
      sql,
      message,
      statement: { channel, topic: '', state: 'unsubscribed', everything: true },
      evidence: { source: 'provider' },
    });
  }

  /** What the receiver of a message says of its channel, or of a topic on it. */
  ofMessage(
    scope: Scope,
    { message, evidence, ...said }: { sql: Sql; message: MessageOwner; statement: Statement; evidence: Evidence },
  ): Promise<Stated | null> {
    return this.state(scope, {
      ...said,
      profileId: message.profile_id,
      evidence: { ...evidence, messageId: message.id },
      told: {
        messageId: message.id,
        enrollmentId: message.enrollment_id,
        journeyId: message.journey_id,
        nodeId: message.node,
        visit: message.visit,
      },
      origin: message.origin === 'demo' ? 'demo' : 'live',
    });
  }

  /**
   * Takes a person off a channel, or back on it, because they have said so in a reply: then no class of message is
   * wanted. `id` names what they said; `told` goes into the event. False when that is how it was.
   */
  async reply(
    scope: Scope,
    {
      channel,
      wants,
      ...said
    }: Required<Pick<StateOptions, 'sql' | 'profileId' | 'id' | 'told' | 'origin'>> & {
      channel: Channel;
      wants: boolean;
    },
  ): Promise<boolean> {
    const state = wants ? 'subscribed' : 'unsubscribed';
    const statement: Statement = { channel, topic: '', state, everything: !wants };
    return (await this.state(scope, { ...said, statement, evidence: { source: 'reply' } }))?.changed ?? false;
  }

  /** What a person says, from wherever. Null when they are gone. */
  async state(
    scope: Scope,
    { id, told = {}, origin = 'live', depth = 0, ...said }: StateOptions,
  ): Promise<Stated | null> {
    const { sql, statement, evidence } = said;
    const stated = await this.consents.state(scope, said);
    if (!stated?.changed) return stated;
    const { profileId } = stated;
    const { channel, topic, state, at } = statement;
    const name = eventNames[state];
    const what = id ?? `consent:${channel}:${topic}:${state}:${at ?? Date.now()}`;
    await this.events.ingest({
      scope,
      events: [
        {
          name,
          profileId,
          messageId: `wend:${what}:${profileId}:${name}`,
          properties: { channel, ...(topic !== '' && { topic }), ...told, source: evidence.source },
          ...(at !== undefined && { time: at }),
          ...(evidence.actor !== undefined && { context: { by: evidence.actor } }),
          depth,
        },
      ],
      origin,
      sql,
    });
    return stated;
  }

  /** Nothing of marketing until then; null ends a pause. Returns whether anything is different now. */
  async pause(
    scope: Scope,
    options: { sql: Sql; profileId: string; until: Date | null; evidence: Evidence },
  ): Promise<boolean> {
    return (await this.consents.pause(scope, options)) !== null;
  }
}
