import type { JsonObject } from './json.js';

/** What a step asks Wend to do for the person, of its own kind: `emit-event`, `start-journey`. */
export type RunAction = { kind: string; settings: JsonObject };

/** What an action is done with: as the step says it, or as a fact of kind `values` fills it in (its index). */
export type ActSettings = { fixed: JsonObject } | { fact: number };

/** How far an action of a run is. `recorded`: of a test run, which does nothing outside. */
export const runActionStates = ['waiting', 'done', 'recorded', 'failed'] as const;

/** So many actions in a row, each of which caused the next: then it is a circle, and what comes after is not done. */
export const longestChain = 10;
