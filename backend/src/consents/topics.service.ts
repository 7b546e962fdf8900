import { Injectable } from '@nestjs/common';
import { mostTopics, personChannels } from '@wend/contract';
import type { api, Topic, TopicUse } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { TopicRepository } from './topic.repository.js';
import type { TopicChanges, TopicRow } from './topic.repository.js';
import { topicPlaces } from './topic-uses.js';

type Detail = RouteOutput<typeof api.topic>;

/** What people can subscribe to, under Settings. */
@Injectable()
export class TopicsService {
  constructor(
    private readonly topics: TopicRepository,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope, { archived }: { archived: boolean }): Promise<Topic[]> {
    return (await this.topics.list(scope)).filter((row) => archived || row.archived_at === null).map(topicOf);
  }

  async find(scope: Scope, key: string): Promise<Detail> {
    const row = await this.topics.find(scope, key);
    if (!row) throw notFound('topic');
    const [uses, people] = await Promise.all([
      this.usesOf(scope, key),
      this.topics.people(scope, { key, channels: personChannels() }),
    ]);
    return { ...topicOf(row), uses, people };
  }

  /** 409 when there is one with the key, 422 when there are too many or a channel has no people. */
  create(caller: Caller, body: RouteInput<typeof api.createTopic>['body']): Promise<Topic> {
    checkChannels(body.channels);
    return this.change(caller, { action: 'topic.create', key: body.key }, async (sql) => {
      if ((await this.topics.list(caller, sql)).length >= mostTopics)
        throw new UserError(
          'too-many-topics',
          `A workspace can have ${mostTopics} topics, archived ones too. Delete one that nobody uses.`,
          { status: 422 },
        );
      const row = await this.topics.create(caller, { sql, topic: { ...body, channels: [...new Set(body.channels)] } });
      if (row) return row;
      throw new UserError('topic-exists', `There is a topic with the key “${body.key}” already. Choose another key.`, {
        status: 409,
        errors: [{ path: 'key', message: 'is that of another topic' }],
      });
    });
  }

  edit(caller: Caller, { key, ...changes }: { key: string } & TopicChanges): Promise<Topic> {
    if (changes.channels) checkChannels(changes.channels);
    return this.change(caller, { action: 'topic.edit', key }, (sql) =>
      this.topics.change(caller, { sql, key, changes }),
    );
  }

  archive(caller: Caller, { key, archived }: { key: string; archived: boolean }): Promise<Topic> {
    const action = archived ? 'topic.archive' : 'topic.restore';
    return this.change(caller, { action, key }, (sql) => this.topics.archive(caller, { sql, key, archived }));
  }

  async order(caller: Caller, keys: string[]): Promise<Topic[]> {
    await this.topics.transaction(async (sql) => {
      await this.topics.lock(caller, sql);
      await this.topics.order(caller, { sql, keys });
    });
    return this.list(caller, { archived: true });
  }

  /** 409 while anything uses it, or once anybody has said anything of it: then it can be archived. */
  async remove(caller: Caller, key: string): Promise<void> {
    await this.topics.transaction(async (sql) => {
      await this.topics.lock(caller, sql);
      // Held, so that nobody says anything of it meanwhile.
      if (!(await this.topics.hold(caller, { sql, key }))) throw notFound('topic');
      const uses = await this.usesOf(caller, key, sql);
      if (uses.length > 0)
        throw new UserError(
          'topic-in-use',
          `This topic is used by ${uses.map(userOf).join(', ')}. Archive it instead.`,
          { status: 409, errors: uses.map((use) => ({ path: 'key', message: `is used by ${userOf(use)}` })) },
        );
      if (await this.topics.isSaid(caller, { sql, key }))
        throw new UserError(
          'topic-in-use',
          'People have said whether they want this topic, and that is kept. Archive it instead.',
          { status: 409 },
        );
      await this.topics.remove(caller, { sql, key });
      await this.audit.record(caller, { action: 'topic.remove', subject: `topic:${key}`, sql });
    });
  }

  private async usesOf(scope: Scope, key: string, sql?: Sql): Promise<TopicUse[]> {
    const asked = { key, ...(sql && { sql }) };
    const journeys = await this.topics.journeys(scope, asked);
    const others = await this.topics.others(scope, asked);
    return [
      ...journeys.flatMap(({ id, name, graphs }): TopicUse[] => {
        const places = [...new Set(graphs.flatMap((graph) => topicPlaces(graph, key)))];
        return places.length > 0 ? [{ kind: 'journey', id, name, places }] : [];
      }),
      ...others.map((other) => ({ ...other, places: [] })),
    ];
  }

  private change(
    caller: Caller,
    { action, key }: { action: string; key: string },
    work: (sql: Sql) => Promise<TopicRow | null>,
  ): Promise<Topic> {
    return this.topics.transaction(async (sql) => {
      await this.topics.lock(caller, sql);
      const row = await work(sql);
      if (!row) throw notFound('topic');
      await this.audit.record(caller, { action, subject: `topic:${key}`, detail: { name: row.name }, sql });
      return topicOf(row);
    });
  }
}

function userOf({ kind, name }: TopicUse): string {
  if (kind === 'limits') return 'the message limits';
  if (kind === 'quiet') return 'the quiet hours';
  if (kind === 'holdout') return 'the global holdout';
  return kind === 'journeyLimits' ? `the limits of the journey “${name}”` : `the ${kind} “${name}”`;
}

function checkChannels(channels: readonly string[]): void {
  const known = personChannels();
  const unknown = channels.findIndex((channel) => !known.includes(channel));
  if (unknown === -1) return;
  throw new UserError('invalid-topic', 'The topic can’t be saved so; see "errors".', {
    status: 422,
    errors: [{ path: `channels.${unknown}`, message: `is no channel of people; there are ${known.join(', ')}` }],
  });
}

function topicOf({ archived_at: archivedAt, created_at: createdAt, ...row }: TopicRow): Topic {
  return { ...row, archivedAt: archivedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}
