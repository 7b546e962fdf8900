import { z } from 'zod';
import { channels, comparisons } from './rule-shape.js';

export * from './rule-shape.js';

/**
 * Rules: one AST for branches, filters, exit criteria and segments.
 * `engine` evaluates it for one profile or event and traces it; `backend` compiles the facts in it to SQL.
 */

export const channel = z.enum(channels);
export type Channel = z.infer<typeof channel>;

export const comparison = z.enum(comparisons);
export type Comparison = z.infer<typeof comparison>;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What a left side is compared with: a constant, a list (for `oneOf`), or a property of the event that began the run. */
export const comparand = z.union([scalar, z.array(scalar), z.object({ entry: z.string().min(1) })]);
export type Comparand = z.infer<typeof comparand>;

/** A dotted path into an object, such as `plan` or `address.city`. */
export const path = z.string().min(1).max(200);

/** What is looked at. `property` is of the event under test; `entry` of the event that began the run. */
export type Operand =
  | { source: 'trait'; path: string }
  | { source: 'property'; path: string }
  | { source: 'entry'; path: string }
  | { source: 'run'; path: string }
  | { source: 'eventCount'; event: string; where?: Rule | undefined; withinSeconds?: number | undefined }
  | { source: 'reachable'; channel: Channel }
  | { source: 'localTime'; part: 'weekday' | 'hour' | 'date' };

export type Rule =
  | { op: 'all'; rules: Rule[] }
  | { op: 'any'; rules: Rule[] }
  | { op: 'not'; rule: Rule }
  | { op: 'compare'; left: Operand; is: Comparison; value?: Comparand | undefined };

export const rule: z.ZodType<Rule> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('all'), rules: z.array(rule).max(50) }),
    z.object({ op: z.literal('any'), rules: z.array(rule).max(50) }),
    z.object({ op: z.literal('not'), rule }),
    z.object({ op: z.literal('compare'), left: operand, is: comparison, value: comparand.optional() }),
  ]),
) as z.ZodType<Rule>;

export const operand: z.ZodType<Operand> = z.lazy(() =>
  z.discriminatedUnion('source', [
    z.object({ source: z.literal('trait'), path }),
    z.object({ source: z.literal('property'), path }),
    z.object({ source: z.literal('entry'), path }),
    z.object({ source: z.literal('run'), path }),
    z.object({
      source: z.literal('eventCount'),
      event: z.string().min(1).max(200),
      where: rule.optional(),
      withinSeconds: z.number().int().positive().max(63_072_000).optional(),
    }),
    z.object({ source: z.literal('reachable'), channel }),
    z.object({ source: z.literal('localTime'), part: z.enum(['weekday', 'hour', 'date']) }),
  ]),
) as z.ZodType<Operand>;
