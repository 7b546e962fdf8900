import { z } from 'zod';
import { channelName } from './channels/definition.js';
import { jsonObject } from './json.js';
import { rule, topicKey } from './rule.js';

/** `vendor/name`: stored in data for ever, so it can never be renamed. */
export const nodeTypeName = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'must look like vendor/name');
export const nodeId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, "-" or "_"');

/**
 * How far from the middle a card may lie, in px: a thousand steps below one another are far within. What draws links
 * walks over this space.
 */
const farthest = 1_000_000;
const coordinate = z.number().min(-farthest).max(farthest);

export const graphNode = z.object({
  id: nodeId,
  type: nodeTypeName,
  version: z.number().int().positive(),
  name: z.string(),
  config: jsonObject,
  position: z.object({ x: coordinate, y: coordinate }),
});
export type GraphNode = z.infer<typeof graphNode>;

export const edge = z.object({
  id: z.string().min(1).max(1_000),
  from: nodeId,
  port: z.string().min(1).max(900),
  to: nodeId,
});
export type Edge = z.infer<typeof edge>;

/**
 * Whether a profile that was in the journey may enter again: never; some time after it last entered, also while it is
 * still in it; once it has left; or always, also while it is in it. `key` (a path in the entry event) makes the rule
 * hold for each value of its own.
 */
export const reentry = z.object({
  rule: z.enum(['never', 'after', 'whenLeft', 'always']),
  /** Seconds since the last entry; only with `after`. */
  afterSeconds: z.number().int().positive().max(63_072_000).optional(),
  key: z.string().max(200).optional(),
});
export type Reentry = z.infer<typeof reentry>;

/** `where` looks at the event and may compare with the entry event and with what steps came to. */
const eventExit = z.object({
  id: nodeId,
  kind: z.literal('event').optional(),
  event: z.string().min(1).max(200),
  where: rule.optional(),
});
/** Being in the segment already, or not, doesn't count: only that the person enters or leaves it. */
const segmentExit = z.object({
  id: nodeId,
  kind: z.literal('segment'),
  on: z.enum(['entered', 'left']),
  segment: z.string().min(1).max(100),
});
/** Whoever leaves a channel leaves its topics too. */
const consentExit = z.object({
  id: nodeId,
  kind: z.literal('consent'),
  channel: z.string().regex(channelName),
  topic: topicKey.optional(),
});
export const exitSchemas = { event: eventExit, segment: segmentExit, consent: consentExit } as const;

/**
 * Ends a run at once, also in the middle of a wait or while a custom node is at work: an event, entering or leaving a
 * segment, or unsubscribing.
 */
export const exitCriterion = z.union([eventExit, segmentExit, consentExit]);
export type ExitCriterion = z.infer<typeof exitCriterion>;
export type EventExit = z.infer<typeof eventExit>;

const people = z.number().int().positive().max(1_000_000_000);
/**
 * How many people may come in: in all, on each day (of the workspace's zone), and how many may be in at once. Who is
 * too many is kept out. `perMinute`: batches let no more in per minute; nobody is kept out by it.
 */
export const entryLimits = z.object({
  total: people.optional(),
  perDay: people.optional(),
  atOnce: people.optional(),
  perMinute: people.max(1_000_000).optional(),
});
export type EntryLimits = z.infer<typeof entryLimits>;

/**
 * The share of people who are kept out on purpose, to measure what the journey does. The same people each time. With
 * `control` they run it silently instead, as a control group: nothing is sent to them, all else happens.
 */
export const holdout = z.object({ percent: z.number().min(0.1).max(90), control: z.boolean().optional() });
export type Holdout = z.infer<typeof holdout>;

/** How long after coming in an event may reach a goal, seconds: from a minute to 90 days. */
const goalWindow = z.number().int().min(60).max(7_776_000);
export const mostGoals = 5;
/**
 * What the journey is for: an event within a time after the person came in, also after the run has ended. `where` looks
 * at the event and may compare with the entry event. `value`: the property of the event that says what it was worth, in
 * the event’s own `currency`, or else in this one (ISO 4217).
 */
export const goal = z.object({
  id: nodeId,
  name: z.string().trim().min(1).max(100),
  event: z.string().min(1).max(200),
  where: rule.optional(),
  withinSeconds: goalWindow,
  value: z.string().min(1).max(200).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
});
export type Goal = z.infer<typeof goal>;

/** Settings that can be published. */
export const journeySettings = z.object({
  reentry: reentry.default({ rule: 'never' }),
  exitCriteria: z.array(exitCriterion).max(20).default([]),
  goals: z.array(goal).max(mostGoals).optional(),
  limits: entryLimits.optional(),
  holdout: holdout.optional(),
});
export type JourneySettings = z.infer<typeof journeySettings>;

/** Settings as a form is left half-way: only that they can be shown and stored is asked for. */
const draftSettings = z.object({
  reentry: z
    .object({
      rule: z.enum(['never', 'after', 'whenLeft', 'always']),
      afterSeconds: z.number().nullable().optional(),
      key: z.string().nullable().optional(),
    })
    .default({ rule: 'never' }),
  exitCriteria: z
    .array(
      z.union([
        z.object({
          id: z.string(),
          kind: z.literal('event').optional(),
          event: z.string(),
          where: z.union([jsonObject, rule]).optional(),
        }),
        z.object({ id: z.string(), kind: z.literal('segment'), on: z.enum(['entered', 'left']), segment: z.string() }),
        z.object({
          id: z.string(),
          kind: z.literal('consent'),
          channel: z.string(),
          topic: z.string().nullable().optional(),
        }),
      ]),
    )
    .default([]),
  goals: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        event: z.string(),
        where: z.union([jsonObject, rule]).optional(),
        withinSeconds: z.number().nullable().optional(),
        value: z.string().optional(),
        currency: z.string().optional(),
      }),
    )
    .optional(),
  limits: z
    .object({
      total: z.number().nullable().optional(),
      perDay: z.number().nullable().optional(),
      atOnce: z.number().nullable().optional(),
      perMinute: z.number().nullable().optional(),
    })
    .optional(),
  holdout: z.object({ percent: z.number().nullable().optional(), control: z.boolean().optional() }).optional(),
});

/**
 * What the canvas edits and the server stores: the only source of truth for a journey. It may be unfinished anywhere:
 * names, settings, rules and numbers hold what somebody had typed when it was saved. What is not as its type says is a
 * problem that `validate` names, before anything runs.
 */
export const graph = z.object({
  nodes: z.record(nodeId, graphNode),
  edges: z.array(edge).max(20_000),
  settings: draftSettings.default({
    reentry: { rule: 'never' },
    exitCriteria: [],
  }) as unknown as z.ZodType<JourneySettings>,
});
export type Graph = z.infer<typeof graph>;

export type IssueSeverity = 'error' | 'warning';
/**
 * One problem of a graph; `path` is a JSON path inside the node's config such as `subject` or `branches[0].rule`,
 * `line` and `column` (from 1) a place in its text.
 */
export const issue = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  hint: z.string().optional(),
  nodeId: z.string().optional(),
  edgeId: z.string().optional(),
  path: z.string().optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  /** A change that mends it: text that goes before or after what the field at `path` holds. */
  fix: z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() }).optional(),
});
export type Issue = z.infer<typeof issue>;
