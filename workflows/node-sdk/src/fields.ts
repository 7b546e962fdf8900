import { duration, durationSeconds, isCalendarSpan, isEmpty, rule, ruleProblems, span } from '@wend/contract';
import type { CompilableNode, Duration, FieldMeta, JsonObject, Rule, RuleScope, Span } from '@wend/contract';
import { z } from 'zod';

/** The longest time a run may wait at one node: two years. */
export const longestWaitSeconds = 63_072_000;

/** A span of time: an amount and a unit; at most `most`, else two years. */
export function durationField(
  meta: FieldMeta,
  { most }: { most?: { seconds: number; words: string } } = {},
): z.ZodType<Duration, Duration> {
  const { seconds, words } = most ?? { seconds: longestWaitSeconds, words: '2 years' };
  return duration
    .refine((value) => value.amount <= 0 || durationSeconds(value) >= 1, 'must be at least 1 second.')
    .refine((value) => durationSeconds(value) <= seconds, `must be at most ${words}.`)
    .meta({ widget: 'duration', ...meta });
}

const mostOfCalendar = { calendarDays: 731, calendarWeeks: 104, calendarMonths: 24 } as const;

/**
 * A span of time of the clock or of the calendar; at most two years. `units`: those that can be chosen, all when left
 * out.
 */
export function spanField({ units, ...meta }: FieldMeta & { units?: readonly Span['unit'][] }): z.ZodType<Span, Span> {
  const chosen = units ? span.extend({ unit: z.enum(units) }) : span;
  return chosen
    .refine((value) => !isCalendarSpan(value) || Number.isInteger(value.amount), 'must be a whole number of them.')
    .refine(
      (value) => isCalendarSpan(value) || value.amount <= 0 || durationSeconds(value as Duration) >= 1,
      'must be at least 1 second.',
    )
    .refine(
      (value) =>
        isCalendarSpan(value)
          ? value.amount <= mostOfCalendar[value.unit]
          : durationSeconds(value as Duration) <= longestWaitSeconds,
      'must be at most 2 years.',
    )
    .meta({ widget: 'duration', ...meta }) as z.ZodType<Span, Span>;
}

/** A rule that must have a condition and may only look at what is known where it stands. */
export function ruleField({ scope, ...meta }: Omit<FieldMeta, 'scope'> & { scope: RuleScope }): z.ZodType<Rule, Rule> {
  const checked = (rule as z.ZodType<Rule, Rule>).superRefine((value, context) => report(value, scope, context));
  return checked.meta({ widget: 'rule', scope: scope === 'profile' ? 'profile' : 'event', ...meta });
}

/** A filter that may be absent or without a condition: then everything passes. */
export function filterField({
  scope,
  ...meta
}: Omit<FieldMeta, 'scope'> & { scope: RuleScope }): z.ZodOptional<z.ZodType<Rule, Rule>> {
  const checked = (rule as z.ZodType<Rule, Rule>).superRefine((value, context) =>
    isEmpty(value) ? undefined : report(value, scope, context),
  );
  return checked.meta({ widget: 'rule', scope: scope === 'profile' ? 'profile' : 'event', ...meta }).optional();
}

/**
 * The choice of a locked template of a channel, with what is written into its fields. A step whose template is chosen
 * needs nothing of its own.
 */
export function templateField({ channel, ...meta }: FieldMeta & { channel: string }) {
  return z
    .object({
      id: z.string().max(40),
      lookUp: z.boolean().optional(),
      fields: z.record(z.string().max(40), z.string().max(20_000).meta({ widget: 'liquid', language: 'text' })),
    })
    .meta({ widget: 'template', channel, ...meta })
    .optional();
}

let running = false;

/**
 * Checks settings that a run meets: those of a version that was published before a type was asked for go on as they
 * did.
 */
export function parseRunning(
  node: { parse: CompilableNode['parse'] },
  config: JsonObject,
): ReturnType<CompilableNode['parse']> {
  running = true;
  try {
    return node.parse(config);
  } finally {
    running = false;
  }
}

function report(
  value: Rule,
  scope: RuleScope,
  context: { addIssue: (issue: { code: 'custom'; message: string; path: (string | number)[] }) => void },
): void {
  for (const problem of ruleProblems({ rule: value, scope, types: !running })) {
    const path = problem.path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    context.addIssue({ code: 'custom', message: problem.message, path });
  }
}

/** Text with Liquid tags. Write the most it may hold; structure is checked before rendering, so tags count. */
export function liquidField({
  maximum = 2_000,
  required = true,
  ...meta
}: FieldMeta & { maximum?: number; required?: boolean }): z.ZodString {
  const text = required ? z.string().trim().min(1).max(maximum) : z.string().max(maximum);
  return text.meta({ widget: 'liquid', language: 'text', ...meta });
}
