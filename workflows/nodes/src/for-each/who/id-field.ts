import { z } from 'zod';

/** Where the id is in items that are objects. */
export function idField() {
  return z
    .string()
    .trim()
    .min(1)
    .max(200)
    .default('id')
    .meta({ title: 'Id of an item', description: 'The field with the id, where items are objects.', advanced: true });
}
