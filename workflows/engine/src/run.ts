// What a workflow needs of the engine, and nothing else: every cached workflow pays for what is imported here.
export { isLater } from './receipt.js';
export { fold, hasMoved, initialState, knowsFormat, neededFacts, reduceStep } from './reduce.js';
export type { Driven } from './reduce.js';
export { actsAsked, changesOf, stepOf, traitsChanged, traitsSet } from './step.js';
export type { Folded, Step } from './step.js';
