import type { FieldMeta } from '@wend/contract';
import { z } from 'zod';

/** What is told apart beside the person. */
export function perKeyField({
  description,
  placeholder,
  shownFor,
}: Record<'description' | 'placeholder', string> & Pick<FieldMeta, 'shownFor'>) {
  return z
    .string()
    .trim()
    .max(1_000)
    .default('')
    .meta({
      title: 'Also for each',
      description,
      widget: 'liquid',
      rows: 1,
      placeholder,
      ...(shownFor && { shownFor }),
    });
}

/** As a claim has it. */
export function keyOf(key: string): { key?: string } {
  return key === '' ? {} : { key };
}
