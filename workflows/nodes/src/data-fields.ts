import { z } from 'zod';
import { itemId } from './items.js';

/** The names of what people come with where no event of theirs says it. */
export function dataFields({
  title,
  description,
  placeholder,
}: Record<'title' | 'description' | 'placeholder', string>) {
  const path = z.string().trim().min(1).max(200).meta({ title: 'Field', placeholder });
  return z
    .array(z.object({ id: itemId, path }))
    .max(50)
    .default([])
    .meta({ title, description });
}
