import { Injectable } from '@nestjs/common';
import { knownChannels, titleFields } from '@wend/contract';
import type { Channel, JsonObject, MessageDetail, MessageStatus } from '@wend/contract';
import type { Device } from '@wend/node-sdk';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { cursorTime, decodeCursor, encodeCursor, pageOf } from '../profiles/index.js';
import type { Cursor } from '../profiles/index.js';
import { addressCondition, columnConditions, searchKind, textCondition } from './message-filter.js';
import type { MessageFilter } from './message-filter.js';

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
};
export type MessageHistoryRow = {
  status: string;
  at: Date | string;
  detail: string | null;
  by: 'person' | 'machine';
  attempt: number | null;
  provider: string | null;
  connectionId: string | null;
  /** Null too when the connection is gone. */
  connectionName: string | null;
  answer: string | null;
};
export type SiblingRow = { id: string; resend_number: number; status: MessageStatus; queued_at: Date };
export type MessageDetailRow = MessageRow & { events: MessageHistoryRow[] };
/** A search by text looks through so many messages at once, so that none takes longer, however many there are. */
const searchedAtOnce = 20_000;

const columns = `m.id, m.channel, m.status, m.reason, m.error, m.attempts, m.next_attempt_at, m.provider, m.recipient,
  m.profile_id, p.external_id, p.traits, m.journey_id, j.name as journey_name, m.enrollment_id, m.node, m.visit,
  v.graph #>> array['nodes', m.node, 'name'] as node_name, m.origin, m.queued_at, m.sent_at, m.resend_of, m.resend_number, m.resends`;
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
        jsonb_build_object('status', x.status, 'at', x.at, 'detail', x.detail, 'by', x.by, 'attempt', x.attempt,
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
   * A page of messages, newest first. `newer` gives those that came after the cursor, the ones nearest to it. A search
   * by text ends after so many messages and says where: `next` goes on from there.
   */
  async list(
    scope: Scope,
    { cursor, limit, direction = 'older', ...filter }: MessageFilter & ListOptions,
  ): Promise<MessagePage> {
    const at = decodeCursor(cursor);
    const values: unknown[] = [scope.workspaceId];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const newer = direction === 'newer';
    const inner = columnConditions(filter, bind);
    const kind = searchKind(filter.search);
    if (kind === 'address') inner.push(addressCondition(filter.search ?? '', bind));
    if (at) {
      const [time, id] = [`${bind(at.at)}::timestamptz`, `${bind(at.id)}::uuid`];
      inner.push(
        newer
          ? `(m.queued_at >= ${time} and (m.queued_at > ${time} or m.id < ${id}))`
          : `(m.queued_at <= ${time} and (m.queued_at < ${time} or m.id > ${id}))`,
      );
    }
    const order = (of: string) => (newer ? `${of}.queued_at, ${of}.id desc` : `${of}.queued_at desc, ${of}.id`);
    const where = ['m.workspace_id = $1', ...inner].join('\n          and ');
    const [titleChannels, titleFieldsOf] = titles();
    const title = titleParts(bind(titleChannels), bind(titleFieldsOf));
    const most = bind(limit + 1);
    if (kind !== 'text') {
      const rows = await this.database.query<MessageRow & { cursor: string }>(
        `select ${columns}, ${title}, ${cursorTime('m.queued_at')} as cursor ${joins}
        where ${where}
        order by ${order('m')} limit ${most}`,
        values,
        { assembled: true },
      );
      return this.page(rows, { limit, newer, searchedTo: null });
    }
    const found = textCondition({ search: filter.search ?? '', searched: searched() }, bind);
    const rows = await this.database.query<
      MessageRow & { cursor: string; looked: number; looked_at: string | null; looked_id: string | null }
    >(
      `with scan as materialized (
         select m.id, m.queued_at from messages m
          where ${where}
          order by ${order('m')} limit ${searchedAtOnce}
       ), hit as (
         select ${columns}, ${title}, ${cursorTime('m.queued_at')} as cursor
         from scan
         join messages m on m.workspace_id = $1 and m.id = scan.id
         ${joins.slice(joins.indexOf('left join'))}
          where ${found}
          order by ${order('scan')} limit ${most}
       )
       select hit.*, looked.count as looked, looked.at as looked_at, looked.id as looked_id
       from (
         select count(*)::int as count,
           (select ${cursorTime('s.queued_at')} from scan s order by ${reversed(newer, 's')} limit 1) as at,
           (select s.id from scan s order by ${reversed(newer, 's')} limit 1) as id
         from scan
       ) looked left join hit on true
       order by ${order('hit')}`,
      values,
      { assembled: true },
    );
    const { looked, looked_at, looked_id } = rows[0]!;
    const end = looked === searchedAtOnce && looked_at && looked_id ? { at: looked_at, id: looked_id } : null;
    return this.page(
      rows.filter(({ id }) => id !== null),
      { limit, newer, searchedTo: end },
    );
  }

  private page(
    rows: (MessageRow & { cursor: string })[],
    { limit, newer, searchedTo }: { limit: number; newer: boolean; searchedTo: Cursor | null },
  ): MessagePage {
    const { rows: items, next } = pageOf(rows, limit);
    const goesOn = next === null && searchedTo !== null;
    const first = newer ? items.at(-1) : items[0];
    return {
      rows: newer ? [...items].reverse() : items,
      next: goesOn ? encodeCursor(searchedTo) : next,
      first: first ? encodeCursor({ at: first.cursor, id: first.id }) : null,
      searchedTo: goesOn ? searchedTo.at : null,
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
      `select x.status, x.at, x.detail, x.by, x.attempt, x.provider, x.connection_id as "connectionId",
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

function reversed(newer: boolean, of: string): string {
  return newer ? `${of}.queued_at desc, ${of}.id` : `${of}.queued_at, ${of}.id desc`;
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
