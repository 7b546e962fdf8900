import { Injectable } from '@nestjs/common';
import type { MoveInput } from '@wend/contract';
import { pickPaths } from '@wend/engine';
import { ProgramRepository, RunSignals, keyOf } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { isOutage } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { MoverRepository } from './mover.repository.js';
import type { DueMove, ToldRun } from './mover.repository.js';

/** Noted in one go before they are told: whoever is not told because the process is killed is told later. */
const atOnce = 100;

/**
 * Tells people of a move to go on elsewhere, some at a time. Each decides for itself in a step of its own whether it is
 * still there; the commit of that step writes down that it went. Told twice, it goes once.
 */
@Injectable()
export class Mover {
  constructor(
    private readonly repository: MoverRepository,
    private readonly programs: ProgramRepository,
    private readonly signals: RunSignals,
  ) {}

  /** Works on one move; true when there is more to do at once. */
  async work(): Promise<boolean> {
    const move = await this.repository.claim();
    if (!move) return false;
    const scope = { workspaceId: move.workspace_id };
    const options = { move, limit: atOnce };
    const next = await (move.state === 'taking-back'
      ? this.repository.nextBack(scope, options)
      : this.repository.next(scope, options));
    const overdue = await this.repository.overdue(scope, options);
    for (const run of [...next, ...overdue]) await this.tell(scope, { move, run });
    const more = next.length + overdue.length > 0;
    if (more || (await this.repository.isAsking(scope, move))) await this.repository.rest(scope, { id: move.id, more });
    else await this.repository.settle(scope, move);
    return more;
  }

  /** What the Temporal server refuses for one run must not keep the others waiting: it is told again later. */
  private async tell(scope: Scope, { move, run }: { move: DueMove; run: ToldRun }): Promise<void> {
    const key = { workspace_id: scope.workspaceId, program_hash: run.to_hash };
    const program = (await this.programs.all([key])).get(keyOf(key));
    const goesOn = move.nodes[run.moved_from];
    if (!program || !goesOn) throw new Error(`The program or step that the move ${move.id} leads to is missing.`);
    const to = run.stand ? run.moved_from : 'to' in goesOn ? goesOn.to : run.node;
    const said: Omit<MoveInput, 'type' | 'at'> = {
      move: move.id,
      from: { node: run.node, visit: run.visit, version: run.in_number },
      program: run.to_hash,
      version: run.to_number,
      to,
      ...('follow' in goesOn ? { follow: true } : {}),
      entry: pickPaths(run.entry, program.entryPaths),
      ...(run.stand ? { stand: run.stand } : {}),
    };
    try {
      const took = await this.signals.send(run, {
        type: 'move',
        workspaceId: scope.workspaceId,
        versionId: run.to_version,
        program,
        move: said,
      });
      if (!took) await this.repository.lose(scope, { move, id: run.id });
    } catch (error) {
      if (isOutage(error)) throw error;
      logger.error({ err: error, run: run.id }, 'a run could not be told of a move; trying again');
    }
  }
}
