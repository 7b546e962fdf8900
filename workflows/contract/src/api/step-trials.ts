import { z } from 'zod';
import { graphNode } from '../graph.js';
import { json, jsonObject } from '../json.js';
import { stepTrialEndpoints } from './endpoints.js';
import { id, idParams, route } from './route.js';
import { valueTypes } from './statuses.js';

const learntField = z.object({ path: z.string(), type: z.enum(valueTypes) });

const tryStep = z.object({
  /** A step as its form has it now, saved or not. */
  step: graphNode.pick({ id: true, type: true, version: true, config: true }),
  /** Whose data fills it in; a made-up person’s when left out. */
  profileId: id.optional(),
  entry: jsonObject.default({}),
  /** Results of earlier steps, by their id. */
  run: jsonObject.default({}),
});
export type TryStep = z.infer<typeof tryStep>;

const triedCall = z.object({
  method: z.string(),
  url: z.string(),
  status: z.number().int().nullable(),
  ms: z.number(),
  /** Why there was no answer. */
  problem: z.string().nullable(),
  /** The answer without what looks secret; `cut` where it went on. */
  body: z.string(),
  cut: z.boolean(),
  /** What stands in an answer of JSON. */
  fields: z.array(learntField),
});
export type TriedCall = z.infer<typeof triedCall>;

const stepTrial = z.object({
  /** The way by which people would go on; null where it failed, or would be tried again. */
  port: z.object({ id: z.string(), label: z.string() }).nullable(),
  output: json.nullable(),
  problem: z.string().nullable(),
  /** It would be tried again after so many seconds. */
  again: z.number().nullable(),
  calls: z.array(triedCall),
});
export type StepTrial = z.infer<typeof stepTrial>;

export const stepTrialsApi = {
  tryStep: route({
    ...stepTrialEndpoints.tryStep,
    summary: 'Run a step by itself, for real, with the settings given, and see what it asked and what came of it',
    status: 200,
    params: idParams,
    body: tryStep,
    response: stepTrial,
  }),
  learntResults: route({
    ...stepTrialEndpoints.learntResults,
    summary: 'What results of a journey’s steps have looked like: paths and types, no values',
    params: idParams,
    response: z.object({ items: z.array(z.object({ node: z.string(), fields: z.array(learntField) })) }),
  }),
} as const;
