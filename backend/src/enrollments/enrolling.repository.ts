import { Injectable } from '@nestjs/common';
import type { EntryRefusalReason, Json, Reentry } from '@wend/contract';
import { latestPause } from '../journeys/index.js';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { causeText } from './candidate.js';
import type { Candidate, JourneyControl } from './candidate.js';
import { EntryLimitsCheck } from './entry-limits.js';
import { keepHoldouts, keepRefusals } from './entry-refusal.repository.js';
import { onlyIndexes } from './router.repository.js';
import type { EntryRow } from './router.repository.js';

/**
 * Who came in. `held`: the journey is paused, and the run begins when it is resumed. `control`: of its silent control
 * group, or of the others; null where the journey has no holdout.
 */
export type Entered = { held: boolean; control: boolean | null };
/** A person who is kept out. `at`: ms; `seen`: what the decision was made by. */
export type Refused = {
  entry: Pick<EntryRow, 'workspace_id' | 'journey_id' | 'version_id'>;
  node: string;
  profileId: string;
  reason: EntryRefusalReason;
  at: number;
  key: string;
  seen: Json;
};
/**
 * What became of a candidate. `already`: the same event or cause let the person in before; `gone`: there is no such
 * person, or journey, any more; `over`: what brought the person is no more (`still`).
 */
export type Decision<Given> =
  | { candidate: Given & Candidate; entered: Entered }
  | { candidate: Given; refused: EntryRefusalReason; seen: Json }
  | { candidate: Given; missed: 'already' | 'gone' | 'over' };

type EnrolOptions<Given, Kept> = {
  /** Who was kept out before it came to this. */
  refused?: readonly Kept[];
  /**
   * Asked when the people, journeys and keys of this transaction are held: which of the candidates, and of those who were
   * kept out, as who they are now, still have what brought them. The others do not come in, and nothing is written down
   * about them.
   */
  still?:
    | ((given: {
        sql: Sql;
        candidates: readonly Given[];
        refused: readonly Kept[];
      }) => Promise<ReadonlySet<Given | Kept>>)
    | undefined;
  /** Written in the same transaction. */
  also?: ((given: { sql: Sql; decisions: Decision<Given>[] }) => Promise<void>) | undefined;
};

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

/** A run that is not the only one for its occasion: `by` those of this call before it, or, `earlier`, by others. */
type Double = { id: string; by: readonly string[]; earlier: boolean };

/** Other runs of theirs are for the same occasion. */
class Doubled extends Error {
  constructor(readonly doubles: readonly Double[]) {
    super('People came in for the same occasion before.');
  }
}

/** Lets people in, whatever lets them in. Without scope: candidates of all workspaces; each names its own. */
@Injectable()
export class EnrollingRepository {
  constructor(private readonly database: Database) {}

  /**
   * Lets people in, in one transaction: holds them, so that a merge of two people comes before or after it; locks each
   * (journey, profile, entry key), applies the re-entry rule, the limits and the holdout, inserts enrollments as
   * `starting`, held ones while their journey is paused, and writes down who was kept out. Returns what became of each,
   * as who they are now, in the given order. Two entries in the same instant give one enrollment when the rule says so.
   */
  async enrol<Given extends Candidate, Kept extends Refused = Refused>(
    candidates: readonly Given[],
    { refused = [], still, also }: EnrolOptions<Given, Kept> = {},
  ): Promise<Decision<Given>[]> {
    let current = candidates;
    let kept = refused;
    const doubled = new Map<string, Double>();
    for (let attempt = 1; current.length + kept.length > 0 || also !== undefined; attempt += 1) {
      try {
        return await this.database.transaction(async (sql) => {
          const decisions = await this.enrolIn(sql, { candidates: current, refused: kept, doubled, still });
          await also?.({ sql, decisions });
          return decisions;
        }, onlyIndexes);
      } catch (error) {
        if (attempt >= enrolAttempts) throw error;
        if (error instanceof Doubled) {
          for (const each of error.doubles) doubled.set(each.id, each);
          continue;
        }
        if (!(error instanceof Merged)) throw error;
        current = current.map((candidate) => asMerged(candidate, error.into));
        kept = kept.map((each) => ({ ...each, profileId: error.into.get(each.profileId) ?? each.profileId }));
      }
    }
    return [];
  }

