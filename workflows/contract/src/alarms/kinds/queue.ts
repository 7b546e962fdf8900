import type { AlarmKindDefinition } from '../kind.js';

/** Messages are due and do not go out. */
export const queue = {
  about: ['journey', 'connection'],
  fields: [
    { name: 'minutes', unit: 'minutes', least: 1, most: 1_440, usual: 15 },
    { name: 'messages', unit: 'messages', least: 1, most: 1_000, usual: 1 },
  ],
  breaker: null,
} as const satisfies AlarmKindDefinition;
