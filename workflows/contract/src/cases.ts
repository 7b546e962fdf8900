import { z } from 'zod';
import { consentStates } from './api/statuses.js';
import { jsonObject } from './json.js';
import { spanSeconds } from './span-text.js';

const span = z
  .string()
  .max(60)
  .refine((text) => spanSeconds(text) !== null, 'must be a span of time such as “2 days” or “1 hour 30 minutes”.');
const step = z.string().min(1).max(120);
const name = z.string().min(1).max(200);

/** Somebody who was chosen or made up, as a preview takes them. */
export const previewPerson = z.object({
  traits: jsonObject.default({}),
  /** IANA; without it the time zone among the traits, or UTC. */
  timeZone: z.string().max(100).optional(),
  /** By channel (`email`), or channel and topic (`email:news`). */
  consents: z.record(z.string(), z.enum(consentStates)).default({}),
  /** Kinds of devices by which they get messages: `fcm`, `webpush`. */
  devices: z.array(z.string().max(40)).max(20).default([]),
  /** Segments that they are in, by id or name. */
  segments: z.array(name).max(100).default([]),
  /** Whether they can be reached, by channel, where it is not to follow from the rest. */
  reachable: z.record(z.string(), z.boolean()).default({}),
  /** What they did before. */
  events: z
    .array(z.object({ ago: span, name, properties: jsonObject.default({}) }))
    .max(1_000)
    .default([]),
});
export type PreviewPerson = z.infer<typeof previewPerson>;

/**
 * What happens after coming in: an event; what a message of a step comes to (`ofMessage` names the step, `name` is then
 * `delivered`, `opened`, `clicked`, …); or somebody’s answer to an approval.
 */
export const caseEvent = z.union([
  z.strictObject({ after: span, answer: name, of: step, note: z.string().max(1_000).default('') }),
  z.strictObject({ after: span, name, properties: jsonObject.default({}), ofMessage: step.optional() }),
]);
export type CaseEvent = z.infer<typeof caseEvent>;

/** A visit that is expected: the step, by which way it is left, and how long after coming in it is entered. */
export const expectedVisit = z.union([step, z.strictObject({ step, port: name.optional(), after: span.optional() })]);
export const expectedMessage = z.union([
  step,
  z.strictObject({ step, channel: name.optional(), after: span.optional() }),
]);

/** One person’s way through a journey and what must come of it. Steps are named as on the canvas, or by their id. */
export const journeyCase = z.strictObject({
  name,
  person: previewPerson.prefault({}),
  /** `step`: the entry, in journeys with several. `at`: when they come in. */
  entry: z
    .strictObject({ step: step.optional(), at: z.iso.datetime().optional(), properties: jsonObject.default({}) })
    .prefault({}),
  events: z.array(caseEvent).max(500).default([]),
  /** What is drawn by chance is drawn from it. */
  seed: z.string().max(100).optional(),
  expect: z.strictObject({
    path: z.array(expectedVisit).optional(),
    messages: z.array(expectedMessage).optional(),
    outcome: z.enum(['completed', 'exited', 'failed', 'cancelled', 'waiting']).optional(),
    /** The reason of the exit step, or the id of the exit criterion. */
    ends: z.string().max(200).optional(),
    /** Names or ids of the goals that are reached. */
    goals: z.array(name).optional(),
  }),
});
export type JourneyCase = z.infer<typeof journeyCase>;
/** As it is written: what has a usual value may be left out. */
export type WrittenCase = z.input<typeof journeyCase>;

/** What lies beside a journey’s file: `welcome.cases.json` beside `welcome.json`. */
export const casesFile = z.array(journeyCase).max(200);
