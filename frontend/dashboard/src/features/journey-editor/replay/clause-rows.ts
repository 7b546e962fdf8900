import { ruleWords, seenWords, shownSeen } from '@wend/contract/plain';
import type { TraceClause } from '@wend/contract';
import type { ReplayTexts } from './replay-texts';
import { valueWords } from './value-words';
import type { WhyRow } from './why';

/** The clauses of a rule, flat where only `all` or `any` surround them. */
export function clauseRows(texts: ReplayTexts, trace: TraceClause): WhyRow[] {
  const t = texts.replay;
  const rowsOf = (clause: TraceClause) => clauseRows(texts, clause);
  if (trace.rule.op === 'compare') return [clauseRow(t, trace)];
  if (!trace.clauses || trace.clauses.length === 0)
    return [{ result: trace.result ? 'yes' : 'no', text: ruleWords(trace.rule) }];
  if (trace.rule.op === 'not')
    return [{ result: trace.result ? 'yes' : 'no', text: t('why.not'), rows: trace.clauses.flatMap(rowsOf) }];
  const nested = trace.clauses.flatMap((clause) =>
    clause.rule.op === 'compare'
      ? [clauseRow(t, clause)]
      : [
          {
            result: clause.result ? 'yes' : 'no',
            text: t(`why.${clause.rule.op}`),
            rows: (clause.clauses ?? []).flatMap(rowsOf),
          } satisfies WhyRow,
        ],
  );
  return trace.rule.op === 'any' && nested.length > 1
    ? [{ result: trace.result ? 'yes' : 'no', text: t('why.any'), rows: nested }]
    : nested;
}

function clauseRow(t: ReplayTexts['replay'], trace: TraceClause): WhyRow {
  return {
    result: trace.result ? 'yes' : 'no',
    text: ruleWords(trace.rule),
    seen:
      seenWords(trace) ??
      t('why.was', {
        value: valueWords(t, {
          value: shownSeen(trace),
          operand: trace.rule.op === 'compare' ? trace.rule.left : undefined,
        }),
      }),
  };
}
