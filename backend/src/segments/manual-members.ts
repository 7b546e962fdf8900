import { Injectable } from '@nestjs/common';
import type { ChangedPeople } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { retryConflicts } from '../profiles/index.js';
import { MemberRepository } from './member.repository.js';
import type { HeldPerson } from './member.repository.js';
import { MembershipEvents } from './membership-events.js';
import { SegmentRepository } from './segment.repository.js';

type Change = {
  segmentId: string;
  profileIds: string[];
  /** Whether journeys hear of it: start, wake and exit by it. */
  tell: boolean;
  /** ms since 1970; now when left out. */
  at?: number;
  /** How many actions of runs led to it, one by the other. */
  depth?: number;
};
export type ChangeByIds = Omit<Change, 'profileIds'> & {
  profileIds?: string[] | undefined;
  externalIds?: string[] | undefined;
};

/** Who is in segments that are kept by hand. Doing it twice is doing it once. */
@Injectable()
export class ManualMembers {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly members: MemberRepository,
    private readonly events: MembershipEvents,
  ) {}

  /**
   * Puts people in; the ids of those who were not in before. People who were merged into another are that other; those
   * who are gone are left out. Some thousands at most at once. With `sql` it is part of the caller's transaction, which
   * must be ready to be done again on an `IdentityConflict`. Throws when the segment does not exist or has a rule.
   */
  addMembers(scope: Scope, { sql, ...change }: Change & { sql?: Sql }): Promise<string[]> {
    return this.within(sql, (own) => this.change(scope, { ...change, sql: own, entered: true }));
  }

  /**
   * The name of a segment that people can be put into, null when there is none such; and it stays so until the caller's
   * transaction ends. To be called before people are held, where `addMembers` follows in the same transaction.
   */
  async holdSegment(scope: Scope, { sql, segmentId }: { sql: Sql; segmentId: string }): Promise<string | null> {
    await this.segments.lockAll(scope, { sql, alone: false });
    const segment = await this.segments.find(scope, segmentId, sql);
    return segment && segment.rule === null && segment.archived_at === null ? segment.name : null;
  }

  /** Those of these people who are in. */
  async membersAmong(
    scope: Scope,
    options: { sql: Sql; segmentId: string; profileIds: string[] },
  ): Promise<Set<string>> {
    return new Set(await this.members.among(scope, options));
  }

  /** Takes people out; the ids of those who were in. */
  removeMembers(scope: Scope, { sql, ...change }: Change & { sql?: Sql }): Promise<string[]> {
    return this.within(sql, (own) => this.change(scope, { ...change, sql: own, entered: false }));
  }

  /** The same by either kind of id, with what came of it. */
  async changeByIds(
    scope: Scope,
    { profileIds: given = [], externalIds = [], entered, ...change }: ChangeByIds & { entered: boolean },
  ): Promise<ChangedPeople> {
    // As PostgreSQL writes them.
    const profileIds = given.map((id) => id.toLowerCase());
    if (profileIds.length + externalIds.length === 0)
      throw new UserError('nobody-named', 'Name people by profileIds or externalIds.', {
        errors: [{ path: 'profileIds', message: 'is empty, and so is externalIds' }],
      });
    const found = await this.members.resolve(scope, { profileIds, externalIds });
    const people = [...new Set(found.map(({ profileId }) => profileId))];
    const work = { ...change, profileIds: people };
    const changed = await (entered ? this.addMembers(scope, work) : this.removeMembers(scope, work));
    const known = new Set(found.map(({ asked }) => asked));
    return {
      changed: changed.length,
      unchanged: people.length - changed.length,
      unknown: [...new Set([...profileIds, ...externalIds])].filter((each) => !known.has(each)),
    };
  }

  private within(sql: Sql | undefined, work: (sql: Sql) => Promise<string[]>): Promise<string[]> {
    if (sql) return work(sql);
    return retryConflicts(() => this.segments.transaction(work), { what: 'members of a segment were changed' });
  }

  private async change(
    scope: Scope,
    { sql, segmentId, profileIds, entered, tell, at = Date.now(), depth = 0 }: Change & { sql: Sql; entered: boolean },
  ): Promise<string[]> {
    await this.segments.lockAll(scope, { sql, alone: false });
    const segment = await this.segments.find(scope, segmentId, sql);
    if (!segment) throw notFound('segment');
    if (segment.rule !== null)
      throw new UserError(
        'segment-has-rule',
        `“${segment.name}” follows its rule: nobody is put in or taken out by hand. Use a manual segment.`,
        { status: 409 },
      );
    if (segment.archived_at !== null)
      throw new UserError(
        'segment-archived',
        `“${segment.name}” is archived: nobody is put in or taken out. Restore it first.`,
        { status: 409 },
      );
    const people = await this.hold(scope, { sql, profileIds });
    const ids = people.map(({ id }) => id);
    const options = { sql, segmentId, profileIds: ids };
    const changed = new Set(
      entered
        ? await this.members.add(scope, { ...options, at: new Date(at) })
        : await this.members.remove(scope, options),
    );
    await this.events.write(scope, {
      sql,
      at,
      depth,
      changes: people.flatMap((person) =>
        changed.has(person.id) ? [{ segment, person, entered, told: tell ? 'told' : 'noted' }] : [],
      ),
    });
    return [...changed];
  }

  /** Followed to whom they were merged into, and held; whoever is merged in between is followed once more. */
  private async hold(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<HeldPerson[]> {
    for (let attempt = 1; ; attempt += 1) {
      const current = await this.members.resolve(scope, { profileIds, externalIds: [] }, sql);
      const wanted = new Set(current.map(({ profileId }) => profileId));
      const held = await this.members.hold(scope, { sql, profileIds: [...wanted] });
      if (held.length === wanted.size || attempt >= holdAttempts) return held;
    }
  }
}

/** Merges that come between a look at the people and the lock on them. */
const holdAttempts = 8;
