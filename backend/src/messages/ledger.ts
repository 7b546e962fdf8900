import type { LedgerStep } from '@wend/contract';
import type { LedgerRow } from './ledger.repository.js';

type Figure = Exclude<keyof LedgerStep, 'node' | 'name' | 'suppressed' | 'missing' | 'expected'>;
const figureOf: Record<string, Figure> = {
  waiting: 'waiting',
  none: 'withoutMessage',
  queued: 'queued',
  sending: 'queued',
  sent: 'sent',
  delivered: 'delivered',
  opened: 'delivered',
  clicked: 'delivered',
  bounced: 'bounced',
  failed: 'failed',
  unknown: 'unknown',
};

/** Puts counted visits together by step. Pure. */
export function assembleLedger(
  steps: readonly { node: string; name: string }[],
  rows: readonly LedgerRow[],
): LedgerStep[] {
  return steps.map(({ node, name }) => {
    const step: LedgerStep = {
      node,
      name,
      expected: 0,
      waiting: 0,
      withoutMessage: 0,
      queued: 0,
      sent: 0,
      delivered: 0,
      bounced: 0,
      failed: 0,
      unknown: 0,
      suppressed: {},
      missing: {},
    };
    for (const row of rows) if (row.node === node) add(step, row);
    return step;
  });
}

function add(step: LedgerStep, { outcome, reason, missing, count }: LedgerRow): void {
  step.expected += count;
  const why = reason ?? 'other';
  const figure = figureOf[outcome];
  if (figure) step[figure] += count;
  else step.suppressed[why] = (step.suppressed[why] ?? 0) + count;
  if (!missing) return;
  const kind = outcome === 'suppressed' ? `suppressed:${why}` : outcome;
  step.missing[kind] = (step.missing[kind] ?? 0) + count;
}
