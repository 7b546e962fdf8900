import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { WaitingEntries } from '../enrollments/index.js';
import type { WaitingEntry } from '../enrollments/index.js';
import type { Scope } from '../platform/database/index.js';
import { WindowDecisions } from './window-decisions.service.js';
import { WindowKinds } from './window-kinds.js';
import { WindowStepRepository } from './window-step.repository.js';
import { WindowRepository } from './window.repository.js';

/** How many windows of one person are told of. */
const told = 5;

/** Tells those who ask why somebody is not in a journey of windows that are open. */
@Injectable()
export class WindowWaiting implements OnModuleInit {
  constructor(
    private readonly windows: WindowRepository,
    private readonly steps: WindowStepRepository,
    private readonly decisions: WindowDecisions,
    private readonly kinds: WindowKinds,
    private readonly waiting: WaitingEntries,
  ) {}

  onModuleInit(): void {
    this.waiting.add((scope, asked) => this.of(scope, asked));
  }

  private async of(
    scope: Scope,
    { journeyId, profileId }: { journeyId: string; profileId: string },
  ): Promise<WaitingEntry[]> {
    const first = await this.windows.ofPerson(scope, { journeyId, profileId, limit: told });
    if (first.length === 0) return [];
    const windows = await this.windows.groupsOf(scope, { ids: first.map(({ id }) => id) });
    const steps = await this.steps.steps(scope);
    const decided = await this.decisions.decide(scope, { steps, windows, now: Date.now() });
    return first.flatMap(({ id, node, happened_at, due_at }): WaitingEntry[] => {
      const { step, verdict } = decided.get(id) ?? {};
      if (!step || !verdict || ('over' in verdict && verdict.over !== 'mended')) return [];
      const at = `${happened_at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      const over = 'over' in verdict;
      const until = over ? null : 'until' in verdict ? verdict.until : due_at;
      return [{ node, until, words: this.kinds.of(step.entry.kind).words({ entry: step.entry, at, over }) }];
    });
  }
}
