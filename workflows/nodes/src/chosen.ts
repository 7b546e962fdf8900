import { z } from 'zod';

/** A journey or a segment that was chosen, with what it was called then: for words only. */
export function chosen(title: string, widget: 'journey' | 'subJourney' | 'manualSegment', description?: string) {
  return z
    .object({
      id: z
        .string()
        .min(1)
        .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'Choose one of the list.')
        .meta({ title, invalid: 'Choose one of the list.' }),
      name: z.string().max(300).default(''),
    })
    .meta({ title, widget, ...(description === undefined ? {} : { description }) });
}

/** Nobody has chosen yet. */
export const notChosen = { id: '', name: '' };

/** A name that is only told: what looks like Liquid in it is none. */
export function asWords(name: string): string {
  return name.replace(/[{}]/g, '');
}
