import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import { ChannelsService, TemplateReader } from '../channels/index.js';
import { TopicReader } from '../consents/index.js';
import { readTemplate } from '../content/index.js';
import { HttpConnections } from '../http-connections/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Surroundings } from './draft-check.js';
import { EventNameRepository } from './event-name.repository.js';

/** Gathers what drafts of a workspace are measured against. */
@Injectable()
export class DraftSurroundings {
  constructor(
    private readonly eventNames: EventNameRepository,
    private readonly channels: ChannelsService,
    private readonly channelTemplates: TemplateReader,
    private readonly topics: TopicReader,
    private readonly connections: HttpConnections,
  ) {}

  async of(scope: Scope): Promise<Surroundings> {
    const [events, traits, channels, channelTemplates, topics, httpConnections, country] = await Promise.all([
      this.eventNames.list(scope, { kind: 'event' }),
      this.eventNames.list(scope, { kind: 'trait' }),
      this.channels.states(scope),
      this.channelTemplates.all(scope),
      this.topics.known(scope),
      this.connections.list(scope),
      this.topics.country(scope),
    ]);
    return {
      templates: { read: readTemplate, names: { events, traits: traits.map(({ name }) => name) } },
      channelTemplates,
      topics,
      httpConnections,
      country,
      withoutProvider: channels.filter(({ route }) => route === 'none').map(({ channel }) => channel),
      personChannels: personChannels(),
    };
  }
}
