// For tests of what drives runs and keeps them: a reference model, random journeys, and a world to play them in. Never
// loaded in production.
export { MemoryStore } from './memory-store.js';
export { calmScenarios, scenarios } from './random-scenarios.js';
export { referenceStory } from './reference-model.js';
export type { Happening, Scenario, Story } from './scenario.js';
export { playThrough, storyOf } from './world.js';
export type { Store, Turn } from './world.js';