  /** As `enrol`, in a transaction of the caller; throws what `asMerged` must mend when somebody was merged away. */
  private async enrolIn<Given extends Candidate, Kept extends Refused>(
    sql: Sql,
    {
      candidates,
      refused,
      doubled,
      still,
    }: {
      candidates: readonly Given[];
      refused: readonly Kept[];
      doubled: ReadonlyMap<string, Double>;
    } & Pick<EnrolOptions<Given, Kept>, 'still'>,
  ): Promise<Decision<Given>[]> {
    const all = [...candidates, ...refused];
    // Asked at once: the statements run in this order. The journey comes before its control row, as when it is
    // published.
    const [people, , states] = await Promise.all([
      this.holdPeople(sql, all),
      this.holdJourneys(sql, all),
      this.controlStates(sql, all),
      this.lockEntries(sql, candidates),
    ]);
    const merged = people.flatMap(({ id, merged_into }) => (merged_into === null ? [] : [[id, merged_into] as const]));
    if (merged.length > 0) throw new Merged(new Map(merged));
    const here = new Set(people.map(({ id }) => id));
    const coming = (await still?.({ sql, candidates, refused })) ?? new Set<Given | Kept>([...candidates, ...refused]);
    const controls = new Map(states.map((row) => [row.journey_id, row]));
    const limits = await EntryLimitsCheck.of(sql, { candidates, controls });
    const last = await this.lastEntries(sql, candidates);
    const accepted = new Set<string>();
    // Who was kept out by another candidate comes in when that one does not this time.
    const isDoubled = ({ enrollmentId }: Given): boolean => {
      const double = doubled.get(enrollmentId);
      return double !== undefined && (double.earlier || double.by.some((id) => accepted.has(id)));
    };
    const decisions = candidates.map((candidate): Decision<Given> => {
      const { entry, profileId, start } = candidate;
      const at = start.first.at;
      const control = controls.get(entry.journey_id);
      if (!here.has(profileId) || control === undefined) return { candidate, missed: 'gone' };
      if (!coming.has(candidate)) return { candidate, missed: 'over' };
      if (control.state === 'stopped') return { candidate, refused: 'stopped', seen: null };
      const before = last.get(lockText(candidate));
      if (isDoubled(candidate) || before?.causes.includes(causeText(candidate)) || limits.knows(candidate))
        return { candidate, missed: 'already' };
      if (!mayEnter(entry.reentry, { before, at }))
        return {
          candidate,
          refused: 'reentry',
          seen: { ...entry.reentry, last: before!.at, inside: before!.inside },
        };
      const full = limits.full(candidate);
      if (full) return { candidate, refused: 'limit', seen: full };
      const part = limits.partOf(candidate);
      if (part === 'out') return { candidate, refused: 'holdout', seen: null };
      // The control group is beside those who count.
      if (part !== 'control') limits.take(candidate);
      accepted.add(candidate.enrollmentId);
      last.set(lockText(candidate), { at, inside: true, causes: [causeText(candidate)] });
      return {
        candidate,
        entered: { held: control.state === 'paused', control: part === null ? null : part === 'control' },
      };
    });
    const kept = refused.filter((each) => here.has(each.profileId) && coming.has(each));
    return this.write(sql, { decisions, refused: kept, limits });
  }

  private async write<Given extends Candidate>(
    sql: Sql,
    {
      decisions,
      refused,
      limits,
    }: { decisions: Decision<Given>[]; refused: readonly Refused[]; limits: EntryLimitsCheck },
  ): Promise<Decision<Given>[]> {
    const accepted = decisions.flatMap((each) => ('entered' in each ? [{ ...each.candidate, ...each.entered }] : []));
    const kept = [...refused, ...decisions.flatMap((each) => ('refused' in each ? [refusalOf(each)] : []))];
    const [inserted] = await Promise.all([
      accepted.length === 0 ? new Set<string>() : this.insert(sql, accepted),
      keepRefusals(sql, kept),
      keepHoldouts(sql, [
        ...kept.filter(({ reason }) => reason === 'holdout'),
        ...accepted.filter(({ control }) => control).map((each) => ({ ...each, at: each.start.first.at })),
      ]),
      limits.keep(sql),
    ]);
    const twice = await this.cameBefore(
      sql,
      accepted.filter(({ enrollmentId }) => inserted.has(enrollmentId)),
    );
    if (twice.length > 0) throw new Doubled(twice);
    return decisions.map((each) =>
      'entered' in each && !inserted.has(each.candidate.enrollmentId)
        ? { candidate: each.candidate, missed: 'already' }
        : each,
    );
  }

