import { Injectable } from '@nestjs/common';
import type { Channel, ConsentState } from '@wend/contract';
import { Database, boolArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { holdProfile } from '../profiles/index.js';
import type { Evidence, Said, Standing, Stated, Statement } from './consent.js';

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
  /** What its step says that it is about; null where it says nothing. */
  topic: string | null;
};

/** What somebody wants, as a file says; ms since 1970. */
export type ImportedConsent = {
  profileId: string;
  channel: Channel;
  topic: string;
  state: 'subscribed' | 'unsubscribed';
  at: number;
  /** Also where the person has unsubscribed. */
  again: boolean;
};

type StateOptions = { sql: Sql; profileId: string; statement: Statement; evidence: Evidence };
type Known = { state: ConsentState; at: Date; everything: boolean };

@Injectable()
export class ConsentRepository {
  constructor(private readonly database: Database) {}

  /** Whose message it is, and what it is about; a person who was merged into another is that other. */
  async ownerOf(scope: Scope, messageId: string, sql: Sql = this.database): Promise<MessageOwner | null> {
    const [row] = await sql.query<MessageOwner>(
      `select m.id, coalesce(p.merged_into, p.id) as profile_id, m.channel, m.origin, w.name as workspace_name,
           m.enrollment_id, m.journey_id, m.node, m.visit,
           nullif(btrim(v.running #>> array['nodes', m.node, 'config', 'topic']), '') as topic
         from messages m
         join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
         join workspaces w on w.id = m.workspace_id
         left join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id
        where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, messageId],
    );
    return row ?? null;
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** What a person has said, and what holds where they have not. */
  async standing(scope: Scope, profileId: string, sql: Sql = this.database): Promise<Standing> {
    const [row] = await sql.query<{ said: Said[]; opt_in: string[]; paused_until: Date | null }>(
      `select coalesce(
            (
              select jsonb_agg(
                jsonb_build_object('channel', c.channel, 'topic', c.topic, 'state', c.state, 'everything', c.everything)
              )
              from consents c
              where c.workspace_id = $1 and c.profile_id = $2
            ),
              '[]'
          ) as said,
          array(select key from topics where workspace_id = $1 and starts = 'unsubscribed') as opt_in,
          (select p.paused_until from profiles p where p.workspace_id = $1 and p.id = $2) as paused_until`,
      [scope.workspaceId, profileId],
    );
    return { said: row!.said, optIn: row!.opt_in, pausedUntil: row!.paused_until };
  }

  /**
   * Writes down what a person says, with its history. A person who is being merged into another at this moment is that
   * other, whichever comes first; null when they are gone. Without a word of theirs a channel may be used, and a topic
   * is as it starts. Whoever is subscribed is not made to confirm it, and who wants nothing at all wants nothing until
   * they say otherwise.
   */
  async state(scope: Scope, options: StateOptions): Promise<Stated | null> {
    const { sql, statement, evidence } = options;
    const { channel, topic, state, everything = false } = statement;
    const profileId = await holdProfile(scope, { sql, profileId: options.profileId });
    if (profileId === null) return null;
    const key = [scope.workspaceId, profileId, channel, topic];
    const [known] = await sql.query<Known>(
      `select state, at, everything from consents
       where workspace_id = $1 and profile_id = $2 and channel = $3 and topic = $4 for update`,
      key,
    );
    const was = known?.state ?? (await this.startOf(scope, { sql, topic }));
    const at = statement.at ?? Math.max(Date.now(), known?.at.getTime() ?? 0);
    if (known && known.at.getTime() > at) return { profileId, was, changed: false, late: known.at };
    const isAsked = state === 'pending' && was === 'subscribed' && (known !== undefined || topic !== '');
    const isKnown = known !== undefined && known.state === state && (known.everything || !everything);
    // A trait is what another system believes: it does not undo what somebody said to everything.
    const isBelieved = evidence.source === 'identify' && state !== 'unsubscribed' && known?.everything === true;
    if (isAsked || isBelieved) return { profileId, was, changed: false, late: null };
    if (isKnown && evidence.shown === undefined) {
      await this.saidAgain(scope, { sql, profileId, statement: { ...statement, at } });
      return { profileId, was, changed: false, late: null };
    }
    const values = [...key, state, new Date(at), evidence.source, everything && state === 'unsubscribed'];
    const written = await sql.query(
      known
        ? `update consents
           set state = $5, at = $6, source = $7, everything = $8 or (everything and $5 <> 'subscribed')
           where workspace_id = $1 and profile_id = $2 and channel = $3 and topic = $4
           returning 1`
        : `insert into consents (workspace_id, profile_id, channel, topic, state, at, source, everything)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict do nothing
           returning 1`,
      values,
    );
    // Somebody else said something between the two statements: it counts as heard first.
    if (written.length === 0) return this.state(scope, { ...options, profileId });
    await sql.query(
      `insert into consent_changes (
         workspace_id, profile_id, channel, topic, state, was, source, actor, ip, shown, message, at
       )
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...key,
        state,
        known?.state ?? null,
        evidence.source,
        evidence.actor ?? null,
        evidence.ip ?? null,
        evidence.shown ?? null,
        evidence.messageId ?? null,
        new Date(at),
      ],
    );
    return { profileId, was, changed: was !== state, late: null };
  }

  /** The same as before is no change, but what is told afterwards and was said before it comes too late. */
  private async saidAgain(
    scope: Scope,
    {
      sql,
      profileId,
      statement,
    }: Pick<StateOptions, 'sql' | 'profileId'> & { statement: Required<Pick<Statement, 'at'>> & Statement },
  ): Promise<void> {
    await sql.query(
      `update consents set at = $5
       where workspace_id = $1 and profile_id = $2 and channel = $3 and topic = $4 and at < $5`,
      [scope.workspaceId, profileId, statement.channel, statement.topic, new Date(statement.at)],
    );
  }

  /** A topic is held: it is not deleted while somebody says the first thing of it. */
  private async startOf(scope: Scope, { sql, topic }: { sql: Sql; topic: string }): Promise<ConsentState> {
    if (topic === '') return 'subscribed';
    const [row] = await sql.query<{ starts: ConsentState }>(
      'select starts from topics where workspace_id = $1 and key = $2 for key share',
      [scope.workspaceId, topic],
    );
    return row?.starts ?? 'subscribed';
  }

  /** Ends a pause, or sets another end; who it is now, null when that is how it was. */
  async pause(
    scope: Scope,
    { sql, profileId: asked, until, evidence }: { sql: Sql; profileId: string; until: Date | null; evidence: Evidence },
  ): Promise<string | null> {
    const profileId = await holdProfile(scope, { sql, profileId: asked });
    if (profileId === null) return null;
    const changed = await sql.query(
      `with was as (
         select paused_until from profiles where workspace_id = $1 and id = $2 for no key update
       ), changed as (
         update profiles p
         set paused_until = $3
         from was
         where p.workspace_id = $1 and p.id = $2
           and case when $3::timestamptz is null then was.paused_until > now()
             else was.paused_until is distinct from $3 end
         returning 1
       )
       insert into consent_changes (
         workspace_id, profile_id, channel, state, paused_until, source, actor, ip, shown, message
       )
       select $1, $2, '', case when $3::timestamptz is null then 'resumed' else 'paused' end, $3, $4, $5, $6, $7, $8
       from changed
       returning 1`,
      [
        scope.workspaceId,
        profileId,
        until,
        evidence.source,
        evidence.actor ?? null,
        evidence.ip ?? null,
        evidence.shown ?? null,
        evidence.messageId ?? null,
      ],
    );
    return changed.length > 0 ? profileId : null;
  }

  /**
   * Writes what a file says of people who are held. What they said later stays, and who has left stays away unless
   * `again`. The same again is no change, and what was said before it comes too late from then on. Each person, channel
   * and topic once.
   */
  async import(scope: Scope, { sql, consents }: { sql: Sql; consents: ImportedConsent[] }): Promise<void> {
    if (consents.length === 0) return;
    const values = [
      scope.workspaceId,
      uuidArray(consents.map(({ profileId }) => profileId)),
      textArray(consents.map(({ channel }) => channel)),
      textArray(consents.map(({ topic }) => topic)),
      textArray(consents.map(({ state }) => state)),
      timeArray(consents.map(({ at }) => at)),
      boolArray(consents.map(({ again }) => again)),
    ];
    await this.holdTopics(scope, { sql, consents });
    await sql.query(sayFirst, values);
    // All of them have said something now: what they had said is locked before it is looked at.
    await this.holdSaid(scope, { sql, consents });
    await sql.query(sayAfter, values);
  }

  /** Nobody deletes the topics of what is said until the transaction ends. */
  private async holdTopics(
    scope: Scope,
    { sql, consents }: { sql: Sql; consents: Pick<ImportedConsent, 'topic'>[] },
  ): Promise<void> {
    await sql.query('select 1 from topics where workspace_id = $1 and key = any($2) order by key for key share', [
      scope.workspaceId,
      textArray([...new Set(consents.map(({ topic }) => topic))]),
    ]);
  }

  /** Nobody changes what they have said until the transaction ends. */
  private async holdSaid(
    scope: Scope,
    { sql, consents }: { sql: Sql; consents: Pick<ImportedConsent, 'profileId' | 'channel' | 'topic'>[] },
  ): Promise<void> {
    await sql.query(
      `select 1
       from unnest($2::uuid[], $3::text[], $4::text[]) as t (profile_id, channel, topic)
       join consents c on c.workspace_id = $1 and c.profile_id = t.profile_id and c.channel = t.channel
         and c.topic = t.topic
       order by c.profile_id, c.channel, c.topic
       for update of c`,
      [
        scope.workspaceId,
        uuidArray(consents.map(({ profileId }) => profileId)),
        textArray(consents.map(({ channel }) => channel)),
        textArray(consents.map(({ topic }) => topic)),
      ],
    );
  }
}

