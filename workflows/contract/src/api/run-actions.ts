import { z } from 'zod';
import { jsonObject } from '../json.js';
import { runActionStates } from '../run-action.js';
import { isoTime } from './route.js';
import { entryBatch } from './ways-in.js';

/** What became of something that a step asked for. */
export const runAction = z.object({
  node: z.string(),
  visit: z.number().int(),
  kind: z.string(),
  /** `recorded`: in a test run, which does nothing outside. */
  state: z.enum(runActionStates),
  attempts: z.number().int(),
  /** What came of it, as its kind says. */
  result: jsonObject.nullable(),
  /** Why it did not come off: for good when it has failed, else the last time. */
  error: z.string().nullable(),
  /** When it was carried out, or given up. */
  settledAt: isoTime.nullable(),
  /** The people that it lets into a journey, some at a time: how far they are; of 90 days. */
  batch: entryBatch.nullable(),
});
export type RunActionDetail = z.infer<typeof runAction>;
