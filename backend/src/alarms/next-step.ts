import type { Verdict } from './kind.js';

/**
 * What becomes of an alarm: it is raised at once, and cleared when nothing was wrong for a while and nothing holds it.
 * `seen`: it lasts. `restless`: neither wrong nor well. `calming`: nothing is wrong since now. `wait`: as before.
 */
export type Step = 'none' | 'raise' | 'seen' | 'restless' | 'calming' | 'wait' | 'clear';

/** So long nothing may be wrong until it is over: whatever comes back sooner is the same alarm. Seconds. */
export const calmForSeconds = 300;

/**
 * `open`: the alarm, where there is one: since when it is calm, and whether the breaker holds what it is about, so that
 * it is well only because nothing moves.
 */
export function nextStep({
  open,
  verdict,
}: {
  open: { calmSeconds: number | null; held: boolean } | null;
  verdict: Verdict;
}): Step {
  if (!open) return verdict === 'over' ? 'raise' : 'none';
  if (verdict === 'over') return 'seen';
  if (verdict === 'near' || open.held) return open.calmSeconds === null ? 'wait' : 'restless';
  if (open.calmSeconds === null) return 'calming';
  return open.calmSeconds >= calmForSeconds ? 'clear' : 'wait';
}
