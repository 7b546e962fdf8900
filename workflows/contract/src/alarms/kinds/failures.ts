import type { AlarmKindDefinition } from '../kind.js';

/** Too many of the messages that were tried failed or bounced. */
export const failures = {
  about: ['journey', 'connection'],
  fields: [
    { name: 'percent', unit: 'percent', least: 0.1, most: 100, usual: 5, fraction: true },
    { name: 'minutes', unit: 'minutes', least: 5, most: 120, usual: 15 },
    { name: 'messages', unit: 'messages', least: 1, most: 1_000_000, usual: 100 },
    { name: 'breakerPercent', unit: 'percent', least: 0.1, most: 100, usual: 25, fraction: true },
  ],
  breaker: 'breakerPercent',
} as const satisfies AlarmKindDefinition;
