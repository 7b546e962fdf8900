import { Injectable } from '@nestjs/common';
import type { Scope, Sql } from '../platform/database/index.js';
import type { EntryWindow, Verdict, WindowStep } from './window.js';
import { WindowKinds } from './window-kinds.js';

/** A window, its entry as it is published now, and what becomes of it. `step`: null when the entry is not open as it was. */
export type Decided = { window: EntryWindow; step: WindowStep | null; verdict: Verdict };

type DecideOptions = {
  sql?: Sql;
  steps: readonly WindowStep[];
  /** With all that share a key with them. */
  windows: readonly EntryWindow[];
  /** ms. */
  now: number;
};

/** Says what becomes of windows, by what people have done by now. */
@Injectable()
export class WindowDecisions {
  constructor(private readonly kinds: WindowKinds) {}

  async decide(scope: Scope, { sql, steps, windows, now }: DecideOptions): Promise<Map<string, Decided>> {
    const found = new Map<string, Decided>();
    for (const window of windows) found.set(window.id, { window, step: null, verdict: { over: 'unfit' } });
    for (const step of steps) {
      const own = windows.filter(
        (each) => each.journey_id === step.journey_id && each.node === step.node && each.opening === step.opening,
      );
      if (own.length === 0) continue;
      const { entry, reentry } = step;
      const verdicts = await this.kinds.of(entry.kind).decide(scope, { sql, entry, reentry, windows: own, now });
      for (const window of own) found.set(window.id, { window, step, verdict: verdicts.get(window.id)! });
    }
    return found;
  }
}
