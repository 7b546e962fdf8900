import { channelOf } from '@wend/contract';
import type { ImportProblemKind } from '@wend/contract';
import { readConsentKey } from './consent-key.js';

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

  /** `key`: as `consentKey` has it. */
  lateConsent(key: string, since: number): void {
    this.newer.push(`consent to ${wordsOf(key)}, given or withdrawn ${timeOf(since)}`);
  }

  unsubscribed(key: string): void {
    this.left.push(wordsOf(key));
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
      ...(this.isKept ? [`The person has unsubscribed from ${this.left.join(', ')} and stays unsubscribed.`] : []),
    ].join(' ');
  }
}

function wordsOf(key: string): string {
  const { channel, topic } = readConsentKey(key);
  return topic === '' ? channelOf(channel).name : `“${topic}” by ${channelOf(channel).name}`;
}

/** `2026-05-31 09:30:05 UTC`. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
