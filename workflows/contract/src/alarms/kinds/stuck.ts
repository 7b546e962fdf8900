import type { AlarmKindDefinition } from '../kind.js';

/** Runs whose time has come do not go on, or events were given up on. */
export const stuck = {
  about: ['journey', 'workspace'],
  fields: [
    { name: 'minutes', unit: 'minutes', least: 5, most: 1_440, usual: 30 },
    { name: 'runs', unit: 'runs', least: 1, most: 1_000, usual: 1 },
  ],
  breaker: null,
} as const satisfies AlarmKindDefinition;
