import { Injectable } from '@nestjs/common';
import type { Reentry } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import type { StoredStart } from './program.repository.js';
import { onlyIndexes } from './router.repository.js';
import type { EntryRow } from './router.repository.js';

/** What lets a person in: an event, or something else under a name that it alone has in the journey. */
export type Cause = { event: string } | { name: string };
/** A person about to enter by an entry, `node`. `receivedAt`: when what lets them in was received. */
export type Candidate = {
  entry: Pick<EntryRow, 'workspace_id' | 'journey_id' | 'version_id' | 'program_hash' | 'reentry'>;
  node: string;
  profileId: string;
  cause: Cause;
  receivedAt: Date;
  key: string;
  enrollmentId: string;
  start: StoredStart;
};
/** Who came in. `held`: the journey is paused, and the run begins when it is resumed. */
export type Entered = Candidate & { held: boolean };

/**
 * Merges that come between a look at the persons and the lock on them: each attempt names those who were there after
 * the last.
 */
const enrolAttempts = 8;

/** Somebody who is about to enter was merged into another person. */
class Merged extends Error {
  constructor(readonly into: Map<string, string>) {
    super('A person was merged into another one.');
  }
}

/** Lets people in, whatever lets them in. Without scope: candidates of all workspaces; each names its own. */
@Injectable()
export class EnrollingRepository {
  constructor(private readonly database: Database) {}

  /**
   * Lets people in, in one transaction: holds them, so that a merge of two people comes before or after it; locks each
   * (journey, profile, entry key), applies the re-entry rule and inserts enrollments as `starting`, held ones while
   * their journey is paused. Returns those that came in, as who they are now. Two entries in the same instant give one
   * enrollment when the rule says so.
   */
  async enrol<Given extends Candidate>(candidates: Given[]): Promise<(Given & Entered)[]> {
    let current = candidates;
    for (let attempt = 1; current.length > 0; attempt += 1) {
      try {
        return await this.database.transaction((sql) => this.enrolIn(sql, current), onlyIndexes);
      } catch (error) {
        if (!(error instanceof Merged) || attempt >= enrolAttempts) throw error;
        current = current.map((candidate) => asMerged(candidate, error.into));
      }
    }
    return [];
  }

  private async enrolIn<Given extends Candidate>(sql: Sql, candidates: Given[]): Promise<(Given & Entered)[]> {
    // Asked at once: the statements run in this order. The journey comes before its control row, as when it is
    // published.
    const [people, , states] = await Promise.all([
      this.holdPeople(sql, candidates),
      this.holdJourneys(sql, candidates),
      this.controlStates(sql, candidates),
      this.lockEntries(sql, candidates),
    ]);
    const merged = people.flatMap(({ id, merged_into }) => (merged_into === null ? [] : [[id, merged_into] as const]));
    if (merged.length > 0) throw new Merged(new Map(merged));
    const here = new Set(people.map(({ id }) => id));
    const state = new Map(states.map((row) => [row.journey_id, row.state]));
    const last = await this.lastEntries(sql, candidates);
    const accepted = candidates.flatMap((candidate): (Given & Entered)[] => {
      const { entry, profileId, start } = candidate;
      const at = start.first.at;
      const control = state.get(entry.journey_id);
      // Stopped, deleted or erased meanwhile.
      if (!here.has(profileId) || control === undefined || control === 'stopped') return [];
      if (!mayEnter(entry.reentry, { before: last.get(lockText(candidate)), at })) return [];
      last.set(lockText(candidate), { at, inside: true });
      return [{ ...candidate, held: control === 'paused' }];
    });
    const inserted = await this.insert(sql, accepted);
    return accepted.filter((candidate) => inserted.has(candidate.enrollmentId));
  }

  /** In the order of their ids. Ingestion changes them meanwhile; only who merges one of them away waits. */
  private async holdPeople(sql: Sql, candidates: Candidate[]): Promise<{ id: string; merged_into: string | null }[]> {
    return sql.query(
      `select p.id, p.merged_into
       from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (
         select id, merged_into from profiles where workspace_id = c.workspace_id and id = c.id for key share
       ) p`,
      [candidates.map(({ entry }) => entry.workspace_id), candidates.map(({ profileId }) => profileId)],
    );
  }

  private async holdJourneys(sql: Sql, candidates: Candidate[]): Promise<void> {
    await sql.query(
      `select 1 from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (select 1 from journeys where workspace_id = c.workspace_id and id = c.id for key share) j`,
      journeysOf(candidates),
    );
  }

  private async controlStates(
    sql: Sql,
    candidates: Candidate[],
  ): Promise<{ journey_id: string; state: 'live' | 'paused' | 'stopped' }[]> {
    return sql.query(
      `select c.id as journey_id, control.state
       from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (
         select state from journey_control where workspace_id = c.workspace_id and journey_id = c.id for share
       ) control`,
      journeysOf(candidates),
    );
  }

  private async lockEntries(sql: Sql, candidates: Candidate[]): Promise<void> {
    await sql.query(
      `select pg_advisory_xact_lock(k)
        from (select distinct hashtextextended(t, 0) as k from unnest($1::text[]) t order by 1) locks`,
      [candidates.map(lockText)],
    );
  }

