import { durationSeconds } from '@wend/contract';
import type { Duration } from '@wend/contract';
import { durationField } from '@wend/node-sdk';
import { z } from 'zod';

/** What is older was meant for another day: imports, phones that were offline, servers that send again. */
export const usualAge: Duration = { amount: 24, unit: 'hours' };

/** How old an event may be that lets people in: the settings `maximumAge` and `anyAge`. */
export const ageFields = {
  maximumAge: durationField({
    title: 'Ignore events older than',
    description: 'Measured from when it happened to when it reached Wend. Older events let nobody in.',
  }).default(usualAge),
  anyAge: z.boolean().default(false).meta({
    title: 'Take events of any age',
    description: 'Old events let people in too. The age above is ignored.',
    widget: 'switch',
  }),
};

/** What a way in says of the age of its events. */
export function ageOf({ maximumAge, anyAge }: { maximumAge: Duration; anyAge: boolean }): { maxAgeSeconds?: number } {
  return anyAge ? {} : { maxAgeSeconds: Math.round(durationSeconds(maximumAge)) };
}
