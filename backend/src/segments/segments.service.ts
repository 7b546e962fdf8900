import { Injectable } from '@nestjs/common';
import { ruleWords } from '@wend/contract';
import type { Rule, SegmentDetail, SegmentListItem, SegmentUse } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { RuleNames } from '../rules/index.js';
import { Builds } from './builds.js';
import { checkSegmentRule, circleOf } from './segment-rules.js';
import { detailOf, summaryOf } from './segment.mapper.js';
import { SegmentRepository } from './segment.repository.js';
import type { SegmentRow } from './segment.repository.js';
import { SegmentUses } from './uses.js';

type ListQuery = Parameters<SegmentRepository['list']>[1];
type New = { name: string; description: string; rule: Rule | null; tell: boolean };
type Change = {
  id: string;
  name?: string | undefined;
  description?: string | undefined;
  rule?: Rule | undefined;
  revision: number;
  tell: boolean;
};

/** Segments as members and programs see and change them. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly builds: Builds,
    private readonly uses: SegmentUses,
    private readonly names: RuleNames,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope, query: ListQuery): Promise<{ items: SegmentListItem[]; next: string | null }> {
    const { rows, next } = await this.segments.list(scope, query);
    const usedBy = await this.uses.counts(scope);
    return { items: rows.map((row) => ({ ...summaryOf(row), usedBy: usedBy(row.id) })), next };
  }

  async get(scope: Scope, id: string): Promise<SegmentDetail> {
    return detailOf(await this.row(scope, { id }));
  }

  async create(caller: Caller, { name, description, rule, tell }: New): Promise<SegmentDetail> {
    if (rule) checkSegmentRule(rule);
    const id = await this.changing(caller, async (sql) => {
      const made = await this.segments.insert(caller, { sql, name, description, rule, by: actorName(caller) });
      if (made === null) throw nameTaken(name);
      if (rule) await this.startBuild(caller, { sql, id: made, rule, tell });
      await this.record(caller, { sql, action: 'segment.create', id: made, detail: { name } });
      return made;
    });
    return this.get(caller, id);
  }

  async update(caller: Caller, { id, revision, tell, ...change }: Change): Promise<SegmentDetail> {
    if (change.rule) checkSegmentRule(change.rule);
    await this.changing(caller, async (sql) => {
      const before = await this.row(caller, { id, sql });
      if (before.revision !== revision)
        throw new UserError(
          'segment-conflict',
          'Someone changed this segment meanwhile. Load it, then make your change again.',
          { status: 409 },
        );
      const after = { ...before, ...defined(change) };
      if (change.rule && before.rule === null) throw isManual();
      await this.checkName(caller, { sql, id, name: after.name });
      await this.segments.update(caller, { sql, ...after, archived: before.archived_at !== null });
      const isNew = change.rule !== undefined && JSON.stringify(change.rule) !== JSON.stringify(before.rule);
      // A build that was given up begins anew with the same rule.
      const isAgain = change.rule !== undefined && before.build?.state === 'failed';
      if ((isNew || isAgain) && before.archived_at === null)
        await this.startBuild(caller, { sql, id, rule: change.rule!, tell });
      await this.record(caller, {
        sql,
        action: 'segment.update',
        id,
        detail: { name: after.name, ...(isNew && { rule: ruleWords(change.rule) }) },
      });
    });
    return this.get(caller, id);
  }

  async duplicate(caller: Caller, { id, name }: { id: string; name?: string | undefined }): Promise<SegmentDetail> {
    const made = await this.changing(caller, async (sql) => {
      const source = await this.row(caller, { id, sql });
      if (source.rule === null && isOpen(source)) throw notComplete(source);
      const copy = { sql, description: source.description, rule: source.rule, by: actorName(caller) };
      const copied = await this.insertUnder(caller, name === undefined ? copyNames(source.name) : [name], copy);
      // Of one that is kept by hand the people are put in, some thousands at a time, as a rule's would be.
      const build = { sql, id: copied, tell: false };
      if (source.rule) await this.startBuild(caller, { ...build, rule: source.rule });
      else await this.builds.start(caller, { ...build, rule: isIn(id), by: actorName(caller) });
      await this.record(caller, { sql, action: 'segment.duplicate', id: copied, detail: { of: id } });
      return copied;
    });
    return this.get(caller, made);
  }

  /** Refused while something that is live reads it: what has been taken off the list is not kept up to date. */
  async archive(caller: Caller, id: string): Promise<SegmentDetail> {
    await this.changing(caller, async (sql) => {
      await this.segments.lock(caller, { sql, id });
      const before = await this.row(caller, { id, sql });
      const uses = (await this.uses.of(caller, { id, sql })).filter(({ live }) => live);
      if (uses.length > 0) throw inUse(before, { uses, instead: 'archive' });
      await this.segments.update(caller, { sql, ...before, archived: true });
      // A copy goes on: who is kept by hand stays as they are.
      if (before.rule) await this.builds.stop(caller, { sql, id });
      await this.record(caller, { sql, action: 'segment.archive', id, detail: { name: before.name } });
    });
    return this.get(caller, id);
  }

  async restore(caller: Caller, id: string): Promise<SegmentDetail> {
    await this.changing(caller, async (sql) => {
      const before = await this.row(caller, { id, sql });
      if (before.archived_at === null) return;
      if (before.rule) await this.refuseCircle(caller, { sql, id, rule: before.rule });
      await this.segments.update(caller, { sql, ...before, archived: false });
      // Who came in or went meanwhile did so unseen: nobody is told as if it were now.
      if (before.rule) await this.startBuild(caller, { sql, id, rule: before.rule, tell: false });
      else await this.builds.retry(caller, { sql, id, by: actorName(caller) });
      await this.record(caller, { sql, action: 'segment.restore', id, detail: { name: before.name } });
    });
    return this.get(caller, id);
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.changing(caller, async (sql) => {
      await this.segments.lock(caller, { sql, id });
      const before = await this.row(caller, { id, sql });
      const uses = await this.uses.of(caller, { id, sql });
      if (uses.length > 0) throw inUse(before, { uses, instead: 'delete' });
      const [copy] = await this.uses.copies(caller, { id, sql });
      if (copy) throw beingCopied(before, copy);
      await this.builds.stop(caller, { sql, id });
      await this.segments.remove(caller, { sql, id });
      await this.record(caller, { sql, action: 'segment.delete', id, detail: { name: before.name } });
    });
  }

  /** The rule before is back. 409 once members are those of the new one. */
  async cancelBuild(caller: Caller, id: string): Promise<SegmentDetail> {
    await this.changing(caller, async (sql) => {
      const before = await this.row(caller, { id, sql });
      if (!isOpen(before))
        throw new UserError('nothing-to-cancel', 'The segment isn’t being built: there is nothing to stop.', {
          status: 409,
        });
      if (before.live_rule === null)
        throw new UserError(
          'no-rule-before',
          'The segment has no rule from before to go back to. Delete or archive it instead.',
          { status: 409 },
        );
      if (JSON.stringify(before.rule) === JSON.stringify(before.live_rule))
        throw new UserError(
          'nothing-to-cancel',
          'The segment is being brought up to date by the rule that it has: there is no other one to go back to.',
          { status: 409 },
        );
      await this.refuseCircle(caller, { sql, id, rule: before.live_rule, status: 409 });
      await this.builds.cancel(caller, { sql, id });
      await this.segments.update(caller, { sql, ...before, rule: before.live_rule, archived: false });
      await this.record(caller, { sql, action: 'segment.cancel-build', id, detail: { name: before.name } });
    });
    return this.get(caller, id);
  }

  /** A build, or a copy, that was given up begins once more. 409 when there is none. */
  async retryBuild(caller: Caller, id: string): Promise<SegmentDetail> {
    await this.changing(caller, async (sql) => {
      const before = await this.row(caller, { id, sql });
      if (before.archived_at !== null)
        throw new UserError('segment-archived', 'The segment is archived. Restore it: that builds it again.', {
          status: 409,
        });
      if (before.rule && before.build?.state === 'failed')
        await this.refuseCircle(caller, { sql, id, rule: before.rule, status: 409 });
      if (!(await this.builds.retry(caller, { sql, id, by: actorName(caller) })))
        throw new UserError('nothing-to-retry', 'No build of this segment has failed: there is nothing to try again.', {
          status: 409,
        });
      await this.record(caller, { sql, action: 'segment.retry-build', id, detail: { name: before.name } });
    });
    return this.get(caller, id);
  }

  async usesOf(scope: Scope, id: string): Promise<SegmentUse[]> {
    await this.row(scope, { id });
    return this.uses.of(scope, { id });
  }

  /** Throws a 404 when there is none. */
  async row(scope: Scope, { id, sql }: { id: string; sql?: Sql }): Promise<SegmentRow> {
    const row = await this.segments.find(scope, id, sql);
    if (!row) throw notFound('segment');
    return row;
  }

  /** Rules change one at a time, while nobody is evaluated by them: circles are seen, and what is told is in order. */
  private changing<Result>(scope: Scope, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.segments.transaction(async (sql) => {
      await this.segments.lockAll(scope, { sql, alone: true });
      return work(sql);
    });
  }

  private async startBuild(
    caller: Caller,
    { sql, id, rule, tell }: { sql: Sql; id: string; rule: Rule; tell: boolean },
  ): Promise<void> {
    await this.refuseCircle(caller, { sql, id, rule });
    await this.builds.start(caller, { sql, id, rule, tell, by: actorName(caller) });
  }

  /** By the rules that are saved and by those that members are of, which may come back. `status`: of the refusal. */
  private async refuseCircle(
    scope: Scope,
    { sql, id, rule, status = 422 }: { sql: Sql; id: string; rule: Rule; status?: 409 | 422 },
  ): Promise<void> {
    const all = (await this.segments.rules(scope, sql)).map((each) =>
      each.id === id ? { ...each, rule, live_rule: null } : each,
    );
    await this.names.check(scope, { rule, sql, status });
    const circle = circleOf(id, all);
    if (circle)
      throw new UserError(
        'segment-circle',
        `These segments would read each other in a circle: ${circle.map((name) => `“${name}”`).join(' → ')}.`,
        { status, errors: [{ path: 'rule', message: 'reads the segment itself' }] },
      );
  }

  private async checkName(scope: Scope, options: { sql: Sql; id: string; name: string }): Promise<void> {
    if (await this.segments.nameTaken(scope, { ...options, except: options.id })) throw nameTaken(options.name);
  }

  private async insertUnder(
    scope: Scope,
    names: Iterable<string>,
    fields: Omit<Parameters<SegmentRepository['insert']>[1], 'name'>,
  ): Promise<string> {
    let last = '';
    for (const name of names) {
      const id = await this.segments.insert(scope, { ...fields, name });
      if (id !== null) return id;
      last = name;
    }
    throw nameTaken(last);
  }

  private record(
    caller: Caller,
    { sql, action, id, detail }: { sql: Sql; action: string; id: string; detail: Record<string, string> },
  ): Promise<void> {
    return this.audit.record(caller, { action, subject: `segment:${id}`, detail, sql });
  }
}

