import { Injectable } from '@nestjs/common';
import type { Entry, EntryRefusalReason, Json, TraceClause } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';

/** What kept somebody out, `count` times until `last_at`. */
export type KeptOut = { reason: EntryRefusalReason; node: string; count: number; last_at: Date; seen: Json };
/** What another room knows of why a person did not come in; nothing that stands in `entry_refusals`. */
export type WhySource = (scope: Scope, asked: { journeyId: string; profileId: string }) => Promise<KeptOut[]>;

/**
 * What came last for an entry by which no event of people lets them in. `fits`: whether the person is of those whom it
 * lets in; `words`: what came, and why the person did not come in by it, as a sentence in which they are “they”.
 */
export type CameFor = { node: string; at: Date; fits: boolean; trace: TraceClause | null; words: string };
type CameForSource = (
  scope: Scope,
  asked: { journeyId: string; profileId: string; entries: readonly Entry[] },
) => Promise<CameFor[]>;

/** Rooms that know more of why somebody is not in a journey; modules add theirs when they start. */
@Injectable()
export class WhySources {
  private readonly sources: WhySource[] = [];
  private readonly cameForSources: CameForSource[] = [];

  add(source: WhySource): void {
    this.sources.push(source);
  }

  /** For entries of kinds that the room knows. */
  addCameFor(source: CameForSource): void {
    this.cameForSources.push(source);
  }

  async of(...asked: Parameters<WhySource>): Promise<KeptOut[]> {
    return (await Promise.all(this.sources.map((source) => source(...asked)))).flat();
  }

  async cameFor(...asked: Parameters<CameForSource>): Promise<CameFor[]> {
    return (await Promise.all(this.cameForSources.map((source) => source(...asked)))).flat();
  }
}
