import { z } from 'zod';
import { channelName } from './channels/index.js';
import { readDay } from './clock-time.js';
import { comparisons, operands } from './rule-shape.js';
import { topicKeyPattern } from './topic-key.js';
import type { Comparison, Operand, OperandField } from './rule-shape.js';

export * from './rule-shape.js';

/**
 * Rules: one AST for branches, filters, exit criteria and segments. What can be looked at is in `rules/operands`, by
 * what it is compared in `rules/operators`. `engine` evaluates a rule for one profile or event and traces it; `backend`
 * compiles it to SQL.
 */

/** A channel by name: of those that Wend brings, or of a package. */
export const channel = z.string().regex(channelName);
export type Channel = z.infer<typeof channel>;

/** A topic of the workspace by its key. */
export const topicKey = z.string().regex(topicKeyPattern, 'must be 1 to 60 lowercase letters, digits, - or _');

export const comparison = z.enum(comparisons);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/**
 * What a left side is compared with: a constant, a list of them, a property of the event that began the run, or a result
 * of an earlier step of it (`node.field`).
 */
export const comparand = z.union([
  scalar,
  z.array(scalar),
  z.object({ entry: z.string().min(1) }),
  z.object({ run: z.string().min(1) }),
]);
export type Comparand = z.infer<typeof comparand>;

export type Rule =
  | { op: 'all'; rules: Rule[] }
  | { op: 'any'; rules: Rule[] }
  | { op: 'not'; rule: Rule }
  /**
   * `ignoreCase`: text is compared as `foldCase` makes it. `numbersAsText`: comparisons that are of text see a number
   * as its digits; only `compile` says so, as programs from before go on without it.
   */
  | {
      op: 'compare';
      left: Operand;
      is: Comparison;
      value?: Comparand | undefined;
      ignoreCase?: boolean | undefined;
      numbersAsText?: boolean | undefined;
    };

export const rule: z.ZodType<Rule> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('all'), rules: z.array(rule).max(50) }),
    z.object({ op: z.literal('any'), rules: z.array(rule).max(50) }),
    z.object({ op: z.literal('not'), rule }),
    z.object({
      op: z.literal('compare'),
      left: operand,
      is: comparison,
      value: comparand.optional(),
      ignoreCase: z.boolean().optional(),
    }),
  ]),
) as z.ZodType<Rule>;

export const operand: z.ZodType<Operand> = z.lazy(() => {
  const shapes = Object.entries(operands).map(([source, { fields }]) =>
    z.object({
      source: z.literal(source),
      ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
    }),
  );
  return z.discriminatedUnion('source', shapes as [(typeof shapes)[number], ...typeof shapes]);
}) as unknown as z.ZodType<Operand>;

const fieldSchemas: { [Is in OperandField['is']]: (field: Extract<OperandField, { is: Is }>) => z.ZodType } = {
  text: ({ most }) => z.string().min(1).max(most),
  name: ({ matches }) => z.string().regex(matches),
  whole: ({ most }) => z.number().int().positive().max(most),
  choice: ({ of }) => z.enum(of),
  rule: () => rule,
  flag: () => z.boolean(),
  day: () => z.string().refine((value) => readDay(value) !== null, 'Enter a date as YYYY-MM-DD, such as 2026-05-01.'),
  number: ({ from, to }) => z.number().min(from).max(to),
};

function schemaOf(field: OperandField): z.ZodType {
  const schema = (fieldSchemas[field.is] as (field: OperandField) => z.ZodType)(field);
  return field.optional ? schema.optional() : schema;
}
