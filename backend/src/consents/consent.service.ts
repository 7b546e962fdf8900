import { Injectable } from '@nestjs/common';
import { resubscribedEvent, unsubscribedEvent } from '@wend/contract';
import type { Channel, JsonObject } from '@wend/contract';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { retryConflicts } from '../profiles/index.js';
import { ConsentRepository } from './consent.repository.js';
import type { ConsentState, ImportedConsent, MessageOwner } from './consent.repository.js';

/** What people want to get, and the trace that a change of it leaves among their events. */
@Injectable()
export class ConsentService {
  constructor(
    private readonly consents: ConsentRepository,
    private readonly events: EventsService,
  ) {}

  ownerOf(scope: Scope, messageId: string, sql?: Sql): Promise<MessageOwner | null> {
    return this.consents.ownerOf(scope, messageId, sql);
  }

  /**
   * What an import says that people want; nobody hears of it as an event. What they have said since stays. `force` also
   * brings back who has left.
   */
  import(scope: Scope, options: { sql: Sql; consents: ImportedConsent[] }): Promise<void> {
    return this.consents.import(scope, options);
  }

  /** Takes the receiver of a message off its channel. Done once, whatever is pressed again. */
  leave(scope: Scope, message: MessageOwner): Promise<void> {
    return retryConflicts(() => this.consents.transaction((sql) => this.leaveWithin(scope, { sql, message })), {
      what: 'a consent was changed',
    });
  }

  /** The same in a transaction of the caller's. */
  async leaveWithin(
    scope: Scope,
    { sql, message: { id, channel, ...message } }: { sql: Sql; message: MessageOwner },
  ): Promise<void> {
    const profileId = await this.consents.unsubscribe(scope, { profileId: message.profile_id, channel, sql });
    if (profileId === null) return;
    const properties = {
      channel,
      messageId: id,
      enrollmentId: message.enrollment_id,
      journeyId: message.journey_id,
      nodeId: message.node,
      visit: message.visit,
    };
    await this.events.ingest({
      scope,
      events: [{ name: unsubscribedEvent, profileId, messageId: `wend:${id}:unsubscribed:${Date.now()}`, properties }],
      origin: message.origin === 'demo' ? 'demo' : 'live',
      sql,
    });
  }

  /**
   * Takes a person off a channel, or back on it, because they have said so themselves. `id` names what they said; `told`
   * goes into the event. False when that is how it was.
   */
  async say(
    scope: Scope,
    {
      sql,
      profileId: asked,
      channel,
      wants,
      id,
      told,
      origin = 'live',
    }: {
      sql: Sql;
      profileId: string;
      channel: Channel;
      wants: boolean;
      id: string;
      told: JsonObject;
      origin?: 'live' | 'demo';
    },
  ): Promise<boolean> {
    const change = wants ? this.consents.resubscribe : this.consents.unsubscribe;
    const profileId = await change.call(this.consents, scope, { profileId: asked, channel, sql });
    if (profileId === null) return false;
    const name = wants ? resubscribedEvent : unsubscribedEvent;
    await this.events.ingest({
      scope,
      events: [{ name, profileId, messageId: `wend:${id}:${profileId}:${name}`, properties: { channel, ...told } }],
      origin,
      sql,
    });
    return true;
  }

  /**
   * Writes down what a person said at a time that may lie back (`at`, ms since 1970), as a member or a program knows it.
   * When something was said later, that stays: the time of it is returned, else null. `by` goes into the event.
   */
  async record(
    scope: Scope,
    { by, at, ...said }: { sql: Sql; profileId: string; channel: Channel; state: ConsentState; at: number; by: string },
  ): Promise<Date | null> {
    const { sql, channel, state } = said;
    const outcome = await this.consents.record(scope, { ...said, at });
    if (outcome === null || outcome.late !== null || outcome.from === state) return outcome?.late ?? null;
    const name = state === 'subscribed' ? resubscribedEvent : unsubscribedEvent;
    const messageId = `wend:profile:${outcome.profileId}:${channel}:${state}:${at}`;
    await this.events.ingest({
      scope,
      events: [{ name, profileId: outcome.profileId, messageId, time: at, properties: { channel }, context: { by } }],
      sql,
    });
    return null;
  }
}