  /** In the order of their ids. Ingestion changes them meanwhile; only who merges one of them away waits. */
  private async holdPeople(
    sql: Sql,
    candidates: Pick<Candidate | Refused, 'entry' | 'profileId'>[],
  ): Promise<{ id: string; merged_into: string | null }[]> {
    return sql.query(
      `select p.id, p.merged_into
       from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (
         select id, merged_into from profiles where workspace_id = c.workspace_id and id = c.id for key share
       ) p`,
      [candidates.map(({ entry }) => entry.workspace_id), candidates.map(({ profileId }) => profileId)],
    );
  }

  private async holdJourneys(sql: Sql, candidates: Pick<Refused, 'entry'>[]): Promise<void> {
    await sql.query(
      `select 1 from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (select 1 from journeys where workspace_id = c.workspace_id and id = c.id for key share) j`,
      journeysOf(candidates),
    );
  }

  private async controlStates(sql: Sql, candidates: Pick<Refused, 'entry'>[]): Promise<JourneyControl[]> {
    return sql.query(
      `select c.id as journey_id, control.state, control.limits
       from (select distinct * from unnest($1::uuid[], $2::uuid[]) as c(workspace_id, id) order by 1, 2) c
       cross join lateral (
         select state, limits from journey_control where workspace_id = c.workspace_id and journey_id = c.id for share
       ) control`,
      journeysOf(candidates),
    );
  }

  private async lockEntries(sql: Sql, candidates: readonly Candidate[]): Promise<void> {
    await sql.query(
      `select pg_advisory_xact_lock(k)
        from (select distinct hashtextextended(t, 0) as k from unnest($1::text[]) t order by 1) locks`,
      [candidates.flatMap(locksOf)],
    );
  }

