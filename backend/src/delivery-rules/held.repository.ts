import { Injectable } from '@nestjs/common';
import type { DeliveryRuleKind, Ruling } from '@wend/contract';
import { Database, bigintArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { Gathered } from '../platform/gathered/index.js';
import { countInto } from './rule-counts.repository.js';
import { freeExpired, releaseBacklog, releaseSettings } from './backlog.sql.js';

export type Hold = {
  id: string;
  owner: string;
  by: DeliveryRuleKind;
  until: Date;
  /** Of no use afterwards; null: never. */
  expiresAt: Date | null;
  /** Of its journey: 1 leaves the backlog before 5. */
  priority: number;
  ruling: Ruling;
};

type Note = { id: string; owner: string; ruling: Ruling };

const most = 500;

/** Messages that a rule keeps back, the backlog. They are not due meanwhile, so that no claim reads them. */
@Injectable()
export class HeldRepository {
  private readonly holds = new Gathered<Hold, void>({
    work: (scope, holds) => this.holdAll(scope, holds),
    keyOf: ({ id }) => id,
    most,
  });
  private readonly notes = new Gathered<Note, void>({
    work: (scope, notes) => this.noteAll(scope, notes),
    keyOf: ({ id }) => id,
    most,
  });

  constructor(private readonly database: Database) {}

  /**
   * Keeps a message of the owner's back; its history says so where the reason is a new one. Its place under limits, if it
   * has one, it takes anew when it goes. Those that come at once are one statement.
   */
  hold(scope: Scope, hold: Hold): Promise<void> {
    return this.holds.add(scope, hold);
  }

  /** What a rule said of a message that it does not let out. Those that come at once are one statement. */
  note(scope: Scope, note: Note): Promise<void> {
    return this.notes.add(scope, note);
  }

  private async holdAll(scope: Scope, holds: Hold[]): Promise<void[]> {
    await this.database.query(
      `with told as (
         select *
         from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::text[])
           as t (id, owner, by, until, expires_at, priority, ruling)
       ), before as materialized (
         select m.id, m.ruling ->> 'says' as said
         from messages m
         join told t on t.id = m.id and t.owner = m.lease_owner
         where m.workspace_id = $1 and m.status = 'queued'
         order by m.id
         for update of m
       ), held as (
         update messages m
         set held_by = t.by, held_until = t.until, held_at = coalesce(m.held_at, now()), held_priority = t.priority,
           expires_at = coalesce(t.expires_at, m.expires_at), ruling = t.ruling::jsonb, next_attempt_at = 'infinity',
           counted_at = case when m.counted_at = '-infinity' then m.counted_at end,
           lease_owner = null, lease_until = null
         from told t
         join before on before.id = t.id
         where m.workspace_id = $1 and m.id = t.id
         returning m.id, m.ruling, before.said is distinct from m.ruling ->> 'says' as new
       ), counted as (
         ${countInto('held', '(select ruling from held where new)')}
       )
       insert into message_events (workspace_id, message_id, status, at, detail)
       select $1, id, 'held', now(), ruling ->> 'says' from held where new`,
      [
        scope.workspaceId,
        uuidArray(holds.map(({ id }) => id)),
        textArray(holds.map(({ owner }) => owner)),
        textArray(holds.map(({ by }) => by)),
        timeArray(holds.map(({ until }) => until.getTime())),
        timeArray(holds.map(({ expiresAt }) => expiresAt && expiresAt.getTime())),
        bigintArray(holds.map(({ priority }) => priority)),
        textArray(holds.map(({ ruling }) => JSON.stringify(ruling))),
      ],
    );
    return holds.map(() => undefined);
  }

  private async noteAll(scope: Scope, notes: Note[]): Promise<void[]> {
    await this.database.query(
      `update messages m
       set ruling = t.ruling::jsonb
       from unnest($2::uuid[], $3::text[], $4::text[]) as t (id, owner, ruling)
       where m.workspace_id = $1 and m.id = t.id and m.lease_owner = t.owner`,
      [
        scope.workspaceId,
        uuidArray(notes.map(({ id }) => id)),
        textArray(notes.map(({ owner }) => owner)),
        textArray(notes.map(({ ruling }) => JSON.stringify(ruling))),
      ],
    );
    return notes.map(() => undefined);
  }

  /**
   * Lets messages go whose time has come: of each workspace as many as its pace allows, the most important first, then
   * those that were allowed first, the oldest first; and what has expired meanwhile, which takes nobody's place. Two
   * workers never let the same go, nor more than the pace allows together. Returns how many; 0 when there is nothing to
   * do now. Without scope: senders serve all workspaces.
   */
  async release(): Promise<number> {
    const [expired] = await this.database.query<{ count: number }>(freeExpired);
    const [row] = await this.database.transaction(
      (sql) => sql.query<{ count: number; more: boolean }>(releaseBacklog),
      { settings: releaseSettings },
    );
    return expired!.count + row!.count + (row!.more ? 1 : 0);
  }
}
