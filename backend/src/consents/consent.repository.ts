import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import { Database, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { holdProfile } from '../profiles/index.js';

export type MessageOwner = {
  id: string;
  profile_id: string;
  channel: Channel;
  origin: string;
  workspace_name: string;
  enrollment_id: string;
  journey_id: string;
  node: string;
  visit: number;
};

/** What somebody wants, as a file says; ms since 1970. */
export type ImportedConsent = {
  profileId: string;
  channel: Channel;
  state: 'subscribed' | 'unsubscribed';
  at: number;
  /** Also where the person has unsubscribed. */
  again: boolean;
};

@Injectable()
export class ConsentRepository {
  constructor(private readonly database: Database) {}

  /** Whose message it is; a person who was merged into another is that other. */
  async ownerOf(scope: Scope, messageId: string, sql: Sql = this.database): Promise<MessageOwner | null> {
    const [row] = await sql.query<MessageOwner>(
      `select m.id, coalesce(p.merged_into, p.id) as profile_id, m.channel, m.origin, w.name as workspace_name,
           m.enrollment_id, m.journey_id, m.node, m.visit
         from messages m
         join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
         join workspaces w on w.id = m.workspace_id
        where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, messageId],
    );
    return row ?? null;
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** The opposite of `unsubscribe`: null when they had not left. */
  async resubscribe(
    scope: Scope,
    { profileId, channel, sql }: { profileId: string; channel: Channel; sql: Sql },
  ): Promise<string | null> {
    const current = await holdProfile(scope, { sql, profileId });
    if (current === null) return null;
    const back = await sql.query(
      `update consents set state = 'subscribed', at = now(), source = null
       where workspace_id = $1 and profile_id = $2 and channel = $3 and state = 'unsubscribed'
       returning 1`,
      [scope.workspaceId, current, channel],
    );
    return back.length > 0 ? current : null;
  }

  /**
   * A person who is being merged into another at this moment is that other, whichever comes first. Returns who left;
   * null when they had left before, or are gone.
   */
  async unsubscribe(
    scope: Scope,
    { profileId, channel, sql }: { profileId: string; channel: Channel; sql: Sql },
  ): Promise<string | null> {
    const current = await holdProfile(scope, { sql, profileId });
    if (current === null) return null;
    const left = await sql.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, $3, 'unsubscribed')
       on conflict (workspace_id, profile_id, channel)
       do update set state = 'unsubscribed', at = now(), source = null
       where consents.state <> 'unsubscribed'
       returning 1`,
      [scope.workspaceId, current, channel],
    );
    return left.length > 0 ? current : null;
  }

  /**
   * Writes what a file says of people who are held. What they said later stays, and who has left stays away unless
   * `again`. Each person and channel once.
   */
  async import(scope: Scope, { sql, consents }: { sql: Sql; consents: ImportedConsent[] }): Promise<void> {
    if (consents.length === 0) return;
    const again = consents.filter((each) => each.again);
    await sql.query(
      `insert into consents (workspace_id, profile_id, channel, state, at, source)
       select $1, profile_id, channel, state, at, 'import'
       from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as t (profile_id, channel, state, at)
       on conflict (workspace_id, profile_id, channel)
       do update set state = excluded.state, at = excluded.at, source = excluded.source
       where consents.at <= excluded.at and consents.state <> excluded.state
         and (
           consents.state <> 'unsubscribed'
           or (consents.profile_id, consents.channel) in (select * from unnest($6::uuid[], $7::text[]))
         )`,
      [
        scope.workspaceId,
        uuidArray(consents.map(({ profileId }) => profileId)),
        textArray(consents.map(({ channel }) => channel)),
        textArray(consents.map(({ state }) => state)),
        timeArray(consents.map(({ at }) => at)),
        uuidArray(again.map(({ profileId }) => profileId)),
        textArray(again.map(({ channel }) => channel)),
      ],
    );
  }

  /**
   * What a person said of a channel at a time that may lie back. What was said later stays, and is what is returned:
   * `late`. `from` is what held before; without a word of theirs a channel may be used.
   */
  async record(
    scope: Scope,
    { sql, profileId, channel, state, at }: RecordOptions,
  ): Promise<{ profileId: string; from: ConsentState; late: Date | null } | null> {
    const current = await holdProfile(scope, { sql, profileId });
    if (current === null) return null;
    const [known] = await sql.query<{ state: ConsentState; at: Date }>(
      `select state, at from consents where workspace_id = $1 and profile_id = $2 and channel = $3 for update`,
      [scope.workspaceId, current, channel],
    );
    const from = known?.state ?? 'subscribed';
    if (known && known.at.getTime() > at) return { profileId: current, from, late: known.at };
    const written = await sql.query(
      `insert into consents (workspace_id, profile_id, channel, state, at) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, profile_id, channel)
       do update set state = excluded.state, at = excluded.at, source = null
       where consents.at <= excluded.at
       returning 1`,
      [scope.workspaceId, current, channel, state, new Date(at)],
    );
    // Somebody else said something between the two statements: it counts as heard first.
    if (written.length === 0) return this.record(scope, { sql, profileId: current, channel, state, at });
    return { profileId: current, from, late: null };
  }
}

export type ConsentState = 'subscribed' | 'unsubscribed';
type RecordOptions = { sql: Sql; profileId: string; channel: Channel; state: ConsentState; at: number };