  /** By `lockText`: when they entered last, and whether they are in the journey. */
  private async lastEntries(sql: Sql, candidates: readonly Candidate[]): Promise<Map<string, LastEntry>> {
    const asking = candidates.filter(({ entry }) => entry.reentry.rule !== 'always');
    if (asking.length === 0) return new Map();
    const rows = await sql.query<{ place: number; at: Date; inside: boolean; causes: string[] }>(
      `select c.place::int, last.*
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) with ordinality as c(
         workspace_id, journey_id, profile_id, entry_key, place
       )
       cross join lateral (
         select max(entered_at) as at, bool_or(inside) as inside, array_agg(cause) as causes from (
           (
             select entered_at, true as inside, coalesce(entry_event_id::text, entry_cause) as cause
             from enrollments e
             where ${sameEntry} and (e.ended_at is null)::int = 1
             order by e.created_at desc
             limit 1
           )
           union all
           (
             select entered_at, false, coalesce(entry_event_id::text, entry_cause)
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
      rows.flatMap(({ place, at, inside, causes }) => {
        const candidate = asking[place - 1];
        return candidate ? [[lockText(candidate), { at: at.getTime(), inside, causes }] as const] : [];
      }),
    );
  }

  /**
   * Those whom another run is for, by one of their occasions, in the order in which they come in. Looked up when they are
   * in: a merge may have brought the other run until now.
   */
  private async cameBefore(sql: Sql, accepted: readonly Candidate[]): Promise<Double[]> {
    const coming = accepted.filter(({ occasions }) => occasions !== undefined);
    const asked = coming.flatMap(({ occasions = [], key }, index) =>
      occasions.map(({ cause, data, sameKey }) => ({ place: index + 1, cause, data, key: sameKey ? key : null })),
    );
    if (asked.length === 0) return [];
    return sql.query<Double>(
      `select c.id, coalesce(array_agg(e.id) filter (where e.place is not null), '{}') as by, bool_or(e.place is null) as earlier
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as c(
         workspace_id, journey_id, profile_id, id, place
       )
       join jsonb_to_recordset($5::jsonb) as o(place int, cause text, data jsonb, key text) on o.place = c.place
       cross join lateral (
         select e.id, array_position($4::uuid[], e.id) as place from enrollments e
         where e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.profile_id = c.profile_id
           and e.origin <> 'test' and e.id <> c.id and starts_with(e.entry_cause, o.cause) and e.entry_data @> o.data
           and (o.key is null or e.entry_key = o.key)
           and coalesce(array_position($4::uuid[], e.id) < c.place, true)
       ) e
       group by c.id`,
      [
        coming.map(({ entry }) => entry.workspace_id),
        coming.map(({ entry }) => entry.journey_id),
        coming.map(({ profileId }) => profileId),
        coming.map(({ enrollmentId }) => enrollmentId),
        JSON.stringify(asked),
      ],
    );
  }

  /** Of one event, or one cause, each journey has one run, whichever entries it fits: the indexes see to it. */
  private async insert(sql: Sql, accepted: (Candidate & Entered)[]): Promise<Set<string>> {
    const rows = accepted.map(
      ({ entry, node, profileId, cause, receivedAt, key, enrollmentId, start, data, held, bulk, control, depth }) => ({
        workspace_id: entry.workspace_id,
        id: enrollmentId,
        journey_id: entry.journey_id,
        version_id: entry.version_id,
        profile_id: profileId,
        entry_node: node,
        entry_event_id: 'event' in cause ? cause.event : null,
        entry_cause: 'name' in cause ? cause.name : null,
        entry_received_at: receivedAt,
        entry_data: data ?? null,
        entry_key: key,
        origin: start.identity.origin,
        start,
        workflow_id: `enrollment/${enrollmentId}`,
        run_offset_ms: Math.round(start.offset),
        entered_at: new Date(start.first.at),
        held,
        bulk: bulk ?? false,
        control,
        depth: depth ?? 0,
      }),
    );
    const done = await sql.query<{ id: string }>(
      `insert into enrollments (
         workspace_id, id, journey_id, version_id, profile_id, entry_node, entry_event_id, entry_cause,
           entry_received_at, entry_data, entry_key, origin, start, workflow_id, run_offset_ms, entered_at, held,
           bulk, control, depth, held_in
       )
       select workspace_id, id, journey_id, version_id, profile_id, entry_node, entry_event_id, entry_cause,
         entry_received_at, entry_data, entry_key, origin, start, workflow_id, run_offset_ms, entered_at, held,
         bulk, control, depth, case when held then ${latestPause('r')} end
       from jsonb_to_recordset($1::jsonb) as r(
         workspace_id uuid, id uuid, journey_id uuid, version_id uuid, profile_id uuid, entry_node text,
           entry_event_id uuid, entry_cause text, entry_received_at timestamptz, entry_data jsonb, entry_key text,
             origin text,
           start jsonb, workflow_id text, run_offset_ms bigint, entered_at timestamptz, held boolean,
             bulk boolean, control boolean, depth smallint
       )
       on conflict do nothing returning id`,
      [JSON.stringify(rows)],
    );
    return new Set(done.map((row) => row.id));
  }
}

/** Enrollments of the same person in the same journey, for the same value of the entry key. */
const sameEntry = `e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.profile_id = c.profile_id and e.entry_key = c.entry_key and e.origin <> 'test'`;

/** `causes`: by which they entered last, inside and outside. */
type LastEntry = { at: number; inside: boolean; causes: string[] };

function refusalOf<Given extends Candidate>({
  candidate,
  refused: reason,
  seen,
}: Extract<Decision<Given>, { refused: unknown }>): Refused {
  const { entry, node, profileId, key, start } = candidate;
  return { entry, node, profileId, reason, key, at: start.first.at, seen };
}

function journeysOf(candidates: Pick<Refused, 'entry'>[]): [string[], string[]] {
  return [candidates.map(({ entry }) => entry.workspace_id), candidates.map(({ entry }) => entry.journey_id)];
}

function lockText({ entry, profileId, key }: Candidate): string {
  return `${entry.journey_id}/${profileId}/${key}`;
}

/** What is locked: whoever may be in for an occasion comes in one by one, whatever the entry key says. */
function locksOf(candidate: Candidate): string[] {
  return [lockText(candidate), ...(candidate.occasions ? [lockText({ ...candidate, key: '' })] : [])];
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
