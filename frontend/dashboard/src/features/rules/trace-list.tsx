'use client';

import { operandDefinition, ruleWords, seenWords, shownSeen } from '@wend/contract/plain';
import type { Json, Operand, TraceClause } from '@wend/contract';
import { Check, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Translator } from '@/i18n/translator';
import { cx } from '@/lib/cx';

/** Why a rule holds or does not: each part with what came of it, and the value that was seen. */
export function TraceList({ trace }: { trace: TraceClause }) {
  const { clauses } = partsOf(trace);
  return (
    <ul className="space-y-2">
      {clauses && partsOf(trace).join === 'all' ? (
        clauses.map((clause, index) => <Clause key={index} clause={clause} />)
      ) : (
        <Clause clause={trace} />
      )}
    </ul>
  );
}

type Join = 'all' | 'any' | 'none';

/** The parts of a group; none for a single condition. */
function partsOf({ rule, clauses = [] }: TraceClause): { join: Join; clauses: TraceClause[] | null } {
  if (rule.op === 'compare') return { join: 'all', clauses: null };
  if (rule.op !== 'not') return { join: rule.op, clauses };
  const [inner] = clauses;
  return { join: 'none', clauses: inner?.rule.op === 'any' ? (inner.clauses ?? []) : clauses };
}

function Clause({ clause }: { clause: TraceClause }) {
  const t = useTranslations('editor-rules.trace');
  const joins = useTranslations('editor-rules.joins');
  const { rule, result } = clause;
  const seen = shownSeen(clause);
  const { join, clauses } = partsOf(clause);
  const Icon = result ? Check : X;
  return (
    <li className="flex gap-2">
      <Icon
        size={14}
        strokeWidth={2}
        className={cx('mt-0.5 shrink-0', result ? 'text-good' : 'text-bad')}
        aria-hidden
      />
      <div className="min-w-0 flex-1 break-words">
        <span className="sr-only">{result ? t('yes') : t('no')} </span>
        {clauses === null ? ruleWords(rule) : joins(join)}
        {clauses === null && seen !== undefined ? (
          <p className="text-xs break-words text-muted tabular-nums">
            {seenWords(clause) ??
              t('was', { value: valueWords(t, seen, rule.op === 'compare' ? rule.left : undefined) })}
          </p>
        ) : null}
        {clauses ? (
          <ul className="mt-1.5 space-y-2">
            {clauses.map((each, index) => (
              <Clause key={index} clause={each} />
            ))}
          </ul>
        ) : null}
      </div>
    </li>
  );
}

function valueWords(t: Translator<'editor-rules.trace'>, value: Json, operand: Operand | undefined): string {
  if (value === null) return t('nothing');
  if (Array.isArray(value)) return value.map((each) => valueWords(t, each, operand)).join(', ') || t('emptyList');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? t('true') : t('false');
  if (typeof value === 'number' && operand)
    return operandDefinition(operand).numberWords?.(operand, value) ?? String(value);
  return value === '' ? t('emptyText') : String(value);
}
