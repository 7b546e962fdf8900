import { Injectable } from '@nestjs/common';
import { longestChain } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import type { Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { isOutage } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { retryConflicts } from '../profiles/index.js';
import { RunActionKinds } from './run-action-kinds.js';
import { actionId } from './run-action.js';
import type { Carried, DueAction, RunActionKind } from './run-action.js';
import { RunActionRepository } from './run-actions.repository.js';

/** Tried this often, the last time more than an hour after the first. */
const maximumAttempts = 12;
/** Of one kind, in one transaction. */
const atOnce = 100;
const tryingAgain = 'It couldn’t be done just now. Wend keeps trying; if this stays, look into the log of the worker.';
const givenUp = `It couldn’t be done, ${maximumAttempts} times in a row. The log of the worker says why.`;
const notRehearsed = 'What would come of it couldn’t be found out. The log of the worker says why.';
const circle = `It wasn’t done: ${longestChain} actions of journeys led to it, one by the other, which looks like a circle of journeys.`;

/**
 * Carries out what runs asked for: each once, in the transaction that marks it done, those of one run in their order.
 * What fails is tried again, longer and longer after, and then told of where the run is looked at.
 */
@Injectable()
export class RunActions {
  /** So many come one by one, since they failed together. */
  private singly = 0;

  constructor(
    private readonly repository: RunActionRepository,
    private readonly kinds: RunActionKinds,
  ) {}

  /** Carries out the next action, or says what would come of one of a test run; false when there is none. */
  async work(): Promise<boolean> {
    return (await this.next()) || (await this.rehearseNext());
  }

  /** The next action, and others like it with it where their kind takes many. */
  private async next(): Promise<boolean> {
    const held: { action: DueAction | null; alike: number } = { action: null, alike: 0 };
    try {
      await retryConflicts(
        () =>
          this.repository.transaction(async (sql) => {
            held.alike = 0;
            held.action = await this.repository.claim(sql);
            if (!held.action) return;
            const alike = await this.alike(sql, held.action);
            held.alike = alike.length;
            if (alike.length > 0) await this.carryOutMany(sql, [held.action, ...alike]);
            else await this.carryOut(sql, held.action);
          }),
        { what: 'an action of a run was carried out' },
      );
      this.singly = Math.max(0, this.singly - 1);
    } catch (error) {
      if (!held.action || isOutage(error)) throw error;
      if (held.alike === 0) await this.failed(held.action, error);
      else {
        // None of them was done.
        this.singly = held.alike + 1;
        logger.warn(
          { err: error, count: this.singly },
          'actions of runs failed together: each is carried out by itself',
        );
      }
    }
    return held.action !== null;
  }

  private async alike(sql: Sql, action: DueAction): Promise<DueAction[]> {
    if (this.singly > 0 || action.attempts > 0 || !this.kinds.get(action.kind)?.carryOutMany) return [];
    return this.repository.claimAlike({ workspaceId: action.workspace_id }, { sql, action, most: atOnce - 1 });
  }

  private async carryOutMany(sql: Sql, actions: readonly DueAction[]): Promise<void> {
    const [{ kind, workspace_id: workspaceId }] = actions as [DueAction];
    const carried: Carried<never>[] = [];
    for (const action of actions) {
      const read = action.depth > longestChain ? null : this.read(action);
      if (read && 'asked' in read) carried.push({ ...read.asked, sql });
      else await this.carryOut(sql, action);
    }
    if (carried.length === 0) return;
    const results = await this.kinds.get(kind)!.carryOutMany!({ workspaceId }, carried);
    await this.repository.settleAll({ workspaceId }, { sql, actions: carried.map(({ action }) => action), results });
  }

  private async carryOut(sql: Sql, action: DueAction): Promise<void> {
    const scope = { workspaceId: action.workspace_id };
    const settle = (result: JsonObject | null, error: string | null): Promise<void> =>
      this.repository.settle(scope, { sql, action, result, error });
    if (action.depth > longestChain) return settle(null, circle);
    const read = this.read(action);
    if ('problem' in read) return settle(null, read.problem);
    await settle(await read.kind.carryOut(scope, { ...read.asked, sql }), null);
  }

  /** What an action asks for, or why that is not known. */
  private read(action: DueAction): { kind: RunActionKind; asked: Omit<Carried<never>, 'sql'> } | { problem: string } {
    const kind = this.kinds.get(action.kind);
    if (!kind) return { problem: `This version of Wend doesn’t know the action “${action.kind}”.` };
    const { success, data, error } = kind.settings.safeParse(action.settings);
    if (success) return { kind, asked: { action, settings: data, id: actionId(action) } };
    const [issue] = error.issues;
    return { problem: `Its settings are wrong: ${issue?.path.join('.')} ${issue?.message}` };
  }

  /** An action of a test run: what would come of it is written beside it. */
  private async rehearseNext(): Promise<boolean> {
    const kinds = this.kinds.rehearsed();
    if (kinds.length === 0) return false;
    const held: { action: DueAction | null } = { action: null };
    try {
      await this.repository.transaction(async (sql) => {
        held.action = await this.repository.claimRehearsal(sql, kinds);
        if (!held.action) return;
        const read = this.read(held.action);
        const scope = { workspaceId: held.action.workspace_id };
        const came =
          'problem' in read
            ? { result: null, error: read.problem }
            : { result: (await read.kind.rehearse?.(scope, { ...read.asked, sql })) ?? null, error: null };
        await this.repository.rehearsed(scope, { sql, action: held.action, ...came });
      });
    } catch (error) {
      if (!held.action || isOutage(error)) throw error;
      const { action } = held;
      if (!(error instanceof UserError))
        logger.error({ err: error, run: action.enrollment_id, node: action.node }, 'an action could not be rehearsed');
      const words = error instanceof UserError ? error.message : notRehearsed;
      await this.repository.transaction((sql) =>
        this.repository.rehearsed({ workspaceId: action.workspace_id }, { sql, action, result: null, error: words }),
      );
    }
    return held.action !== null;
  }

  private async failed(action: DueAction, error: unknown): Promise<void> {
    const scope = { workspaceId: action.workspace_id };
    const forGood =
      error instanceof UserError ? error.message : action.attempts + 1 >= maximumAttempts ? givenUp : null;
    if (!(error instanceof UserError))
      logger.error({ err: error, run: action.enrollment_id, node: action.node }, 'an action of a run failed');
    if (forGood !== null)
      await this.repository.transaction((sql) =>
        this.repository.settle(scope, { sql, action, result: null, error: forGood }),
      );
    else
      await this.repository.postpone(scope, {
        action,
        at: new Date(Date.now() + 1_000 * 2 ** action.attempts),
        error: tryingAgain,
      });
  }
}
