import { runPathsOf } from '@wend/contract';
import type { Compare, Rule } from '@wend/contract';
import { comparesOf, entryPathsOf } from '@wend/engine';

/** What only a run knows: a rule that is asked of people by themselves, in a segment or a list, has no answer for it. */
export function runProblems(rule: Rule, path = ''): { path: string; message: string }[] {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (rule.op === 'not') return runProblems(rule.rule, at('rule'));
  if (rule.op !== 'compare') return rule.rules.flatMap((each, index) => runProblems(each, at(`rules[${index}]`)));
  if (!comparesOf(rule).some(readsRun)) return [];
  return [
    {
      path: at('left'),
      message: 'A rule about people knows nothing of a journey’s entry or results. Choose something about the person.',
    },
  ];
}

function readsRun(compare: Compare): boolean {
  return compare.left.source === 'entry' || runPathsOf(compare).length > 0 || entryPathsOf(compare).length > 0;
}
