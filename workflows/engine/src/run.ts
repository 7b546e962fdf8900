// What a workflow needs of the engine, and nothing else: every cached workflow pays for what is imported here.
export { programFormat } from './format.js';
export { fold, initialState, neededFacts, reduce } from './reduce.js';
export { stepOf } from './step.js';
export type { Folded, Step } from './step.js';
