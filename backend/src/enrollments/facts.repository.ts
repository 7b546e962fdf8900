import { Injectable } from '@nestjs/common';
import type { Fact, Json, JsonObject, Rule, RunAction } from '@wend/contract';
import type { Standing } from '../consents/index.js';
import type { DeviceRow } from '../profiles/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { seenActs } from './acted.js';
import { Parameters, clockTolerance, ruleSql, runFactsSql } from '../rules/index.js';

export type FactSubject = {
  profileId: string;
  /** Traits with what a test run set laid over them. */
  traits: JsonObject;
  devices: Pick<DeviceRow, 'kind' | 'permission'>[];
  said: Standing['said'];
  /** Topics that nobody gets who has not asked for them. */
  optIn: string[];
  workspaceTimeZone: string;
  /** The workspace's. */
  country: string | null;
  /** What the run asked for that is not done yet, or, in a test run, never will be. */
  acts: RunAction[];
};

type Wanted = {
  workspaceId: string;
  enrollmentId: string;
  profileId: string;
  resolve: (subject: FactSubject) => void;
  reject: (error: unknown) => void;
};
type SubjectRow = {
  place: number;
  profile_id: string;
  traits: JsonObject;
  devices: FactSubject['devices'];
  said: Standing['said'];
  opt_in: string[];
  time_zone: string;
  country: string | null;
  acts: RunAction[];
};

/**
 * $1 workspaces, $2 enrollments, $3 profiles, one of each per place. Each is looked up by itself (`offset 0`), by its
 * keys.
 */
const subjects = `
select q.place::int, found.*
from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as q(workspace_id, enrollment_id, profile_id, place)
cross join lateral (
  select p.id as profile_id,
    p.traits || coalesce(
      (select t.traits from test_traits t where t.workspace_id = q.workspace_id and t.enrollment_id = q.enrollment_id),
        '{}'
    ) as traits,
    (select w.time_zone from workspaces w where w.id = q.workspace_id) as time_zone,
    (select w.country from workspaces w where w.id = q.workspace_id) as country,
    coalesce(
      (
        select jsonb_agg(jsonb_build_object('kind', d.kind, 'permission', d.permission))
        from devices d
        where d.workspace_id = q.workspace_id and d.profile_id = p.id
      ),
        '[]'
    ) as devices,
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('channel', c.channel, 'topic', c.topic, 'state', c.state, 'everything', c.everything)
        )
        from consents c
        where c.workspace_id = q.workspace_id and c.profile_id = p.id
      ),
        '[]'
    ) as said,
    array(
      select k.key from topics k where k.workspace_id = q.workspace_id and k.starts = 'unsubscribed'
    ) as opt_in,
    coalesce(
      (
        select jsonb_agg(jsonb_build_object('kind', a.kind, 'settings', a.settings) order by a.position)
        from run_actions a
        where a.workspace_id = q.workspace_id and a.enrollment_id = q.enrollment_id
          and a.state in ('waiting', 'recorded') and a.kind in (${seenActs.map((kind) => `'${kind}'`).join(', ')})
      ),
        '[]'
    ) as acts
  from profiles named
  join profiles p on p.workspace_id = named.workspace_id and p.id = coalesce(named.merged_into, named.id)
  where named.workspace_id = q.workspace_id
    and named.id = coalesce(
      (select e.profile_id from enrollments e where e.workspace_id = q.workspace_id and e.id = q.enrollment_id),
        q.profile_id
    )
  offset 0
) found`;

@Injectable()
export class FactsRepository {
  private readonly wanted: Wanted[] = [];

  constructor(private readonly database: Database) {}

  /**
   * The person of a run: the enrollment's profile, or before it exists the given one, and who took it in when it was
   * merged away. Asked at once, many are looked up at once.
   */
  subject(
    { workspaceId }: Scope,
    { enrollmentId, profileId }: { enrollmentId: string; profileId: string },
  ): Promise<FactSubject> {
    return new Promise((resolve, reject) => {
      if (this.wanted.length === 0) setImmediate(() => void this.lookUp(this.wanted.splice(0)));
      this.wanted.push({ workspaceId, enrollmentId, profileId, resolve, reject });
    });
  }

  private async lookUp(wanted: Wanted[]): Promise<void> {
    try {
      const rows = await this.database.query<SubjectRow>(subjects, [
        wanted.map((each) => each.workspaceId),
        wanted.map((each) => each.enrollmentId),
        wanted.map((each) => each.profileId),
      ]);
      const found = new Map(rows.map((row) => [row.place, row]));
      for (const [index, { profileId, resolve }] of wanted.entries())
        resolve(subjectOf(found.get(index + 1), profileId));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  /** Answers to facts that SQL alone knows, in their order: one round trip. `traits` as the run sees them. */
  async operands(scope: Scope, options: OperandsOptions): Promise<Json[]> {
    const parameters = new Parameters([]);
    const text = runFactsSql({ ...scope, ...options, parameters });
    const [row] = await this.database.query<{ values: Json[] }>(text, parameters.values, { assembled: true });
    return row?.values ?? options.facts.map(() => null);
  }

  /**
   * How often an event that `where` lets through happened up to `at` (run time). Who took the profile in counts, as of
   * the same moment as the events.
   */
  async countEvents(
    scope: Scope,
    { profileId, enrollmentId, event, at, withinSeconds, where }: EventCount,
  ): Promise<number> {
    const from = withinSeconds === undefined ? new Date(0) : new Date(at - withinSeconds * 1_000);
    const parameters = new Parameters([
      scope.workspaceId,
      profileId,
      event,
      from,
      new Date(at + clockTolerance),
      enrollmentId,
    ]);
    const filter = where ? ` and ${ruleSql({ rule: where, properties: 'e.properties', parameters })}` : '';
    const [row] = await this.database.query<{ count: number }>(`${eventCounts}${filter}`, parameters.values, {
      assembled: where !== undefined,
    });
    return row?.count ?? 0;
  }
}

type OperandsOptions = {
  profileId: string;
  enrollmentId: string;
  traits: JsonObject;
  at: number;
  facts: readonly Extract<Fact, { kind: 'operand' }>[];
};

type EventCount = {
  profileId: string;
  enrollmentId: string;
  event: string;
  at: number;
  withinSeconds?: number | undefined;
  where?: Rule | undefined;
};

/** $1 workspace, $2 profile, $3 name, after $4, up to $5, $6 the run whose test events count. */
const eventCounts = `
select count(*)::int as count from events e
where e.workspace_id = $1
  and e.profile_id = (select coalesce(p.merged_into, p.id) from profiles p where p.workspace_id = $1 and p.id = $2)
  and e.name = $3 and e.time > $4 and e.time <= $5 and (e.origin <> 'test' or e.enrollment_id = $6)`;

function subjectOf(row: SubjectRow | undefined, profileId: string): FactSubject {
  if (!row)
    return {
      profileId,
      traits: {},
      devices: [],
      said: [],
      optIn: [],
      workspaceTimeZone: 'UTC',
      country: null,
      acts: [],
    };
  return {
    profileId: row.profile_id,
    traits: row.traits,
    devices: row.devices,
    said: row.said,
    optIn: row.opt_in,
    workspaceTimeZone: row.time_zone,
    country: row.country,
    acts: row.acts,
  };
}
