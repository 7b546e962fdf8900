import { channelOf } from '@wend/contract';
import type { ImportProblemKind } from '@wend/contract';

/** What a row says otherwise and does not change about its person: known since later, or left for good. */
export class StaysAsItIs {
  /** Traits that are known since later. */
  readonly lateTraits: string[] = [];
  private readonly newer: string[] = [];
  private readonly left: string[] = [];

  /** `since`: ms since 1970. */
  late(trait: string, since: number): void {
    this.lateTraits.push(trait);
    this.newer.push(`“${trait}”, set ${timeOf(since)}`);
  }

  lateConsent(channel: string, since: number): void {
    this.newer.push(`consent to ${channelOf(channel).name}, given or withdrawn ${timeOf(since)}`);
  }

  unsubscribed(channel: string): void {
    this.left.push(channelOf(channel).name);
  }

  get isLate(): boolean {
    return this.newer.length > 0;
  }

  get isKept(): boolean {
    return this.left.length > 0;
  }

  /** Null when there is nothing of it. */
  get kind(): Extract<ImportProblemKind, 'late' | 'kept'> | null {
    return this.isLate ? 'late' : this.isKept ? 'kept' : null;
  }

  words(): string {
    return [
      ...(this.isLate ? [`Newer values stay as they are: ${this.newer.join('; ')}.`] : []),
      ...(this.isKept ? [`The person has unsubscribed from ${this.left.join(', ')} and stays so.`] : []),
    ].join(' ');
  }
}

/** `2026-05-31 09:30:05 UTC`. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
