import { Injectable } from '@nestjs/common';
import { initialState, knowsFormat, reduce, stepOf } from '@wend/engine';
import type { Folded } from '@wend/engine';
import { enrollmentWorkflowId } from '@wend/temporal';
import type { EnrollmentStart } from '@wend/temporal';
import { CommitService } from './commit.service.js';

/**
 * Takes the first step of runs that come to a wait in it, so that their workflows need not run before that wait is
 * over: see docs/decisions/0006. Whatever does not go smoothly is left to the workflow, which takes the same step by
 * the same protocol.
 */
@Injectable()
export class FirstStepService {
  constructor(private readonly commits: CommitService) {}

  /** The start with a snapshot after the first step where that was possible, else as it was. */
  async take(start: EnrollmentStart): Promise<EnrollmentStart> {
    const folded = foldToWait(start);
    if (!folded) return start;
    const { identity, program } = start;
    const request = {
      identity,
      workflowId: enrollmentWorkflowId(identity.enrollmentId),
      step: 0,
      offered: [start.first.entry.id],
      starting: true,
      ...stepOf(program, initialState(program), folded),
    };
    // What the database refuses it refuses the workflow too, and there it ends the run visibly; an outage the workflow
    // outlasts.
    const [answer] = await this.commits.commit([request]).catch(() => []);
    if (answer?.outcome !== 'applied' || answer.stored) return start;
    return { ...start, snapshot: { state: folded.state, step: 1, inbox: answer.missed } };
  }
}

/**
 * The first step, when it comes to a wait without asking for facts. Runs whose time can be skipped stay with their
 * workflow, which alone knows the time.
 */
function foldToWait({ identity, program, first }: EnrollmentStart): Folded | null {
  if (identity.origin !== 'live' || !knowsFormat(program.format)) return null;
  try {
    const { state, commands } = reduce(program, initialState(program), first);
    return state.wait && state.wait.kind !== 'call' && !state.needs && !state.ended
      ? { inputs: [first], state, commands }
      : null;
  } catch {
    // A program that the engine cannot run fails in its workflow, where people see it.
    return null;
  }
}
