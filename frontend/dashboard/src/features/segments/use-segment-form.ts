'use client';

import { isEmpty } from '@wend/contract/plain';
import type { Rule, SegmentDetail, SegmentKind } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useRuleProblems } from '@/features/rules/use-rule-problems';

const nobody: Rule = { op: 'all', rules: [] };
type Draft = { name: string; description: string; rule: Rule };

function draftOf(segment: SegmentDetail | null): Draft {
  return { name: segment?.name ?? '', description: segment?.description ?? '', rule: segment?.rule ?? nobody };
}

const isSame = (one: Draft, other: Draft) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What is edited of a segment: it follows what is saved until something is changed here. `reason` says why it cannot be
 * saved as it is.
 */
export function useSegmentForm({ saved, kind }: { saved: SegmentDetail | null; kind: SegmentKind }) {
  const t = useTranslations('segments.form');
  const [draft, setDraft] = useState(() => draftOf(saved));
  /** The state that the changes here were made to. */
  const [base, setBase] = useState(saved);
  const isChanged = !isSame(draft, draftOf(base));
  const isOutdated = saved !== null && base !== null && saved.revision !== base.revision;
  if (saved !== base && (base === null || !isChanged || !isOutdated)) {
    setBase(saved);
    if (!isChanged) setDraft(draftOf(saved));
  }
  useWarningBeforeLeaving(isChanged);
  const issues = useRuleProblems(draft.rule, 'rule');
  const problems = kind === 'manual' ? [] : issues;
  const isBlank = kind === 'rule' && isEmpty(draft.rule);
  const ruleReason = isBlank
    ? t('conditionFirst')
    : problems.length > 0
      ? t(problems.every(({ pending }) => pending) ? 'missing' : 'problems', { count: problems.length })
      : null;
  const reason = draft.name.trim() === '' ? t('nameFirst') : ruleReason;
  return {
    draft,
    change: (fields: Partial<Draft>) => setDraft((before) => ({ ...before, ...fields })),
    /** Takes what somebody else saved, or what was saved here, in place of the changes. */
    reset: (to: SegmentDetail | null) => {
      setBase(to);
      setDraft(draftOf(to));
    },
    base,
    isChanged,
    isRuleChanged: JSON.stringify(draft.rule) !== JSON.stringify(draftOf(base).rule),
    isOutdated,
    problems: isBlank ? [] : problems,
    /** A rule that can be asked for its size. */
    askable: kind === 'rule' && !isBlank && problems.length === 0 ? draft.rule : null,
    reason,
    /** Why the rule alone makes no sense yet. */
    ruleReason: isBlank ? null : ruleReason,
  };
}

export type SegmentForm = ReturnType<typeof useSegmentForm>;

function useWarningBeforeLeaving(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [active]);
}
