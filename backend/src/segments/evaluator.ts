import { Injectable } from '@nestjs/common';
import { longestChain } from '@wend/contract';
import { ChangeListeners } from '../changes/index.js';
import type { Heard, ProfileChange } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { PeopleRules } from '../rules/index.js';
import type { PersonAnswer } from '../rules/index.js';
import { isAffected, levelsOf } from './catalogue.js';
import type { Level, Unit } from './catalogue.js';
import { EvaluationRepository, keyOf } from './evaluation.repository.js';
import type { Due, KnownRow, Write } from './evaluation.repository.js';
import { MemberRepository } from './member.repository.js';
import type { HeldPerson } from './member.repository.js';
import { MembershipEvents } from './membership-events.js';
import type { MembershipChange } from './membership-events.js';
import { SegmentRepository } from './segment.repository.js';

/** `depth`: how many actions of runs led to what has changed. */
type Person = HeldPerson & { changes: Pick<ProfileChange, 'what' | 'name'>[]; told: boolean; depth: number };
/** Somebody, by rules that something may have changed for. */
type Asked = { person: Person; units: Unit[] };
type Answered = { person: Person; unit: Unit; answer: PersonAnswer };

/**
 * Keeps members right while people change: whoever something happened to is evaluated by every rule that reads it, in
 * one transaction with what follows from it. A person is evaluated by one worker at a time, each time with a snapshot
 * that was taken after the last one's commit, so the last evaluation has seen everything.
 */
@Injectable()
export class Evaluator {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly members: MemberRepository,
    private readonly repository: EvaluationRepository,
    private readonly rules: PeopleRules,
    private readonly events: MembershipEvents,
    listeners: ChangeListeners,
  ) {
    listeners.add({
      name: 'segments',
      changed: (scope, heard) => this.changed(scope, heard),
      lapses: { table: 'segment_due', take: (sql, options) => repository.takeDue(sql, options) },
    });
  }

  async changed(scope: Scope, { sql, changes, at }: Heard): Promise<void> {
    await this.segments.lockAll(scope, { sql, alone: false });
    const levels = levelsOf(await this.repository.catalogue(scope, sql));
    const units = levels.flat();
    const mine = changes.filter((change) => units.some((unit) => isAffected(unit, change)));
    if (mine.length === 0) return;
    await this.repository.dropPointers(scope, {
      sql,
      profileIds: mine.flatMap(({ what, name, profileId }) =>
        what === 'profile' && name === 'merged' ? [profileId] : [],
      ),
    });
    const held = await this.members.hold(scope, { sql, profileIds: mine.map(({ profileId }) => profileId) });
    const depthOf = await this.depths(scope, { sql, changes: mine });
    const people = held.map((person): Person => {
      const own = mine.filter(({ profileId }) => profileId === person.id);
      const depth = depthOf(person.id, own);
      // Journeys that lead to each other through rules end here: who is in is right, and nothing starts by it any more.
      if (depth > longestChain) logger.warn({ ...scope, profileId: person.id }, 'a circle of journeys was stopped');
      const told = depth <= longestChain && own.some(({ origin }) => origin !== 'import');
      return { ...person, changes: own, told, depth };
    });
    for (const level of levels) await this.evaluate(scope, { sql, level, people, at });
  }

  private async depths(
    scope: Scope,
    { sql, changes }: { sql: Sql; changes: readonly ProfileChange[] },
  ): Promise<(profileId: string, own: readonly ProfileChange[]) => number> {
    const told = changes.filter(({ origin }) => origin !== 'import');
    const ofEvents = await this.repository.depthsOf(scope, { sql, events: told.flatMap(({ event }) => event ?? []) });
    const changed = told.filter(({ what }) => what === 'trait').map(({ profileId }) => profileId);
    const ofTraits = await this.repository.depthsOfTraits(scope, { sql, profileIds: [...new Set(changed)] });
    return (profileId, own) =>
      Math.max(
        own.some(({ what }) => what === 'trait') ? (ofTraits.get(profileId) ?? 0) : 0,
        ...own.map(({ event }) => (event ? (ofEvents.get(event.id) ?? 0) : 0)),
      );
  }

  /** What comes of a level is a change to the next ones. */
  private async evaluate(
    scope: Scope,
    { sql, level, people, at }: { sql: Sql; level: Level; people: Person[]; at: number },
  ): Promise<void> {
    const asked = people.flatMap((person): Asked[] => {
      const units = level.filter((unit) => person.changes.some((change) => isAffected(unit, change)));
      return units.length > 0 ? [{ person, units }] : [];
    });
    if (asked.length === 0) return;
    const [answered, known] = await Promise.all([
      this.answer(scope, { sql, asked, at }),
      this.repository.known(scope, { sql, places: placesOf(asked) }),
    ]);
    const outcome = outcomeOf({ answered, known, at });
    const brought = await this.repository.write(scope, { sql, writes: outcome.writes });
    await this.repository.setDue(scope, { sql, due: outcome.due });
    // Who came in with somebody they took in has come in: it is told and counted already.
    const changes = outcome.changes.filter(({ place }) => !brought.has(place));
    await this.events.write(scope, { sql, changes, at, evaluated: true });
    const byId = new Map(people.map((person) => [person.id, person]));
    for (const { person, segment } of changes) byId.get(person.id)?.changes.push({ what: 'segment', name: segment.id });
  }

  /** People by the same rules are asked together. */
  private async answer(
    scope: Scope,
    { sql, asked, at }: { sql: Sql; asked: Asked[]; at: number },
  ): Promise<Answered[]> {
    const groups = new Map<string, { units: Unit[]; people: Person[] }>();
    for (const { person, units } of asked) {
      const key = units.map(({ segment, generation }) => `${segment.id} ${generation}`).join();
      const group = groups.get(key) ?? { units, people: [] };
      group.people.push(person);
      groups.set(key, group);
    }
    const answers = await Promise.all(
      [...groups.values()].map(async ({ units, people }) => {
        const found = await this.rules.answerAll(scope, {
          rules: units.map(({ rule }) => rule),
          profileIds: people.map(({ id }) => id),
          at,
          sql,
        });
        return people.flatMap((person) =>
          (found.get(person.id) ?? []).map((answer, index): Answered => ({ person, unit: units[index]!, answer })),
        );
      }),
    );
    return answers.flat();
  }
}

