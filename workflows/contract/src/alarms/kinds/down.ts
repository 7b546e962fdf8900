import type { AlarmKindDefinition } from '../kind.js';

/** A connection takes no messages: its server cannot be reached, or refuses the credentials. */
export const down = {
  about: ['connection'],
  fields: [{ name: 'minutes', unit: 'minutes', least: 1, most: 1_440, usual: 5 }],
  breaker: null,
} as const satisfies AlarmKindDefinition;
