import type { FillType, JsonObject } from '@wend/contract';
import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { idField } from './id-field.js';

/** Who is listed. */
export const list = {
  choice: z
    .object({
      kind: z.literal('list'),
      ids: liquidField({
        title: 'List',
        description: 'A list of external ids, or of objects that have one. The order counts when there are too many.',
        rows: 1,
        placeholder: '{{ entry.follower_ids }}',
      }),
      idField: idField(),
    })
    .meta({ title: 'People of a list, by their ids' }),
  settings: ({ kind, ids, idField: field }: { kind: 'list'; ids: string; idField: string }): JsonObject => ({
    kind,
    ids,
    idField: field,
  }),
  types: { 'who.ids': 'list' } satisfies Record<string, FillType>,
};
