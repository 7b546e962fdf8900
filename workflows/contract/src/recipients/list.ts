import { z } from 'zod';
import { json } from '../json.js';

/** People by their external ids: what an event, a trait or an earlier step lists. `idField`: of items that are objects. */
export const list = z.object({
  kind: z.literal('list'),
  ids: z.array(json),
  idField: z.string().min(1).max(200),
});
