import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { readReply, repliedEvent, usualReplyWords } from '@wend/contract';
import type { JsonObject, ReplyMeaning } from '@wend/contract';
import { ChannelRegistry, FeedbackListeners } from '../channels/index.js';
import type { Heard } from '../channels/index.js';
import { ConsentService } from '../consents/index.js';
import { EventsService } from '../events/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ProfileRepository, phoneNumber } from '../profiles/index.js';
import { ReplyRepository } from './reply.repository.js';
import type { LastMessage, ReplyPlace } from './reply.repository.js';

type Person = { id: string; demo: boolean };
const textKept = 1_000;

/**
 * What people write back. A word to leave, or to come back, is done for everybody with that number, and answered once;
 * everything else becomes an event of theirs that journeys can wait for.
 */
@Injectable()
export class InboundTexts implements OnModuleInit {
  constructor(
    private readonly listeners: FeedbackListeners,
    private readonly repository: ReplyRepository,
    private readonly profiles: ProfileRepository,
    private readonly consents: ConsentService,
    private readonly events: EventsService,
    private readonly secrets: Secrets,
    private readonly registry: ChannelRegistry,
  ) {}

  onModuleInit(): void {
    this.listeners.add({ name: 'replies', kinds: ['replied'], take: (scope, heard) => this.take(scope, heard) });
  }

  async take(scope: Scope, heard: Heard): Promise<void> {
    const { event, connection, sql } = heard;
    const place = await this.repository.place(scope, sql);
    const people = await this.peopleOf(scope, { heard, place });
    const text = (event.text ?? '').slice(0, textKept);
    const words = place.words ?? usualReplyWords;
    const reading = readReply(text, { words, language: place.language });
    // The provider's id of what was written: told again, it makes no second event.
    const id = `reply:${connection.id}:${idOf(heard)}`;
    let changed = false;
    for (const person of people) {
      const last = await this.repository.lastMessage(scope, { profileId: person.id, channel: heard.channel, sql });
      const about = aboutOf(last);
      if (reading?.meaning === 'stop' || reading?.meaning === 'start')
        changed = (await this.say(scope, { heard, person, id, wants: reading.meaning === 'start', about })) || changed;
      else if (!reading) await this.tell(scope, { heard, person, id, text, about });
    }
    if (people.length === 0)
      logger.info({ connectionId: connection.id, meaning: reading?.meaning ?? null }, 'a reply came from nobody known');
    if (!reading || !words.answers || event.answered === true) return;
    // Who had left already knows; who is unknown is told, as nothing can be wrong with that.
    if (reading.meaning !== 'help' && !changed && people.length > 0) return;
    await this.answer(scope, { heard, place, reading, profileId: people[0]?.id ?? null });
  }

  private async peopleOf(scope: Scope, { heard, place }: { heard: Heard; place: ReplyPlace }): Promise<Person[]> {
    const { event, message } = heard;
    const found = await this.whoIs(scope, { heard, address: event.recipient ?? '', country: place.country });
    const answered = message?.profileId ?? null;
    return answered === null || found.some(({ id }) => id === answered)
      ? found
      : [...found, { id: answered, demo: message?.origin === 'demo' }];
  }

  /**
   * Everybody with that telephone number; of other channels those whom a message went to there: an id of theirs may well
   * look like a number of somebody else's.
   */
  private async whoIs(
    scope: Scope,
    { heard: { channel, sql }, address, country }: { heard: Heard; address: string; country: string | null },
  ): Promise<Person[]> {
    if (address === '') return [];
    if (this.registry.find(channel)?.definition.address?.trait !== 'phone')
      return this.repository.reached(scope, { channel, address, sql });
    const number = phoneNumber(address, country);
    return number === null ? [] : this.profiles.withNumber(scope, { number, country, sql });
  }

  private say(
    scope: Scope,
    {
      heard,
      person,
      id,
      wants,
      about,
    }: { heard: Heard; person: Person; id: string; wants: boolean; about: JsonObject },
  ): Promise<boolean> {
    return this.consents.reply(scope, {
      sql: heard.sql,
      profileId: person.id,
      channel: heard.channel,
      wants,
      id,
      told: { by: 'reply', ...about },
      origin: person.demo ? 'demo' : 'live',
    });
  }

  private async tell(
    scope: Scope,
    { heard, person, id, text, about }: { heard: Heard; person: Person; id: string; text: string; about: JsonObject },
  ): Promise<void> {
    await this.events.ingest({
      scope,
      events: [
        {
          name: repliedEvent,
          profileId: person.id,
          messageId: `wend:${id}:${person.id}`,
          properties: { channel: heard.channel, text, ...about },
        },
      ],
      origin: person.demo ? 'demo' : 'live',
      sql: heard.sql,
    });
  }

  private async answer(
    scope: Scope,
    {
      heard: { event, connection, channel, sql },
      place,
      reading: { meaning, language },
      profileId,
    }: {
      heard: Heard;
      place: ReplyPlace;
      reading: { meaning: ReplyMeaning; language: string };
      profileId: string | null;
    },
  ): Promise<void> {
    const number = event.recipient ?? '';
    const answers = (place.words ?? usualReplyWords).languages[language];
    const said = { stop: answers?.stopped, start: answers?.started, help: answers?.helped }[meaning]?.trim() ?? '';
    if (said === '' || number === '') return;
    const numberKey = this.secrets.sign({ purpose: 'reply', text: `${scope.workspaceId}:${channel}:${number}` });
    const text = said.replaceAll('{workspace}', place.name);
    const answer = { channel, connectionId: connection.id, profileId, numberKey, number, text };
    if (!(await this.repository.answer(scope, { sql, answer })))
      logger.warn({ connectionId: connection.id }, 'a number has written so often today that it is answered no more');
  }
}

function idOf({ event }: Heard): string {
  const { id, at, recipient, text } = event;
  return (
    id ??
    createHash('sha256')
      .update(JSON.stringify([at ?? Date.now(), recipient, text]))
      .digest('base64url')
  );
}

function aboutOf(last: LastMessage | null): JsonObject {
  if (!last) return {};
  const { id, enrollment_id: enrollmentId, journey_id: journeyId, node: nodeId, visit } = last;
  return { messageId: id, enrollmentId, journeyId, nodeId, visit };
}
