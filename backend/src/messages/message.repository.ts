import { Injectable } from '@nestjs/common';
import { knownChannels, titleFields } from '@wend/contract';
import type { Channel, JsonObject, MachineSign, MessageDetail, MessageStatus, Ruling } from '@wend/contract';
import type { Device } from '@wend/node-sdk';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { cursorTime, decodeCursor, encodeCursor, pageOf } from '../profiles/index.js';
import type { Cursor } from '../profiles/index.js';
import { addressCondition, columnConditions, onlyIndexed, searchKind, textCondition } from './message-filter.js';
import type { Bind, MessageFilter } from './message-filter.js';

export type MessageRow = {
  id: string;
  channel: Channel;
  status: MessageStatus;
  reason: string | null;
  error: string | null;
  attempts: number;
  next_attempt_at: Date;
  provider: string | null;
  recipient: string | null;
  /** In lists only what a title is made of. */
  content: Record<string, unknown> | null;
  profile_id: string;
  external_id: string | null;
  traits: JsonObject | null;
  journey_id: string;
  journey_name: string | null;
  enrollment_id: string;
  node: string;
  visit: number;
  node_name: string | null;
  origin: MessageDetail['origin'];
  queued_at: Date;
  sent_at: Date | null;
  resend_of: string | null;
  resend_number: number;
  resends: number;
  ruling: Ruling | null;
  /** The rule that keeps it back, and until when. */
  held_by: string | null;
  held_until: Date | null;
};
export type MessageHistoryRow = {
  status: string;
  at: Date | string;
  detail: string | null;
  by: 'person' | 'machine';
  sign: MachineSign | null;
  attempt: number | null;
  provider: string | null;
  connectionId: string | null;
  /** Null too when the connection is gone. */
  connectionName: string | null;
  answer: string | null;
};
export type SiblingRow = { id: string; resend_number: number; status: MessageStatus; queued_at: Date };
export type MessageDetailRow = MessageRow & { events: MessageHistoryRow[] };
/**
 * Where messages have to be read to tell whether they are meant, so many are read at once, so that no list takes longer,
 * however many there are. By their columns it goes on for a while; texts take long enough.
 */
const readAtOnce = { text: 20_000, columns: 50_000 };
const readForMs = 400;
/** A cursor behind all that were queued at its time. */
const behind = { older: 'ffffffff-ffff-ffff-ffff-ffffffffffff', newer: '00000000-0000-0000-0000-000000000000' };

const columns = `m.id, m.channel, m.status, m.reason, m.error, m.attempts, m.next_attempt_at, m.provider, m.recipient,
  m.profile_id, p.external_id, p.traits, m.journey_id, j.name as journey_name, m.enrollment_id, m.node, m.visit,
  v.running #>> array['nodes', m.node, 'name'] as node_name, m.origin, m.queued_at, m.sent_at, m.resend_of, m.resend_number, m.resends,
  m.ruling, m.held_by, m.held_until`;
const joins = `from messages m
  left join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
  left join journeys j on j.workspace_id = m.workspace_id and j.id = m.journey_id
  left join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id`;
const titleParts = (channels: string, fields: string): string => `case when m.content is not null then (
    select jsonb_object_agg(t.field, left(m.content->>t.field, 500))
    from unnest(${channels}::text[], ${fields}::text[]) as t (channel, field)
    where t.channel = m.channel and m.content ? t.field
  ) end as content`;
const events = `coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('status', x.status, 'at', x.at, 'detail', x.detail, 'by', x.by, 'sign', x.sign, 'attempt', x.attempt,
          'provider', x.provider, 'connectionId', x.connection_id, 'connectionName', k.name, 'answer', x.answer)
        order by x.at, x.id
      )
      from message_events x
      left join connections k on k.workspace_id = x.workspace_id and k.id = x.connection_id
      where x.workspace_id = $1 and x.message_id = m.id
    ),
    '[]'
  ) as events`;

export type ListOptions = { cursor?: string | undefined; limit: number; direction?: 'older' | 'newer' | undefined };
export type MessagePage = {
  rows: MessageRow[];
  next: string | null;
  first: string | null;
  searchedTo: string | null;
};
type DetailsOptions = { where: string; order: string; value: string; limit: number };

@Injectable()
export class MessageRepository {
  constructor(private readonly database: Database) {}

