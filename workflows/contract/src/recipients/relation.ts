import { z } from 'zod';

/** People among whose trait, a list, is a value: those who follow somebody. `idField`: of items that are objects. */
export const relation = z.object({
  kind: z.literal('relation'),
  trait: z.string().trim().min(1).max(200),
  value: z.union([z.string().max(1_000), z.number(), z.null()]),
  idField: z.string().min(1).max(200),
});
