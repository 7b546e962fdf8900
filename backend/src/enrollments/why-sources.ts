import { Injectable } from '@nestjs/common';
import type { EntryRefusalReason, Json } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';

/** What kept somebody out, `count` times until `last_at`. */
export type KeptOut = { reason: EntryRefusalReason; node: string; count: number; last_at: Date; seen: Json };
/** What another room knows of why a person did not come in; nothing that stands in `entry_refusals`. */
export type WhySource = (scope: Scope, asked: { journeyId: string; profileId: string }) => Promise<KeptOut[]>;

/** Rooms that know more of why somebody is not in a journey; modules add theirs when they start. */
@Injectable()
export class WhySources {
  private readonly sources: WhySource[] = [];

  add(source: WhySource): void {
    this.sources.push(source);
  }

  async of(...asked: Parameters<WhySource>): Promise<KeptOut[]> {
    return (await Promise.all(this.sources.map((source) => source(...asked)))).flat();
  }
}
