import { z } from 'zod';

/** The name of a trait as a whole, also of one that nobody has yet: no path into one. */
export const newTraitName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^.\s]+$/, 'A trait name can’t contain spaces or dots.')
  .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'This name is reserved.')
  .meta({
    title: 'Trait',
    placeholder: 'lifecycle',
    invalid: 'A trait name can’t contain spaces or dots.',
    names: 'trait',
    widget: 'trait',
  });