/** $1 workspace, $2 people, $3 channels, $4 topics, $5 states, $6 when, $7 also where they have unsubscribed */
const told = `told as (
  select *
  from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
    as t (profile_id, channel, topic, state, at, again)
)`;

/** Where nothing was said before. Waits for whoever says the first thing at this moment. */
const sayFirst = `
with ${told}, written as (
  insert into consents (workspace_id, profile_id, channel, topic, state, at, source)
  select $1, profile_id, channel, topic, state, at, 'import'
  from told
  order by profile_id, channel, topic
  on conflict do nothing
  returning profile_id, channel, topic, state, at
)
insert into consent_changes (workspace_id, profile_id, channel, topic, state, was, source, at)
select $1, profile_id, channel, topic, state, null, 'import', at from written`;

/** What was said before is held. */
const sayAfter = `
with ${told}, written as (
  update consents c
  set state = t.state, at = t.at, source = case when c.state = t.state then c.source else 'import' end,
    everything = c.everything and t.state <> 'subscribed'
  from told t
  join consents was on was.workspace_id = $1
    and was.profile_id = t.profile_id
    and was.channel = t.channel
    and was.topic = t.topic
  where c.workspace_id = $1
    and c.profile_id = t.profile_id
    and c.channel = t.channel
    and c.topic = t.topic
    and c.at <= t.at
    and (c.state = t.state or c.state <> 'unsubscribed' or t.again)
  returning t.profile_id, t.channel, t.topic, t.state, was.state as was, t.at
)
insert into consent_changes (workspace_id, profile_id, channel, topic, state, was, source, at)
select $1, profile_id, channel, topic, state, was, 'import', at from written where was <> state`;