  /** By `lockText`: when they entered last, and whether they are in the journey. */
  private async lastEntries(sql: Sql, candidates: Candidate[]): Promise<Map<string, LastEntry>> {
    const asking = candidates.filter(({ entry }) => entry.reentry.rule !== 'always');
    if (asking.length === 0) return new Map();
    const rows = await sql.query<{ place: number; at: Date; inside: boolean }>(
      `select c.place::int, last.*
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) with ordinality as c(
         workspace_id, journey_id, profile_id, entry_key, place
       )
       cross join lateral (
         select max(entered_at) as at, bool_or(inside) as inside from (
           (
             select entered_at, true as inside
             from enrollments e
             where ${sameEntry} and (e.ended_at is null)::int = 1
             order by e.created_at desc
             limit 1
           )
           union all
           (
             select entered_at, false
             from enrollments e
             where ${sameEntry} and (e.ended_at is null)::int = 0
             order by e.created_at desc
             limit 1
           )
         ) e
       ) last where last.at is not null`,
      [
        asking.map((each) => each.entry.workspace_id),
        asking.map((each) => each.entry.journey_id),
        asking.map((each) => each.profileId),
        asking.map((each) => each.key),
      ],
    );
    return new Map(
      rows.flatMap(({ place, at, inside }) => {
        const candidate = asking[place - 1];
        return candidate ? [[lockText(candidate), { at: at.getTime(), inside }] as const] : [];
      }),
    );
  }

  /** Of one event, or one cause, each journey has one run, whichever entries it fits: the indexes see to it. */
  private async insert(sql: Sql, accepted: Entered[]): Promise<Set<string>> {
    const rows = accepted.map(({ entry, node, profileId, cause, receivedAt, key, enrollmentId, start, held }) => ({
      workspace_id: entry.workspace_id,
      id: enrollmentId,
      journey_id: entry.journey_id,
      version_id: entry.version_id,
      profile_id: profileId,
      entry_node: node,
      entry_event_id: 'event' in cause ? cause.event : null,
      entry_cause: 'name' in cause ? cause.name : null,
      entry_received_at: receivedAt,
      entry_key: key,
      origin: start.identity.origin,
      start,
      workflow_id: `enrollment/${enrollmentId}`,
      run_offset_ms: Math.round(start.offset),
      entered_at: new Date(start.first.at),
      held,
    }));
    const done = await sql.query<{ id: string }>(
      `insert into enrollments (
         workspace_id, id, journey_id, version_id, profile_id, entry_node, entry_event_id, entry_cause,
           entry_received_at, entry_key, origin, start, workflow_id, run_offset_ms, entered_at, held
       )
       select workspace_id, id, journey_id, version_id, profile_id, entry_node, entry_event_id, entry_cause,
         entry_received_at, entry_key, origin, start, workflow_id, run_offset_ms, entered_at, held
       from jsonb_to_recordset($1::jsonb) as r(
         workspace_id uuid, id uuid, journey_id uuid, version_id uuid, profile_id uuid, entry_node text,
           entry_event_id uuid, entry_cause text, entry_received_at timestamptz, entry_key text, origin text,
           start jsonb, workflow_id text, run_offset_ms bigint, entered_at timestamptz, held boolean
       )
       on conflict do nothing returning id`,
      [JSON.stringify(rows)],
    );
    return new Set(done.map((row) => row.id));
  }
}

/** Enrollments of the same person in the same journey, for the same value of the entry key. */
const sameEntry = `e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.profile_id = c.profile_id and e.entry_key = c.entry_key and e.origin <> 'test'`;

type LastEntry = { at: number; inside: boolean };

function journeysOf(candidates: Candidate[]): [string[], string[]] {
  return [candidates.map(({ entry }) => entry.workspace_id), candidates.map(({ entry }) => entry.journey_id)];
}

function lockText({ entry, profileId, key }: Candidate): string {
  return `${entry.journey_id}/${profileId}/${key}`;
}

/**
 * The same entry of the person whom a merge has left. What was found out about the other one is asked for anew by the
 * run.
 */
function asMerged<Given extends Candidate>(candidate: Given, into: Map<string, string>): Given {
  const profileId = into.get(candidate.profileId);
  if (profileId === undefined) return candidate;
  const { start } = candidate;
  const { facts: _, ...first } = start.first;
  return {
    ...candidate,
    profileId,
    start: {
      ...start,
      identity: { ...start.identity, profileId },
      first: { ...first, person: personIn({ journeyId: start.identity.journeyId, profileId }) },
    },
  };
}

/** What a person is called where something is drawn per person: other draws in other journeys. */
export function personIn({ journeyId, profileId }: { journeyId: string; profileId: string }): string {
  return `${journeyId}/${profileId}`;
}

/** The re-entry rule, given the last entry, if there was one. Times in ms. */
function mayEnter(rule: Reentry, { before, at }: { before: LastEntry | undefined; at: number }): boolean {
  if (before === undefined) return true;
  switch (rule.rule) {
    case 'never':
      return false;
    case 'after':
      return at - before.at >= (rule.afterSeconds ?? 0) * 1_000;
    case 'whenLeft':
      return !before.inside;
    case 'always':
      return true;
  }
}
