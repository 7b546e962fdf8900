import type { AlarmKindDefinition } from '../kind.js';

/** Too many of those who got a message called it spam. Gmail and Yahoo ask for less than 0.3 %. */
export const complaints = {
  about: ['journey', 'connection'],
  fields: [
    { name: 'percent', unit: 'percent', least: 0.01, most: 100, usual: 0.3, fraction: true },
    { name: 'hours', unit: 'hours', least: 1, most: 168, usual: 24 },
    { name: 'messages', unit: 'messages', least: 1, most: 1_000_000, usual: 500 },
    { name: 'breakerPercent', unit: 'percent', least: 0.01, most: 100, usual: 1, fraction: true },
  ],
  breaker: 'breakerPercent',
} as const satisfies AlarmKindDefinition;
