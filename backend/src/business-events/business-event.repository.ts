import { Injectable } from '@nestjs/common';
import type { BusinessEventAnswer, Entry, JsonObject } from '@wend/contract';
import { chosenPeopleSql } from '../enrollments/index.js';
import type { ChosenPeople } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime } from '../profiles/index.js';
import type { Cursor } from '../profiles/index.js';
import { Parameters, settingsForMany } from '../rules/index.js';

export type WaitingJourney = { journey_id: string; name: string; entries: Entry[] };
export type NewBusinessEvent = {
  messageId: string;
  name: string;
  properties: JsonObject;
  at: Date;
  sentBy: string;
  asked: string;
};
export type BusinessEventRow = {
  id: string;
  message_id: string;
  name: string;
  properties: JsonObject;
  at: Date;
  received_at: Date;
  sent_by: string | null;
  answer: BusinessEventAnswer;
  cursor: string;
};

export type LastBusinessEvent = Pick<BusinessEventRow, 'name' | 'properties' | 'at' | 'answer'>;

@Injectable()
export class BusinessEventRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** Journeys that are open, live or paused, with an entry by events of this name; of any when it is left out. */
  waiting(scope: Scope, name?: string): Promise<WaitingJourney[]> {
    return this.database.query<WaitingJourney>(
      `select v.journey_id, j.name, v.entries
       from journeys j
       join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state in ('live', 'paused')
       join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
         and v.number = j.published_version
       where j.workspace_id = $1 and v.entries @> $2::jsonb
       order by j.id`,
      // A name that is left out is no part of the JSON.
      [scope.workspaceId, JSON.stringify([{ kind: 'business', event: name }])],
    );
  }

  /** How many would come in. */
  async count(scope: Scope, { chosen, at }: { chosen: ChosenPeople; at: number }): Promise<number> {
    const parameters = new Parameters([]);
    // Which of them are drawn makes no difference to how many.
    const people = chosenPeopleSql({ ...scope, chosen, at, draw: '', parameters });
    const work = async (sql: Sql): Promise<number> => {
      const [row] = await sql.query<{ count: number }>(
        `select count(*)::int as count from (${people}) found`,
        parameters.values,
        { assembled: true },
      );
      return row!.count;
    };
    return this.database.transaction(work, { settings: settingsForMany(people) });
  }

  /** What an event of this id was answered; null when there was none. */
  async answer(scope: Scope, messageId: string): Promise<{ asked: string; answer: BusinessEventAnswer } | null> {
    const [row] = await this.database.query<{ asked: string; answer: BusinessEventAnswer }>(
      `select asked, answer from business_events where workspace_id = $1 and message_id = $2`,
      [scope.workspaceId, messageId],
    );
    return row ?? null;
  }

  /** Its id; null when an event of this message id is there, or came meanwhile. */
  async insert(scope: Scope, { sql, event }: { sql: Sql; event: NewBusinessEvent }): Promise<string | null> {
    const [row] = await sql.query<{ id: string }>(
      `insert into business_events (workspace_id, message_id, name, properties, at, sent_by, asked)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (workspace_id, message_id) do nothing
        returning id`,
      [
        scope.workspaceId,
        event.messageId,
        event.name,
        JSON.stringify(event.properties),
        event.at,
        event.sentBy,
        event.asked,
      ],
    );
    return row?.id ?? null;
  }

  async keepAnswer(
    scope: Scope,
    { sql, id, answer }: { sql: Sql; id: string; answer: BusinessEventAnswer },
  ): Promise<void> {
    await sql.query('update business_events set answer = $3 where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
      JSON.stringify(answer),
    ]);
  }

  /** The one that came last, by its name; those of which none came within 90 days are left out. */
  async last(scope: Scope, names: readonly string[]): Promise<Map<string, LastBusinessEvent>> {
    const rows = await this.database.query<LastBusinessEvent>(
      `select e.* from unnest($2::text[]) as n(name)
       cross join lateral (
         select name, properties, at, answer from business_events
         where workspace_id = $1 and name = n.name order by received_at desc limit 1
       ) e`,
      [scope.workspaceId, names],
    );
    return new Map(rows.map((row) => [row.name, row]));
  }

  /** The newest first. */
  list(scope: Scope, { before, limit }: { before: Cursor | null; limit: number }): Promise<BusinessEventRow[]> {
    return this.database.query<BusinessEventRow>(
      `select id, message_id, name, properties, at, received_at, sent_by, answer,
         ${cursorTime('received_at')} as cursor
       from business_events
       where workspace_id = $1
         and ($2::timestamptz is null or received_at < $2 or (received_at = $2 and id > $3::uuid))
       order by received_at desc, id
       limit $4`,
      [scope.workspaceId, before?.at ?? null, before?.id ?? null, limit],
    );
  }
}
