import { z } from 'zod';

/** Whoever is in a segment when it comes to it. */
export const segment = z.object({ kind: z.literal('segment'), segment: z.uuid() });
