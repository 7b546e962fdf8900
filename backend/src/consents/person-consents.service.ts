import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import type { api, ConsentChange, PersonConsents } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import type { Evidence } from './consent.js';
import { ConsentService } from './consent.service.js';
import { PersonConsentsRepository } from './person-consents.repository.js';
import type { ChangeRow } from './person-consents.repository.js';
import { TopicRepository } from './topic.repository.js';

type Late = RouteOutput<typeof api.stateConsents>['late'];
type Given = { text?: string | undefined; ip?: string | undefined };

/** What one person wants, for members and programs: to look at, and to write down. */
@Injectable()
export class PersonConsentsService {
  constructor(
    private readonly consents: ConsentService,
    private readonly reads: PersonConsentsRepository,
    private readonly topics: TopicRepository,
    private readonly audit: AuditLog,
  ) {}

  async of(scope: Scope, asked: string): Promise<PersonConsents> {
    const person = await this.reads.person(scope, asked);
    if (!person) throw notFound('profile');
    const [said, topics] = await Promise.all([this.reads.said(scope, person.id), this.topics.list(scope)]);
    const stateOf = (topic: string, channel: string) =>
      said.find((each) => each.topic === topic && each.channel === channel)?.state;
    return {
      said: said.map(({ topic, at, ...each }) => ({
        ...each,
        topic: topic === '' ? null : topic,
        at: at.toISOString(),
      })),
      topics: topics.flatMap(({ key: topic, channels, starts, archived_at: archivedAt }) =>
        archivedAt === null
          ? channels.map((channel) => ({ topic, channel, state: stateOf(topic, channel) ?? starts }))
          : [],
      ),
      pausedUntil: person.paused_until?.toISOString() ?? null,
    };
  }

  /** All of it or nothing. 422 for a channel or topic that is not there. */
  async state(
    caller: Caller,
    { id, consents, at, ...given }: { id: string } & RouteInput<typeof api.stateConsents>['body'],
  ): Promise<RouteOutput<typeof api.stateConsents>> {
    await this.check(caller, consents);
    const time = at === undefined ? undefined : Math.min(Date.parse(at), Date.now());
    const late: Late = [];
    await this.consents.transaction(async (sql) => {
      late.length = 0;
      for (const { channel, topic, state } of inOrder(consents)) {
        const stated = await this.consents.state(caller, {
          sql,
          profileId: id,
          statement: { channel, topic: topic ?? '', state, ...(time !== undefined && { at: time }) },
          evidence: evidenceOf(caller, given),
        });
        if (!stated) throw notFound('profile');
        if (stated.late) late.push({ channel, topic, knownAt: stated.late.toISOString() });
      }
      await this.audit.record(caller, {
        action: 'profile.consents',
        subject: `profile:${id}`,
        detail: { consents },
        sql,
      });
    });
    return { ...(await this.of(caller, id)), late };
  }

  /** 422 for an end that is past or more than two years away. */
  async pause(
    caller: Caller,
    { id, until, ...given }: { id: string } & RouteInput<typeof api.pauseProfile>['body'],
  ): Promise<PersonConsents> {
    const end = until === null ? null : new Date(until);
    if (end && (end.getTime() <= Date.now() || end.getTime() > Date.now() + longestPauseMs))
      throw new UserError('invalid-pause', 'A pause ends in the next two years. Choose another time.', {
        status: 422,
        errors: [{ path: 'until', message: 'must lie ahead, by two years at most' }],
      });
    if (!(await this.reads.person(caller, id))) throw notFound('profile');
    await this.consents.transaction(async (sql) => {
      await this.consents.pause(caller, { sql, profileId: id, until: end, evidence: evidenceOf(caller, given) });
      await this.audit.record(caller, { action: 'profile.pause', subject: `profile:${id}`, detail: { until }, sql });
    });
    return this.of(caller, id);
  }

  async history(
    scope: Scope,
    { id, cursor, limit }: { id: string; cursor?: string | undefined; limit: number },
  ): Promise<RouteOutput<typeof api.consentHistory>> {
    const person = await this.reads.person(scope, id);
    if (!person) throw notFound('profile');
    const before = readCursor(cursor);
    const rows = await this.reads.history(scope, { profileId: person.id, before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(changeOf), next: rows.length > limit && last ? last.id : null };
  }

  /** A consent to what is not there would be kept for nobody, and missed where it was meant. */
  private async check(scope: Scope, consents: readonly { channel: string; topic: string | null }[]): Promise<void> {
    const channels = personChannels();
    const topics = new Set((await this.topics.list(scope)).map(({ key }) => key));
    const errors = consents.flatMap(({ channel, topic }, index) => [
      ...(channels.includes(channel)
        ? []
        : [
            {
              path: `consents.${index}.channel`,
              message: `“${channel}” is no channel of people; there are ${channels.join(', ')}`,
            },
          ]),
      ...(topic === null || topics.has(topic)
        ? []
        : [{ path: `consents.${index}.topic`, message: `there is no topic “${topic}”` }]),
    ]);
    if (errors.length > 0)
      throw new UserError('invalid-consents', 'These consents can’t be written down; see "errors".', {
        status: 422,
        errors,
      });
  }
}

const longestPauseMs = 2 * 366 * 24 * 3_600_000;

/** Two that write the same at once lock it in one order. Of what is said twice the last counts. */
function inOrder<Each extends { channel: string; topic: string | null }>(consents: readonly Each[]): Each[] {
  const key = ({ channel, topic }: Each) => `${channel} ${topic ?? ''}`;
  return [...new Map(consents.map((each) => [key(each), each])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function evidenceOf(caller: Caller, { text, ip }: Given): Evidence {
  return { source: caller.actor.kind === 'member' ? 'member' : 'api', actor: actorName(caller), ip, shown: text };
}

function changeOf(row: ChangeRow): ConsentChange {
  const text = (value: string) => (value === '' ? null : value);
  return {
    channel: text(row.channel),
    topic: text(row.topic),
    state: row.state,
    was: row.was,
    pausedUntil: row.paused_until?.toISOString() ?? null,
    source: row.source,
    actor: row.actor,
    ip: row.ip,
    text: row.shown,
    messageId: row.message,
    at: row.at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}

function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (/^\d{1,18}$/.test(cursor)) return cursor;
  throw new UserError('invalid-cursor', 'This page cursor isn’t valid. Load the list again from the start.', {
    errors: [{ path: 'cursor', message: 'isn’t a cursor for this list' }],
  });
}
