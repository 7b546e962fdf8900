import type { Json } from '../json.js';
import { durationWords } from '../manifest-words.js';
import type { TraceClause } from '../program.js';
import { ruleWords, seenWords, shownSeen } from '../words.js';
import type { EntryRefusalReason } from './refusals.js';

const limits: Record<string, (most: number) => string> = {
  total: (most) => `${most} people in all have entered, which is the limit`,
  perDay: (most) => `${most} people had entered that day, which is the limit`,
  atOnce: (most) => `${most} people were in the journey, which is the limit`,
};

type SeenParts = {
  limit?: unknown;
  most?: unknown;
  rule?: unknown;
  inside?: unknown;
  afterSeconds?: unknown;
  removed?: unknown;
  midway?: unknown;
  failed?: unknown;
  scheduledAt?: unknown;
};

/** Why somebody was kept out, as a part of a sentence: `they had entered before`. */
export function refusalWords({ reason, seen }: { reason: EntryRefusalReason; seen: Json }): string {
  const parts = (typeof seen === 'object' && seen !== null && !Array.isArray(seen) ? seen : {}) as SeenParts;
  switch (reason) {
    case 'filter':
      return `they didn’t match the entry’s filter: ${failedWords(seen as unknown as TraceClause)}`;
    case 'reentry':
      return reentryWords(parts);
    case 'limit':
      return limits[String(parts.limit)]?.(Number(parts.most)) ?? 'the journey was full';
    case 'holdout':
      return 'they are in the holdout, which never enters';
    case 'too-old':
      return 'the event reached Wend too long after it happened';
    case 'stopped':
      if (parts.midway === true) return 'letting people in was stopped before it was their turn';
      if (parts.failed === true) return 'letting people in went wrong before it was their turn';
      if (parts.scheduledAt !== undefined) return 'the journey was closed when its schedule came';
      return parts.removed === true
        ? 'the published version doesn’t have this entry any more'
        : 'the journey wasn’t open';
    case 'paused':
      return 'the journey was paused when its schedule came';
    case 'missed':
      return 'Wend wasn’t running when the schedule came, and was back too late to catch up';
  }
}

/** By the rule: who is inside is kept out by some, and not because of that by others. */
function reentryWords({ rule, inside, afterSeconds }: SeenParts): string {
  if (rule === 'after')
    return typeof afterSeconds === 'number'
      ? `they had entered less than ${durationWords(afterSeconds)} before`
      : 'they had entered too recently';
  return inside === true ? 'they were in the journey already' : 'they had entered before, and people enter only once';
}

/** The parts of a rule that did not hold, with what was seen: `plan is pro (it was free)`. */
export function failedWords(trace: TraceClause): string {
  const failed = failedClauses(trace);
  if (failed.length === 0) return ruleWords(trace.rule);
  return failed
    .slice(0, 3)
    .map((clause) => `${ruleWords(clause.rule)}${clause.seen === undefined ? '' : ` (${sawWords(clause)})`}`)
    .join('; ');
}

function failedClauses(trace: TraceClause): TraceClause[] {
  if (trace.result || typeof trace.rule !== 'object') return [];
  if (trace.rule.op === 'compare' || trace.rule.op === 'not') return [trace];
  return (trace.clauses ?? []).flatMap(failedClauses);
}

function sawWords(clause: TraceClause): string {
  const value = shownSeen(clause);
  return (
    seenWords(clause) ??
    `it was ${value === null ? 'empty' : typeof value === 'string' ? value : JSON.stringify(value)}`
  );
}
