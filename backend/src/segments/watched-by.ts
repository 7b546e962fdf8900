import { operandDefinition, pathKeys } from '@wend/contract';
import type { Rule } from '@wend/contract';
import type { Watch } from '../changes/index.js';
import { watcherPrefix } from './membership-events.js';

/** What a segment of these rules has to hear of. New people, and those who took another one in, may be in any. */
export function watchesOf(rules: Rule[]): Watch[] {
  return [{ what: 'profile', name: '*' }, ...rules.flatMap(watchesIn)];
}

function watchesIn(rule: Rule): Watch[] {
  if (rule.op !== 'compare') return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(watchesIn);
  const { event, trait } = operandDefinition(rule.left).changedBy(rule.left);
  return [
    ...(event === undefined ? [] : [{ what: 'event', name: event } as const]),
    ...(trait === undefined ? [] : [{ what: 'trait', name: pathKeys(trait)[0] ?? trait } as const]),
  ];
}

export function watcherOf(segmentId: string): string {
  return `${watcherPrefix}${segmentId}`;
}
