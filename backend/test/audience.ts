import { randomUUID } from 'node:crypto';
import type { Rule } from '@wend/contract';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog, WorkspaceHooks } from '../src/access/index.js';
import { ChangeListeners, ChangesService, Watches } from '../src/changes/index.js';
import { ChangeQueueRepository } from '../src/changes/change-queue.repository.js';
import { WatchRepository } from '../src/changes/watch.repository.js';
import { EventsService } from '../src/events/index.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { PeopleRules, PeopleRulesRepository, RuleNames, RuleNamesRepository } from '../src/rules/index.js';
import { BuildRepository } from '../src/segments/build.repository.js';
import { Builder } from '../src/segments/builder.js';
import { BuilderRepository } from '../src/segments/builder.repository.js';
import { Builds } from '../src/segments/builds.js';
import { EvaluationRepository } from '../src/segments/evaluation.repository.js';
import { Evaluator } from '../src/segments/evaluator.js';
import { GrowthRepository } from '../src/segments/growth.repository.js';
import { ManualMembers } from '../src/segments/manual-members.js';
import { MemberRepository } from '../src/segments/member.repository.js';
import { MembershipEvents } from '../src/segments/membership-events.js';
import { SegmentRepository } from '../src/segments/segment.repository.js';
import { SettingsRebuilds } from '../src/segments/settings-rebuilds.js';
import { SegmentsService } from '../src/segments/segments.service.js';
import { SegmentUses } from '../src/segments/uses.js';
import { UsesRepository } from '../src/segments/uses.repository.js';

export type Audience = ReturnType<typeof audienceOn>;

/** Segments and what keeps them right, as a worker and an api put them together, on one database. */
export function audienceOn(database: Database) {
  const events = new EventsService(database);
  const members = new MemberRepository(database);
  const segments = new SegmentRepository(database);
  const rules = new PeopleRules(new PeopleRulesRepository(database));
  const membershipEvents = new MembershipEvents(members, events);
  const listeners = new ChangeListeners();
  new Evaluator(segments, members, new EvaluationRepository(), rules, membershipEvents, listeners);
  const changes = new ChangesService(new ChangeQueueRepository(database), listeners);
  const watches = new Watches(new WatchRepository(database));
  const builds = new Builds(new BuildRepository(), segments, watches);
  const growth = new GrowthRepository(database);
  const builder = new Builder(
    new BuilderRepository(database),
    segments,
    members,
    growth,
    watches,
    rules,
    membershipEvents,
  );
  const service = new SegmentsService(
    segments,
    builds,
    new SegmentUses(new UsesRepository(database)),
    new RuleNames(new RuleNamesRepository(database)),
    new AuditLog(new AuditEntryRepository(database)),
  );
  const manual = new ManualMembers(segments, members, membershipEvents);
  const settings = new SettingsRebuilds(segments, builds, new WorkspaceHooks());
  return { database, settings, events, rules, changes, listeners, watches, builder, service, manual, growth, members };
}

/** A workspace, and whoever acts in it. */
export async function newWorkspace(database: Database): Promise<Caller> {
  const [row] = await database.query<{ id: string }>(`insert into workspaces (name) values ('Shop') returning id`);
  return {
    workspaceId: row!.id,
    actor: { kind: 'member', id: randomUUID(), role: 'owner', email: 'owner@shop.example' },
  };
}

/** Until nothing is left to do; `now` stands for the clock. */
export async function settle({ changes, builder }: Audience, now: () => number = Date.now): Promise<void> {
  for (let idle = 0, rounds = 0; idle < 2; rounds += 1) {
    if (rounds > 2_000) throw new Error('It does not come to an end.');
    const busy = [await changes.work(now), await builder.work(now)];
    idle = busy.some(Boolean) ? 0 : idle + 1;
  }
}

/** Everybody for whom a rule holds at a time, by asking each. */
export async function whoever(
  { database, rules }: Audience,
  { workspaceId, rule, at }: { workspaceId: string; rule: Rule; at: number },
): Promise<string[]> {
  const people = await database.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 and merged_into is null and not test',
    [workspaceId],
  );
  const answers = await rules.answer({ workspaceId }, { rule, profileIds: people.map(({ id }) => id), at });
  return [...answers].flatMap(([id, { member }]) => (member ? [id] : [])).sort();
}

export async function membersOf({ database }: Audience, segmentId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    'select profile_id as id from segment_members where segment_id = $1 order by profile_id',
    [segmentId],
  );
  return rows.map(({ id }) => id);
}
