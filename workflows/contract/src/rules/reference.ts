import type { Comparand } from '../rule.js';
import type { Compare } from './operands/index.js';
import { operators } from './operators/index.js';

/** A right side that the run holds: a property of the event that began it, or a result of an earlier step. */
type Reference = Extract<Comparand, { entry: string } | { run: string }>;

/** Whether a right side is something that the run holds, and no constant. */
export function isReference(value: Comparand | undefined): value is Reference {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths of results of steps that a comparison looks at or compares with, without those in filters inside of it. */
export function runPathsOf({ left, is, value }: Compare): string[] {
  const right = isReference(value) && 'run' in value && operators[is].takes !== 'nothing' ? [value.run] : [];
  return left.source === 'run' ? [left.path, ...right] : right;
}