  /** Where, and in which language, people are addressed whose own is not known. */
  async workspacePlace(scope: Scope): Promise<{ zone: string; language: string }> {
    const [row] = await this.database.query<{ zone: string; language: string }>(
      'select time_zone as zone, language from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row ?? { zone: 'UTC', language: 'en' };
  }

  /**
   * A page of messages, newest first. `newer` gives those that came after the cursor, the ones nearest to it. Where no
   * index answers a filter or a search it ends after so many messages and says where: `next` goes on from there.
   */
  async list(
    scope: Scope,
    { cursor, limit, direction = 'older', ...filter }: MessageFilter & ListOptions,
  ): Promise<MessagePage> {
    const wanted: Wanted = { filter, kind: searchKind(filter.search), newer: direction === 'newer' };
    const found: (MessageRow & { cursor: string })[] = [];
    const started = performance.now();
    for (let after = decodeCursor(cursor); ;) {
      const end = await this.endOfPart(scope, { ...wanted, after });
      found.push(...(await this.part(scope, { ...wanted, after, end, limit: limit + 1 - found.length })));
      const enough = found.length > limit || end === null;
      const until = enough ? null : { at: end, id: behind[direction] };
      if (enough || wanted.kind === 'text' || performance.now() - started > readForMs)
        return this.page(found, { limit, newer: wanted.newer, searchedTo: until });
      after = until;
    }
  }

  /** How far to read from `after` on; null for all that is left, or where nothing has to be read. */
  private async endOfPart(
    scope: Scope,
    { filter, kind, newer, after }: Wanted & { after: Cursor | null },
  ): Promise<string | null> {
    const values: unknown[] = [scope.workspaceId];
    const bind = (value: unknown) => `$${values.push(value)}`;
    if (kind === 'address' || (kind === 'none' && columnConditions(filter, () => '').read.length === 0)) return null;
    const { indexed } = columnConditions(onlyIndexed(filter), bind);
    const where = ['m.workspace_id = $1', ...indexed, ...afterCursor({ after, newer }, bind)].join(' and ');
    const count = readAtOnce[kind === 'text' ? 'text' : 'columns'];
    const [row] = await this.database.query<{ at: string }>(
      `select ${cursorTime('part.at')} as at
        from (
          select m.queued_at as at from messages m where ${where}
          order by at ${newer ? '' : 'desc'} offset ${count - 1} limit 1
        ) part`,
      values,
      { assembled: true },
    );
    return row?.at ?? null;
  }

  private async part(
    scope: Scope,
    { filter, kind, newer, after, end, limit }: Wanted & { after: Cursor | null; end: string | null; limit: number },
  ): Promise<(MessageRow & { cursor: string })[]> {
    const values: unknown[] = [scope.workspaceId];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const { indexed, read } = columnConditions(filter, bind);
    const where = ['m.workspace_id = $1', ...indexed, ...read, ...afterCursor({ after, newer }, bind)];
    if (end !== null) where.push(`m.queued_at ${newer ? '<=' : '>='} ${bind(end)}::timestamptz`);
    if (kind === 'address') where.push(addressCondition(filter.search ?? '', bind));
    if (kind === 'text') where.push(textCondition({ search: filter.search ?? '', searched: searched() }, bind));
    const [titleChannels, titleFieldsOf] = titles();
    const title = titleParts(bind(titleChannels), bind(titleFieldsOf));
    return this.database.query<MessageRow & { cursor: string }>(
      `select ${columns}, ${title}, ${cursorTime('m.queued_at')} as cursor ${joins}
        where ${where.join('\n          and ')}
        order by m.queued_at ${newer ? '' : 'desc'}, m.id ${newer ? 'desc' : ''}
        limit ${bind(limit)}`,
      values,
      { assembled: true },
    );
  }

  private page(
    rows: (MessageRow & { cursor: string })[],
    { limit, newer, searchedTo }: { limit: number; newer: boolean; searchedTo: Cursor | null },
  ): MessagePage {
    const { rows: items, next } = pageOf(rows, limit);
    const first = newer ? items.at(-1) : items[0];
    return {
      rows: newer ? [...items].reverse() : items,
      next: searchedTo ? encodeCursor(searchedTo) : next,
      first: first ? encodeCursor({ at: first.cursor, id: first.id }) : null,
      searchedTo: searchedTo?.at ?? null,
    };
  }

  async find(scope: Scope, id: string): Promise<MessageRow | null> {
    const [row] = await this.database.query<MessageRow>(
      `select ${columns}, m.content ${joins} where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Messages of a run, in their order. */
  ofRun(scope: Scope, enrollmentId: string): Promise<MessageDetailRow[]> {
    return this.details(scope, {
      where: 'm.enrollment_id = $2',
      order: 'm.queued_at, m.created_at',
      value: enrollmentId,
      limit: 500,
    });
  }

  /** The last messages of a person. */
  ofProfile(scope: Scope, profileId: string): Promise<MessageDetailRow[]> {
    return this.details(scope, { where: 'm.profile_id = $2', order: 'm.queued_at desc', value: profileId, limit: 50 });
  }

  private details(scope: Scope, { where, order, value, limit }: DetailsOptions): Promise<MessageDetailRow[]> {
    return this.database.query<MessageDetailRow>(
      `select ${columns}, m.content, ${events} ${joins}
        where m.workspace_id = $1 and ${where} order by ${order} limit ${limit}`,
      [scope.workspaceId, value],
    );
  }

  async history(scope: Scope, id: string): Promise<MessageHistoryRow[]> {
    return this.database.query<MessageHistoryRow>(
      `select x.status, x.at, x.detail, x.by, x.sign, x.attempt, x.provider, x.connection_id as "connectionId",
          k.name as "connectionName", x.answer
        from message_events x
        left join connections k on k.workspace_id = x.workspace_id and k.id = x.connection_id
        where x.workspace_id = $1 and x.message_id = $2
        order by x.at, x.id
        limit 500`,
      [scope.workspaceId, id],
    );
  }

  /** The messages of the same visit, in their order. */
  async siblings(scope: Scope, id: string): Promise<SiblingRow[]> {
    return this.database.query<SiblingRow>(
      `select c.id, c.resend_number, c.status, c.queued_at
        from messages m
        join messages c on c.workspace_id = m.workspace_id and c.enrollment_id = m.enrollment_id and c.node = m.node
          and c.visit = m.visit
        where m.workspace_id = $1 and m.id = $2
        order by c.resend_number`,
      [scope.workspaceId, id],
    );
  }

  /** What decides whether a message may be sent again, beside what became of it. */
  async resendFacts(
    scope: Scope,
    id: string,
  ): Promise<{ run_status: string | null; journey_state: string | null } | null> {
    const [row] = await this.database.query<{ run_status: string | null; journey_state: string | null }>(
      `select e.status as run_status, c.state as journey_state
        from messages m
        left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
        left join journey_control c on c.workspace_id = m.workspace_id and c.journey_id = m.journey_id
        where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** A person's devices, the one that was in use last first. */
  devices(scope: Scope, profileId: string): Promise<Device[]> {
    return this.database.query<Device>(
      `select id, kind, token, permission, platform, data
        from devices
        where workspace_id = $1 and profile_id = $2
        order by coalesce(last_active_at, created_at) desc, created_at desc`,
      [scope.workspaceId, profileId],
    );
  }

  /** Where numbers without their country's code are. */
  async country(scope: Scope): Promise<string | null> {
    const [row] = await this.database.query<{ country: string | null }>(
      'select country from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row?.country ?? null;
  }

  async profile(
    scope: Scope,
    id: string,
  ): Promise<{ id: string; external_id: string | null; traits: JsonObject } | null> {
    const [row] = await this.database.query<{ id: string; external_id: string | null; traits: JsonObject }>(
      'select id, external_id, traits from profiles where workspace_id = $1 and id = $2 and merged_into is null',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}

type Wanted = { filter: MessageFilter; kind: ReturnType<typeof searchKind>; newer: boolean };

function afterCursor({ after, newer }: { after: Cursor | null; newer: boolean }, bind: Bind): string[] {
  if (!after) return [];
  const [time, id] = [`${bind(after.at)}::timestamptz`, `${bind(after.id)}::uuid`];
  return [
    newer
      ? `(m.queued_at >= ${time} and (m.queued_at > ${time} or m.id < ${id}))`
      : `(m.queued_at <= ${time} and (m.queued_at < ${time} or m.id > ${id}))`,
  ];
}

type Columns = [channels: string[], fields: string[]];

function titles(): Columns {
  return pairsOf(knownChannels().map((definition) => ({ channel: definition.name, fields: titleFields(definition) })));
}

function searched(): Columns {
  return pairsOf(
    knownChannels().map(({ name, content }) => ({
      channel: name,
      fields: content.flatMap((field) => (field.searched ? [field.name] : [])),
    })),
  );
}

function pairsOf(channels: { channel: string; fields: string[] }[]): Columns {
  const pairs = channels.flatMap(({ channel, fields }) => fields.map((field) => ({ channel, field })));
  return [pairs.map(({ channel }) => channel), pairs.map(({ field }) => field)];
}
