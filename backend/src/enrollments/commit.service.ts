import { Injectable } from '@nestjs/common';
import type { StepInput } from '@wend/contract';
import type { CommitAnswer, CommitRequest, RunActivities, RunSignal } from '@wend/temporal';
import { knowsShifts } from '@wend/engine';
import { permanentFailure } from '@wend/temporal/worker';
import { storableText } from '../platform/text/index.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { writesOf } from './commit-writes.js';
import type { Writes } from './commit-writes.js';
import { FactsService } from './facts.service.js';

/** What comes after events that were accepted before it. */
const goesAfterEvents: ReadonlySet<StepInput['type']> = new Set(['timer', 'callDone', 'callFailed', 'moved']);

/** The commit protocol: what a wake-up decided becomes true here, once. See docs/decisions/0003. */
@Injectable()
export class CommitService implements RunActivities {
  /**
   * Called after a commit that queued messages; with whether one of them is transactional. A notification within it
   * would have all commits wait in one row for the disk.
   */
  queued: (messages: { urgent: boolean }) => void = () => undefined;

  /** Called after a commit that asked for something to be done. */
  acted: () => void = () => undefined;

  constructor(
    private readonly repository: CommitRepository,
    private readonly facts: FactsService,
    private readonly awaited: AwaitedNames,
  ) {
    this.read = this.read.bind(this);
    this.commit = this.commit.bind(this);
    this.fail = this.fail.bind(this);
  }

  read(requests: Parameters<RunActivities['read']>[0]): ReturnType<RunActivities['read']> {
    return Promise.all(requests.map((request) => this.facts.answer(request)));
  }

  commit(requests: CommitRequest[]): Promise<CommitAnswer[]> {
    return Promise.all(
      requests.map((request) => this.commitOne(request).catch((error: unknown) => this.refuse(request, error))),
    );
  }

  /**
   * What the database cannot store it will not store the next time either: the run fails visibly instead of being tried
   * for ever.
   */
  private async refuse({ identity, at }: CommitRequest, error: unknown): Promise<never> {
    const code = String((error as { code?: unknown }).code);
    if (!(error instanceof RangeError) && !/^(22|54)/.test(code)) throw error;
    const reason = storableText(`This step cannot be stored: ${(error as Error).message}`).slice(0, 1_000);
    await this.repository.markFailed(
      { workspaceId: identity.workspaceId },
      { enrollmentId: identity.enrollmentId, at, reason },
    );
    throw permanentFailure('unstorable-step', reason);
  }

  async fail(requests: Parameters<RunActivities['fail']>[0]): Promise<void> {
    for (const { identity, at, reason } of requests)
      await this.repository.markFailed(
        { workspaceId: identity.workspaceId },
        { enrollmentId: identity.enrollmentId, at, reason },
      );
  }

  private async commitOne(request: CommitRequest): Promise<CommitAnswer> {
    const { workspaceId, enrollmentId } = request.identity;
    const scope = { workspaceId };
    const writes = writesOf(request);
    // May take a while, so that it comes before the question what was accepted before this commit.
    await this.awaited.ensure(scope, writes.awaits);
    const first = await this.acceptedBefore(request, writes);
    if (first.length > 0) return { outcome: 'eventsFirst', events: first };
    const paused = await this.pausedMeanwhile(request);
    if (paused) return { outcome: 'eventsFirst', events: [paused] };
    let written = await this.repository.write(scope, { request, writes });
    if (written.verdict === 'answered') {
      // Somebody has answered in time while this step was on its way to go on without an answer.
      const answers = await this.acceptedInTime(request);
      if (answers.length > 0) return { outcome: 'eventsFirst', events: answers };
      written = await this.repository.write(scope, { request, writes: { ...writes, expired: [] } });
    }
    const { verdict, reason, queued, acted } = written;
    if (queued > 0) this.queued({ urgent: writes.messages.some(({ transactional }) => transactional) });
    if (acted > 0) this.acted();
    if (verdict === 'held') {
      // A run whose workflow is not there yet is not marked: nothing could wake it. Its workflow will ask again.
      if (!request.starting) await this.repository.markHeld(scope, { enrollmentId, step: request.step });
      return { outcome: 'held' };
    }
    if (verdict === 'stopped') return { outcome: 'stopped', reason };
    if (verdict === 'gone') return { outcome: 'gone' };
    if (writes.shifted) await this.repository.postponeQuestions(scope, { enrollmentId });
    // A new snapshot, after the waits are visible: an event that commits later finds them.
    if (verdict === 'applied')
      return {
        outcome: 'applied',
        missed:
          writes.opened.length > 0
            ? await this.repository.missed(scope, { enrollmentId, waits: writes.opened, known: [] })
            : [],
      };
    const stored = await this.repository.storedSteps(scope, { enrollmentId, from: request.step });
    return { outcome: 'applied', stored, missed: await this.repository.missed(scope, { enrollmentId, known: [] }) };
  }

  /**
   * Events that were accepted and go before what this step would take: before a timer or the answer of a custom node,
   * and, where they end the run, before its first step.
   */
  private async acceptedBefore(request: CommitRequest, writes: Writes): Promise<RunSignal[]> {
    const {
      inputs,
      step,
      identity: { workspaceId, enrollmentId, origin },
      offered: known,
    } = request;
    const scope = { workspaceId };
    if (inputs.some((input) => input.type === 'exit' || input.type === 'cancel')) return [];
    if (inputs[0]?.type === 'enrolled') {
      const { exits } = writes;
      return exits.length > 0 ? this.repository.beforeEntry(scope, { enrollmentId, step, exits, known }) : [];
    }
    const several = inputs.find((input) => input.type === 'event' && input.gathered !== undefined);
    if (several?.type === 'event' && request.listening)
      return this.repository.exitBefore(scope, { enrollmentId, step, live: origin === 'live', event: several.event });
    if (!request.listening || !inputs.some(({ type }) => goesAfterEvents.has(type))) return [];
    return this.acceptedInTime(request);
  }

  /** The pauses that lie in a wait whose time has come, where what falls due in them is to be shifted. */
  private async pausedMeanwhile(request: CommitRequest): Promise<RunSignal | null> {
    const { inputs, step, format, identity, pauses: known = [] } = request;
    const timer = inputs.find((input) => input.type === 'timer');
    if (timer?.type !== 'timer' || identity.origin !== 'live' || !knowsShifts(format)) return null;
    const { workspaceId, journeyId, enrollmentId } = identity;
    const { wait } = timer;
    const pauses = await this.repository.pausesIn({ workspaceId }, { journeyId, enrollmentId, wait, step, known });
    return pauses.length > 0 ? { type: 'paused', wait, pauses } : null;
  }

  private acceptedInTime({ step, offered: known, identity }: CommitRequest): Promise<RunSignal[]> {
    const { workspaceId, enrollmentId, origin } = identity;
    return this.repository.before({ workspaceId }, { enrollmentId, step, live: origin === 'live', known });
  }
}
