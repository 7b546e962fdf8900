import { Injectable } from '@nestjs/common';
import type { Channel, ReplyWords } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type ReplyPlace = { name: string; language: string; country: string | null; words: ReplyWords | null };
export type LastMessage = {
  id: string;
  enrollment_id: string;
  journey_id: string;
  node: string;
  visit: number;
};
export type DueAnswer = {
  workspaceId: string;
  id: string;
  channel: Channel;
  connectionId: string;
  number: string;
  text: string;
  attempts: number;
};
export type NewAnswer = Omit<DueAnswer, 'workspaceId' | 'id' | 'attempts'> & {
  profileId: string | null;
  numberKey: string;
};

@Injectable()
export class ReplyRepository {
  constructor(private readonly database: Database) {}

  async place(scope: Scope, sql: Sql = this.database): Promise<ReplyPlace> {
    const [row] = await sql.query<ReplyPlace>(
      'select name, language, country, reply_words as words from workspaces where id = $1',
      [scope.workspaceId],
    );
    if (!row) throw new Error('This workspace does not exist any more.');
    return row;
  }

  /** Null for the usual ones. */
  async saveWords(scope: Scope, { sql, words }: { sql: Sql; words: ReplyWords | null }): Promise<void> {
    await sql.query('update workspaces set reply_words = $2 where id = $1', [
      scope.workspaceId,
      words && JSON.stringify(words),
    ]);
  }

  /** What a reply most likely answers: the last message that went out to the person there, at most 30 days ago. */
  async lastMessage(
    scope: Scope,
    { profileId, channel, sql }: { profileId: string; channel: Channel; sql: Sql },
  ): Promise<LastMessage | null> {
    const [row] = await sql.query<LastMessage>(
      `select id, enrollment_id, journey_id, node, visit
       from messages
       where workspace_id = $1 and profile_id = $2 and queued_at > now() - interval '30 days' and channel = $3
         and status in ('sending', 'sent', 'delivered', 'opened', 'clicked', 'unknown') and origin <> 'test'
       order by queued_at desc
       limit 1`,
      [scope.workspaceId, profileId, channel],
    );
    return row ?? null;
  }

  /** Whom messages went to at this address of a channel, within 90 days. */
  async reached(
    scope: Scope,
    { channel, address, sql }: { channel: Channel; address: string; sql: Sql },
  ): Promise<{ id: string; demo: boolean }[]> {
    return sql.query<{ id: string; demo: boolean }>(
      `select q.id, q.demo
       from (
         select distinct m.profile_id
         from messages m
         where m.workspace_id = $1 and lower(m.recipient) = lower($2) and m.channel = $3 and m.origin <> 'test'
           and m.queued_at > now() - interval '90 days'
       ) m
       join profiles p on p.workspace_id = $1 and p.id = m.profile_id
       join profiles q on q.workspace_id = $1 and q.id = coalesce(p.merged_into, p.id)
       group by q.id, q.demo
       order by q.id
       limit 200`,
      [scope.workspaceId, address, channel],
    );
  }

  /** False when the number has been answered too often of late: two machines must not talk to each other. */
  async answer(scope: Scope, { sql, answer }: { sql: Sql; answer: NewAnswer }): Promise<boolean> {
    const rows = await sql.query(
      `insert into reply_answers (workspace_id, channel, connection_id, profile_id, number_key, number, text)
       select $1, $2, $3, $4, $5, $6, $7
       where (
         select count(*) from reply_answers a
         where a.workspace_id = $1 and a.number_key = $5 and a.created_at > now() - interval '1 day'
       ) < 5
       returning id`,
      [
        scope.workspaceId,
        answer.channel,
        answer.connectionId,
        answer.profileId,
        answer.numberKey,
        answer.number,
        answer.text,
      ],
    );
    return rows.length > 0;
  }

  /** Takes answers that are due for two minutes. Without scope: the worker sends for all workspaces. */
  async claim(atMost: number): Promise<DueAnswer[]> {
    return this.database.query<DueAnswer>(
      `update reply_answers a
       set due_at = now() + interval '2 minutes', attempts = a.attempts + 1
       from (
         select workspace_id, id from reply_answers
         where number is not null and due_at <= now()
         order by due_at
         limit $1
         for update skip locked
       ) due
       where a.workspace_id = due.workspace_id and a.id = due.id
       returning a.workspace_id as "workspaceId", a.id, a.channel, a.connection_id as "connectionId", a.number, a.text,
         a.attempts`,
      [atMost],
    );
  }

  /**
   * It is being handed over: whoever is stopped in the middle of it leaves nothing that would be sent again. False when
   * somebody else has it.
   */
  async begin(scope: Scope, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `update reply_answers
       set number = null, error = 'Wend was stopped while it sent this answer, so it may or may not have gone out.'
       where workspace_id = $1 and id = $2 and number is not null
       returning 1`,
      [scope.workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Done with, well or not: whose number it was is not kept. */
  async done(scope: Scope, { id, error }: { id: string; error: string | null }): Promise<void> {
    await this.database.query(
      'update reply_answers set number = null, error = $3 where workspace_id = $1 and id = $2',
      [scope.workspaceId, id, error],
    );
  }

  /** It did not go out: `number` as it was. */
  async later(
    scope: Scope,
    { id, number, inSeconds, error }: { id: string; number: string; inSeconds: number; error: string },
  ): Promise<void> {
    await this.database.query(
      `update reply_answers set number = $5, due_at = now() + make_interval(secs => $3), error = $4
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, inSeconds, error, number],
    );
  }
}
