import { Injectable } from '@nestjs/common';
import { messageClassOf } from '@wend/contract';
import type { ProviderError } from '@wend/node-sdk';
import { ConnectionHealthService, WarmUps, isProviderError, keyOf } from '../channels/index.js';
import type { Candidate, Route } from '../channels/index.js';
import { Attempts } from './attempts.service.js';
import { Endings, byOf, doneWith, goneOf, wordsOf } from './endings.service.js';
import { laneOf } from './lanes.js';
import { RequeueRepository } from './requeue.repository.js';
import { atOf } from './work.js';
import type { Failed, Ready, Work } from './work.js';

/** What waited for a new day goes out over its first hour, not all at once. */
const morningSeconds = 3_600;
/** With these the message may be given to somebody else, as long as nobody has it. */
const passedOn = new Set(['timeout', 'network', 'rateLimited', 'serverError', 'configuration']);

/** Sends a message by the first connection that takes it, as long as nobody has it. */
@Injectable()
export class FailOver {
  constructor(
    private readonly health: ConnectionHealthService,
    private readonly warmUps: WarmUps,
    private readonly attempts: Attempts,
    private readonly requeue: RequeueRepository,
    private readonly endings: Endings,
  ) {}

  /** By the first that is up; by the next one when that comes to nothing and nobody has the message. */
  async sendBy(work: Work, { ready, candidates }: { ready: Ready; candidates: Candidate[] }): Promise<void> {
    const { circuits } = this.health;
    const keyOfCandidate = ({ id }: Candidate) => (id === null ? null : keyOf(placeOf(work, id)));
    const up = candidates.filter((each) => {
      const key = keyOfCandidate(each);
      return key === null || circuits.lets(key);
    });
    // Where none is up one of them is tried all the same: how often is for its lane to say.
    const order = up.length > 0 ? up : candidates.filter((each) => this.slowedFor(work, each) === 0).slice(0, 1);
    if (order.length === 0) return this.waitFor(work, candidates);
    for (const [index, candidate] of order.entries()) {
      const key = keyOfCandidate(candidate);
      if (key !== null) circuits.begin(key);
      let failure: Failed | null;
      try {
        failure = await this.attempt(work, { ready, candidate });
      } finally {
        if (key !== null) circuits.drop(key);
      }
      if (!failure) return;
      const next = order[index + 1];
      if (!next || !canBePassedOn(failure.error)) return this.endings.failed(work, failure);
      await this.passOn(work, { failure, from: candidate, to: next });
    }
  }

  private slowedFor(work: Work, { id }: Candidate): number {
    return id === null ? 0 : this.health.circuits.slowedFor(keyOf(placeOf(work, id)));
  }

  /** All asked to come later: it waits for the first that takes something again, and so do others behind it. */
  private async waitFor(work: Work, candidates: Candidate[]): Promise<void> {
    const { scope, claimed, context, owner, place } = work;
    const [first] = candidates
      .map((candidate) => ({ lane: laneOf(candidate.id), ms: this.slowedFor(work, candidate) }))
      .sort((a, b) => a.ms - b.ms);
    const { lane, ms } = first!;
    if (claimed.previous === 'sending')
      return this.requeue.postpone(scope, { id: context.id, owner, inSeconds: ms / 1_000 });
    if (lane !== 0) place.pause(lane, ms);
    await this.requeue.putOff(scope, {
      id: context.id,
      owner,
      lane: place.laneAt(lane),
      inSeconds: ms / 1_000,
    });
  }

  /** Null when the message went somewhere: out, back into the queue, or to its end. */
  private async attempt(
    work: Work,
    { ready, candidate }: { ready: Ready; candidate: Candidate },
  ): Promise<Failed | null> {
    const { context } = work;
    let route: Route;
    try {
      route = candidate.open();
    } catch (error) {
      if (!isProviderError(error)) throw error;
      if (candidate.id !== null) this.health.failed(placeOf(work, candidate.id), error);
      return { error, attempt: context.attempts + 1, idempotent: true };
    }
    const turn = await this.warmUpTurn(work, { ready, candidate });
    if (!turn) return null;
    try {
      return await this.attempts.make({ work, ready, route, candidate });
    } finally {
      if (!work.begun) turn.giveBack();
    }
  }

  /** Null when the connection has sent what it may today: the message waits for tomorrow. */
  private async warmUpTurn(
    work: Work,
    { ready: { config }, candidate }: { ready: Ready; candidate: Candidate },
  ): Promise<{ giveBack: () => void } | null> {
    const { scope, claimed, context, owner } = work;
    // What is taken over may have gone out, and has been counted.
    if (candidate.id === null || claimed.previous !== 'queued') return { giveBack: () => undefined };
    const transactional = messageClassOf(config) === 'transactional';
    const turn = await this.warmUps.reserve(scope, { connectionId: candidate.id, transactional });
    if (turn.kind === 'go') return turn;
    const seconds = (turn.until.getTime() - Date.now()) / 1_000;
    await this.requeue.release(scope, {
      id: context.id,
      owner,
      inSeconds: Math.max(seconds, 1) + Math.random() * morningSeconds,
      why: `Waits until tomorrow: ${candidate.name} has reached its daily limit.`,
    });
    return null;
  }

  /** Into its history, and on with the next one. */
  private async passOn(
    work: Work,
    { failure, from, to }: { failure: Failed; from: Candidate; to: Candidate },
  ): Promise<void> {
    const { scope, context, owner } = work;
    const message = wordsOf(failure.error);
    await this.endings.insist(work, () =>
      this.requeue.retryLater(scope, {
        id: context.id,
        owner,
        attempt: work.begun?.attempt ?? context.attempts,
        inSeconds: 0,
        error: message,
        detail: `${from.name}: ${message} Trying ${to.name} next.`,
        at: atOf(context),
        devicesDone: doneWith(failure.error.devices),
        goneDevices: goneOf(context, failure.error.devices),
        by: byOf(work, failure.error),
        keep: true,
      }),
    );
    context.devices_done = { ...context.devices_done, ...doneWith(failure.error.devices) };
    if (work.begun) context.attempts = work.begun.attempt;
    work.begun = null;
  }
}

function placeOf({ scope }: Work, connectionId: string): { workspaceId: string; connectionId: string } {
  return { workspaceId: scope.workspaceId, connectionId };
}

/** Not where the receiver itself is away: another connection reaches the same one. */
function canBePassedOn({ class: kind, handedOver, ofReceiver }: ProviderError): boolean {
  return !handedOver && !ofReceiver && passedOn.has(kind);
}
