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
import type { DueAction } from './run-action.js';
import { RunActionRepository } from './run-actions.repository.js';

/** Tried this often, the last time more than an hour after the first. */
const maximumAttempts = 12;
const tryingAgain = 'It couldn’t be done just now. Wend keeps trying; if this stays, look into the log of the worker.';
const givenUp = `It couldn’t be done, ${maximumAttempts} times in a row. The log of the worker says why.`;
const circle = `It wasn’t done: ${longestChain} actions of journeys led to it, one by the other, which looks like a circle of journeys.`;

/**
 * Carries out what runs asked for: each once, in the transaction that marks it done, those of one run in their order.
 * What fails is tried again, longer and longer after, and then told of where the run is looked at.
 */
@Injectable()
export class RunActions {
  constructor(
    private readonly repository: RunActionRepository,
    private readonly kinds: RunActionKinds,
  ) {}

  /** Carries out the next action; false when there is none. */
  async work(): Promise<boolean> {
    const held: { action: DueAction | null } = { action: null };
    try {
      await retryConflicts(
        () =>
          this.repository.transaction(async (sql) => {
            held.action = await this.repository.claim(sql);
            if (held.action) await this.carryOut(sql, held.action);
          }),
        { what: 'an action of a run was carried out' },
      );
    } catch (error) {
      if (!held.action || isOutage(error)) throw error;
      await this.failed(held.action, error);
    }
    return held.action !== null;
  }

  private async carryOut(sql: Sql, action: DueAction): Promise<void> {
    const scope = { workspaceId: action.workspace_id };
    const settle = (result: JsonObject | null, error: string | null): Promise<void> =>
      this.repository.settle(scope, { sql, action, result, error });
    if (action.depth > longestChain) return settle(null, circle);
    const kind = this.kinds.get(action.kind);
    if (!kind) return settle(null, `This version of Wend doesn’t know the action “${action.kind}”.`);
    const read = kind.settings.safeParse(action.settings);
    if (!read.success) {
      const [issue] = read.error.issues;
      return settle(null, `Its settings are wrong: ${issue?.path.join('.')} ${issue?.message}`);
    }
    await settle(await kind.carryOut(scope, { action, settings: read.data, id: actionId(action), sql }), null);
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
