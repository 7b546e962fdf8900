import type { AlarmKindDefinition } from '../kind.js';

/** Nothing goes out where much did in the same hours of the days before. */
export const silent = {
  about: ['journey', 'connection'],
  fields: [
    { name: 'hours', unit: 'hours', least: 1, most: 24, usual: 2 },
    // On most of the last seven days, and on the same day of the week before.
    { name: 'messages', unit: 'messages', least: 1, most: 1_000_000, usual: 100 },
  ],
  breaker: null,
} as const satisfies AlarmKindDefinition;
