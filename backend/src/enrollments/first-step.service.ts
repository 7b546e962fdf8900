import { Injectable } from '@nestjs/common';
import type { Input } from '@wend/contract';
import { initialState, knowsFormat, neededFacts, reduce, stepOf } from '@wend/engine';
import type { Folded } from '@wend/engine';
import { enrollmentWorkflowId } from '@wend/temporal';
import type { EnrollmentStart } from '@wend/temporal';
import { CommitService } from './commit.service.js';

/**
 * Takes the first step of runs that come to a wait in it, so that their workflows need not run before that wait is
 * over, and of runs that join a digest in it, which need no workflow: see docs/decisions/0006 and 0080. Whatever does
 * not go smoothly is left to the workflow, which takes the same step by the same protocol.
 */
@Injectable()
export class FirstStepService {
  constructor(private readonly commits: CommitService) {}

  /**
   * The start with a snapshot after the first step where that was possible, else as it was; null when nothing is left to
   * be started.
   */
  async take(start: EnrollmentStart): Promise<EnrollmentStart | null> {
    const folded = await this.foldFirst(start).catch(() => null);
    if (!folded) return start;
    const { identity, program } = start;
    const request = {
      identity,
      workflowId: enrollmentWorkflowId(identity.enrollmentId),
      step: 0,
      offered: [start.first.entry.id],
      starting: true,
      ...stepOf(initialState(program), folded),
    };
    // What the database refuses it refuses the workflow too, and there it ends the run visibly; an outage the workflow
    // outlasts.
    const [answer] = await this.commits.commit([request]).catch(() => []);
    if (answer?.outcome !== 'applied' || answer.stored) return start;
    return folded.state.ended ? null : { ...start, snapshot: { state: folded.state, step: 1, inbox: answer.missed } };
  }

  /**
   * The first step, when it comes to a wait, or to the digest of another run, without asking for more than claims. Runs
   * whose time can be skipped stay with their workflow, which alone knows the time. A program that the engine cannot run
   * fails in its workflow, where people see it.
   */
  private async foldFirst(start: EnrollmentStart): Promise<Folded | null> {
    const { identity, program, first } = start;
    if (identity.origin !== 'live' || !knowsFormat(program.format)) return null;
    let folded: Folded = { inputs: [first], program, ...reduce(program, initialState(program), first) };
    while (folded.state.needs) {
      const view = await this.claims(start, folded);
      if (!view) return null;
      const { state, commands } = reduce(program, folded.state, view);
      folded = { inputs: [...folded.inputs, view], program, state, commands: [...folded.commands, ...commands] };
    }
    const { wait, ended } = folded.state;
    return (wait && wait.kind !== 'call' && !ended) || hasJoined(folded) ? folded : null;
  }

  /** Whoever came before decides what is asked for: that is known to the database alone, and no other question is. */
  private async claims(
    { identity, program, first: { at } }: EnrollmentStart,
    { state }: Folded,
  ): Promise<Extract<Input, { type: 'view' }> | null> {
    const facts = neededFacts(program, state);
    if (facts.some(({ fact }) => fact.kind !== 'claim')) return null;
    const [answers] = await this.commits.read([{ identity, at: state.now, facts }]);
    return answers ? { type: 'view', at, facts: answers } : null;
  }
}

function hasJoined({ commands }: Folded): boolean {
  return commands.some(
    (command) => command.type === 'leave' && command.trace?.kind === 'claim' && command.trace.port === 'joined',
  );
}
