import { Injectable } from '@nestjs/common';
import type { Scope } from '../platform/database/index.js';

/**
 * What somebody did about an entry that lets in later. `until`: when it is decided whether they come in; null: it will
 * not let them in. `words`: after their name, “did Cart Updated at …”.
 */
export type WaitingEntry = { node: string; until: Date | null; words: string };

type Asked = { journeyId: string; profileId: string };

/** Who knows of people that wait for the time at which an entry may let them in; modules add theirs when they start. */
@Injectable()
export class WaitingEntries {
  private readonly sources: ((scope: Scope, asked: Asked) => Promise<WaitingEntry[]>)[] = [];

  add(source: (scope: Scope, asked: Asked) => Promise<WaitingEntry[]>): void {
    this.sources.push(source);
  }

  /** Those of one person and one journey, the soonest first. */
  async of(scope: Scope, asked: Asked): Promise<WaitingEntry[]> {
    const found = await Promise.all(this.sources.map((source) => source(scope, asked)));
    return found.flat().sort((a, b) => (a.until?.getTime() ?? Infinity) - (b.until?.getTime() ?? Infinity));
  }
}
