import { json } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { z } from 'zod';

const reserved = ['__proto__', 'constructor', 'prototype'];
const scalar = json.refine(
  (value) => value === null || typeof value !== 'object',
  'must be text, a number, yes or no.',
);

type NamedValuesOptions = Record<'title' | 'addLabel' | 'itemTitle', string> & { description?: string };

/** Values under names of the author's own: what an event, or an entry, comes with. */
export function namedValues({ itemTitle, ...meta }: NamedValuesOptions) {
  const name = z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine((text) => !reserved.includes(text), 'This name is reserved.')
    .meta({ title: itemTitle, placeholder: 'order_id' });
  return z
    .array(
      z.object({ name, value: scalar.meta({ title: 'Value', widget: 'liquid', language: 'text', placeholder: '42' }) }),
    )
    .max(50)
    .refine((all) => new Set(all.map((each) => each.name)).size === all.length, 'A name is used twice.')
    .default([])
    .meta({ ...meta, itemTitle, widget: 'keyValue' });
}

/** As an object. */
export function valuesOf(values: readonly { name: string; value: unknown }[]): JsonObject {
  return Object.fromEntries(values.map(({ name, value }) => [name, value])) as JsonObject;
}