function isIn(segment: string): Rule {
  return { op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: true };
}

function* copyNames(name: string): Iterable<string> {
  const base = name.slice(0, 100);
  yield `${base} (copy)`;
  for (let count = 2; count <= 50; count += 1) yield `${base} (copy ${count})`;
}

function defined<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function nameTaken(name: string): UserError {
  return new UserError('segment-name-taken', `There is a segment called “${name}” already. Choose another name.`, {
    status: 409,
    errors: [{ path: 'name', message: 'is taken' }],
  });
}

/** Its build is not done, or was given up. */
function isOpen({ build }: SegmentRow): boolean {
  return build !== null && ['waiting', 'building', 'failed'].includes(build.state);
}

function notComplete({ name, build }: SegmentRow): UserError {
  const then = build?.state === 'failed' ? 'Copying failed: try again on its page.' : 'Duplicate it once that is done.';
  return new UserError('segment-not-complete', `People are still to be copied into “${name}”. ${then}`, {
    status: 409,
  });
}

function beingCopied({ name }: SegmentRow, copy: { id: string; name: string }): UserError {
  return new UserError(
    'segment-being-copied',
    `“${name}” is being copied into “${copy.name}”. Delete it once that is done, or delete “${copy.name}” first.`,
    { status: 409, errors: [{ path: `segment:${copy.id}`, message: copy.name }] },
  );
}

function isManual(): UserError {
  return new UserError(
    'segment-is-manual',
    'This segment is kept by hand and has no rule. Create another one for it.',
    {
      status: 409,
    },
  );
}

function inUse(
  { name }: SegmentRow,
  { uses, instead }: { uses: SegmentUse[]; instead: 'archive' | 'delete' },
): UserError {
  const shown = uses.slice(0, 10).map((use) => `${use.kind === 'journey' ? 'journey' : 'segment'} “${use.name}”`);
  const more = uses.length > shown.length ? ` and ${uses.length - shown.length} more` : '';
  return new UserError(
    'segment-in-use',
    `“${name}” is used by ${shown.join(', ')}${more}. Take it out there, then ${instead} it.`,
    { status: 409, errors: uses.slice(0, 50).map((use) => ({ path: `${use.kind}:${use.id}`, message: use.name })) },
  );
}
