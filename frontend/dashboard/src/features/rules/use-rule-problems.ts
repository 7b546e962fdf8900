import { operandDefinition, ruleProblems } from '@wend/contract/plain';
import type { Comparand, Rule } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import type { FieldProblem } from '@/components/form/field-problems';
import type { Translator } from '@/i18n/translator';

/**
 * What keeps a rule about people from being saved, each with the path of its field below `path`. Names that are still
 * missing come first: an incomplete condition has no other problems yet.
 */
export function useRuleProblems(rule: Rule, path: string): FieldProblem[] {
  const t = useTranslations('editor-rules.missing');
  return useMemo(() => problemsOf(t, rule, path), [t, rule, path]);
}

function problemsOf(t: Translator<'editor-rules.missing'>, rule: Rule, path: string): FieldProblem[] {
  const missing = missingNames(t, rule, path);
  const incomplete = new Set(missing.map(({ owner }) => owner));
  const others = ruleProblems({ rule, scope: 'profile' })
    .map((problem) => ({ ...problem, path: problem.path === '' ? path : `${path}.${problem.path}` }))
    .filter((problem) => ![...incomplete].some((owner) => problem.path.startsWith(`${owner}.`)));
  const unset = new Set(unsetValues(rule, path));
  return [
    ...missing.map(({ message, path: at }): FieldProblem => ({ severity: 'error', message, path: at, pending: true })),
    ...others.map((problem): FieldProblem => ({ ...problem, severity: 'error', pending: unset.has(problem.path) })),
  ];
}

/** Paths of values that nobody has written yet. */
function unsetValues(rule: Rule, path: string): string[] {
  if (rule.op === 'not') return unsetValues(rule.rule, `${path}.rule`);
  if (rule.op !== 'compare') return rule.rules.flatMap((each, index) => unsetValues(each, `${path}.rules[${index}]`));
  return isUnset(rule.value) ? [`${path}.value`] : [];
}

function isUnset(value: Comparand | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

type Missing = { owner: string; path: string; message: string };

function missingNames(t: Translator<'editor-rules.missing'>, rule: Rule, path: string): Missing[] {
  if (rule.op === 'not') return missingNames(t, rule.rule, `${path}.rule`);
  if (rule.op !== 'compare')
    return rule.rules.flatMap((each, index) => missingNames(t, each, `${path}.rules[${index}]`));
  const { left } = rule;
  return Object.entries(operandDefinition(left).fields).flatMap(([name, field]): Missing[] => {
    const value: unknown = left[name as keyof typeof left];
    if (field.is === 'rule') return value === undefined ? [] : missingNames(t, value as Rule, `${path}.left.${name}`);
    const isMissing = value === '' || (value === undefined && field.optional !== true);
    if (!isMissing) return [];
    const known = name as 'path';
    return [{ owner: path, path: `${path}.left.${name}`, message: t.has(known) ? t(known) : t('other') }];
  });
}
