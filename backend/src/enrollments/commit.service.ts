import { Injectable } from '@nestjs/common';
import type { Input } from '@wend/contract';
import type { CommitAnswer, CommitRequest, RunActivities } from '@wend/temporal';
import { permanentFailure } from '@wend/temporal/worker';
import { storableText } from '../platform/text/index.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { writesOf } from './commit-writes.js';
import { FactsService } from './facts.service.js';

/** The commit protocol: what a wake-up decided becomes true here, once. See docs/decisions/0003. */
@Injectable()
export class CommitService implements RunActivities {
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
    return Promise.all(requests.map((request) => this.commitOne(request).catch((error: unknown) => this.refuse(request, error))));
  }

  /** What the database cannot store it will not store the next time either: the run fails visibly instead of being tried for ever. */
  private async refuse({ identity, at }: CommitRequest, error: unknown): Promise<never> {
    const code = String((error as { code?: unknown }).code);
    if (!(error instanceof RangeError) && !/^(22|54)/.test(code)) throw error;
    const reason = storableText(`This step cannot be stored: ${(error as Error).message}`).slice(0, 1_000);
    await this.repository.markFailed({ workspaceId: identity.workspaceId }, { enrollmentId: identity.enrollmentId, at, reason });
    throw permanentFailure('unstorable-step', reason);
  }

  async fail(requests: Parameters<RunActivities['fail']>[0]): Promise<void> {
    for (const { identity, at, reason } of requests) await this.repository.markFailed({ workspaceId: identity.workspaceId }, { enrollmentId: identity.enrollmentId, at, reason });
  }

  private async commitOne(request: CommitRequest): Promise<CommitAnswer> {
    const { workspaceId, enrollmentId } = request.identity;
    const scope = { workspaceId };
    const first = await this.acceptedBeforeTimer(request);
    if (first.length > 0) return { outcome: 'eventsFirst', events: first };
    const { opened, awaits } = writesOf(request);
    await this.awaited.ensure(scope, awaits);
    const { verdict, reason } = await this.repository.write(scope, request);
    if (verdict === 'held') {
      await this.repository.markHeld(scope, enrollmentId);
      return { outcome: 'held' };
    }
    if (verdict === 'stopped') return { outcome: 'stopped', reason };
    if (verdict === 'gone') return { outcome: 'gone' };
    if (verdict === 'exists') {
      const inputs = await this.repository.storedInputs(scope, { enrollmentId, step: request.step });
      return { outcome: 'applied', inputs, missed: await this.repository.missed(scope, { enrollmentId, except: eventIds(inputs) }) };
    }
    // A new snapshot, after the waits are visible: an event that commits later finds them.
    const missed = opened.length > 0 ? await this.repository.missed(scope, { enrollmentId, waits: opened, except: eventIds(request.inputs) }) : [];
    return { outcome: 'applied', missed };
  }

  /** Events that were accepted before a timer was due and are not folded yet: they go first. */
  private async acceptedBeforeTimer(request: CommitRequest) {
    if (!request.listening || !request.inputs.some((input) => input.type === 'timer')) return [];
    const { workspaceId, enrollmentId, origin } = request.identity;
    return this.repository.beforeTimer({ workspaceId }, { enrollmentId, step: request.step, live: origin === 'live', except: eventIds(request.inputs) });
  }
}

function eventIds(inputs: Input[]): string[] {
  return inputs.flatMap((input) => ('event' in input ? [input.event.id] : input.type === 'enrolled' ? [input.entry.id] : []));
}
