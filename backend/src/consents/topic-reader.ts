import { Injectable } from '@nestjs/common';
import type { KnownTopic, Topic } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { TopicRepository } from './topic.repository.js';

/** The topics of a workspace, for other modules. */
@Injectable()
export class TopicReader {
  constructor(private readonly topics: TopicRepository) {}

  /** The workspace's country, whose law says how people must be able to leave; null where it is not known. */
  country(scope: Scope): Promise<string | null> {
    return this.topics.country(scope);
  }

  /** All, also archived ones, in the order in which people are shown them. */
  async known(scope: Scope, sql?: Sql): Promise<(KnownTopic & Pick<Topic, 'starts'>)[]> {
    return (await this.topics.list(scope, sql)).map(({ key, name, channels, starts, archived_at: archivedAt }) => ({
      key,
      name,
      channels,
      starts,
      archived: archivedAt !== null,
    }));
  }
}
