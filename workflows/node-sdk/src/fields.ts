import { duration, durationSeconds, isEmpty, rule, ruleProblems } from '@wend/contract';
import type { Duration, FieldMeta, Rule, RuleScope } from '@wend/contract';
import { z } from 'zod';

/** The longest time a run may wait at one node: two years. */
export const longestWaitSeconds = 63_072_000;

/** A span of time: an amount and a unit. */
export function durationField(meta: FieldMeta): z.ZodType<Duration, Duration> {
  return duration
    .refine((value) => value.amount <= 0 || durationSeconds(value) >= 1, 'must be at least 1 second.')
    .refine((value) => durationSeconds(value) <= longestWaitSeconds, 'must be at most 2 years.')
    .meta({ widget: 'duration', ...meta });
}

/** A rule that must have a condition and may only look at what is known where it stands. */
export function ruleField({ scope, ...meta }: Omit<FieldMeta, 'scope'> & { scope: RuleScope }): z.ZodType<Rule, Rule> {
  const checked = (rule as z.ZodType<Rule, Rule>).superRefine((value, context) => report(value, scope, context));
  return checked.meta({ widget: 'rule', scope: scope === 'profile' ? 'profile' : 'event', ...meta });
}

/** A filter that may be absent or without a condition: then everything passes. */
export function filterField({ scope, ...meta }: Omit<FieldMeta, 'scope'> & { scope: RuleScope }): z.ZodOptional<z.ZodType<Rule, Rule>> {
  const checked = (rule as z.ZodType<Rule, Rule>).superRefine((value, context) => (isEmpty(value) ? undefined : report(value, scope, context)));
  return checked.meta({ widget: 'rule', scope: scope === 'profile' ? 'profile' : 'event', ...meta }).optional();
}

function report(value: Rule, scope: RuleScope, context: { addIssue: (issue: { code: 'custom'; message: string; path: (string | number)[] }) => void }): void {
  for (const problem of ruleProblems({ rule: value, scope })) {
    const path = problem.path.split(/[.[\]]+/).filter(Boolean).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    context.addIssue({ code: 'custom', message: problem.message, path });
  }
}

/** Text with Liquid tags. Write the most it may hold; structure is checked before rendering, so tags count. */
export function liquidField({ maximum = 2_000, required = true, ...meta }: FieldMeta & { maximum?: number; required?: boolean }): z.ZodString {
  const text = required ? z.string().trim().min(1).max(maximum) : z.string().max(maximum);
  return text.meta({ widget: 'liquid', language: 'text', ...meta });
}
