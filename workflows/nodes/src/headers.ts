import type { FieldMeta } from '@wend/contract';
import { z } from 'zod';

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Headers of a request, their values with Liquid; `escape`: how values are made safe for where they stand. */
export function headersField({ escape }: Pick<FieldMeta, 'escape'> = {}) {
  return z
    .array(
      z.object({
        name: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .regex(headerName, 'A header name can contain only letters, digits, and “-”.')
          .meta({
            title: 'Name',
            placeholder: 'Authorization',
            invalid: 'A header name can contain only letters, digits, and “-”.',
          }),
        value: z
          .string()
          .max(4_000)
          .regex(/^[^\r\n]*$/, 'A header value must be on one line.')
          .meta({
            title: 'Value',
            widget: 'liquid',
            language: 'text',
            invalid: 'A header value must be on one line.',
            ...(escape && { escape }),
          }),
      }),
    )
    .max(30)
    .default([])
    .meta({ title: 'Headers', widget: 'keyValue', addLabel: 'Add header', itemTitle: 'Header' });
}