function placesOf(asked: Asked[]): { segmentId: string; generation: number; profileIds: string[] }[] {
  const places = new Map<string, { segmentId: string; generation: number; profileIds: string[] }>();
  for (const { person, units } of asked)
    for (const { segment, generation, telling, beside } of units)
      for (const each of [generation, telling, beside]) {
        if (each === null) continue;
        const key = `${segment.id} ${each}`;
        const place = places.get(key) ?? { segmentId: segment.id, generation: each, profileIds: [] };
        place.profileIds.push(person.id);
        places.set(key, place);
      }
  return [...places.values()];
}

/** `place`: `keyOf` of what is written because of a change. */
type Outcome = { writes: Write[]; due: Due[]; changes: (MembershipChange & { place: string })[] };

/** What the answers make of what was known. Pure. */
function outcomeOf({ answered, known, at }: { answered: Answered[]; known: KnownRow[]; at: number }): Outcome {
  const outcome: Outcome = { writes: [], due: [], changes: [] };
  const rows = new Map(
    known.map((row) => [
      keyOf({ segmentId: row.segment_id, generation: row.generation, profileId: row.profile_id }),
      row,
    ]),
  );
  // Those that are being built take over since when somebody is in.
  const ordered = [...answered].sort((a, b) => Number(b.unit.live) - Number(a.unit.live));
  const liveSince = new Map<string, Date | null>();
  for (const { person, unit, answer } of ordered) {
    const { segment, generation } = unit;
    const place = { segmentId: segment.id, generation, profileId: person.id };
    const before = rows.get(keyOf(place));
    if (unit.live) {
      const since = liveOutcome({ person, unit, answer, rows, at, outcome });
      liveSince.set(`${segment.id} ${person.id}`, since);
    } else {
      const now = liveSince.get(`${segment.id} ${person.id}`);
      const live = unit.beside === null ? undefined : rows.get(keyOf({ ...place, generation: unit.beside }));
      const since = (now === undefined && live?.member ? live.since : now) ?? before?.since ?? new Date(at);
      if (before?.member !== answer.member)
        outcome.writes.push({ ...place, since, member: answer.member, isNew: before?.member !== true });
    }
    if (unit.reading.byTime)
      outcome.due.push({
        ...place,
        at: answer.changesAt === null ? null : new Date(Math.max(answer.changesAt, at + 1)),
      });
  }
  return outcome;
}

type LiveOptions = Answered & { rows: Map<string, KnownRow>; at: number; outcome: Outcome };

/** Since when the person is in; null: they are not. */
function liveOutcome({ person, unit, answer, rows, at, outcome }: LiveOptions): Date | null {
  const { segment, generation, telling } = unit;
  const of = (each: number) => ({ segmentId: segment.id, generation: each, profileId: person.id });
  const before = rows.get(keyOf(of(generation)));
  const was = before?.member === true;
  const is = answer.member;
  const who = { segment, person: { id: person.id, demo: person.demo } };
  if (telling !== null) {
    // They have not been told yet what the new rule made of them: that comes first, and is done with for them.
    const row = rows.get(keyOf(of(telling)));
    const old = row?.member === true;
    const place = keyOf(of(telling));
    if (old !== was)
      outcome.changes.push({ ...who, entered: was, told: unit.tell ? 'told' : 'silent', counted: true, place });
    if (old !== is) outcome.writes.push({ ...of(telling), since: is ? new Date(at) : null, member: is, isNew: !old });
  }
  if (was !== is) {
    outcome.changes.push({
      ...who,
      entered: is,
      told: person.told ? 'told' : 'noted',
      depth: person.depth,
      place: keyOf(of(generation)),
    });
    outcome.writes.push({
      ...of(generation),
      since: is ? new Date(at) : null,
      member: is,
      isNew: before?.member !== true,
    });
  }
  return is ? (was ? before.since : new Date(at)) : null;
}
