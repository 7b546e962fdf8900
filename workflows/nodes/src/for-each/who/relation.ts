import type { JsonObject } from '@wend/contract';
import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { idField } from './id-field.js';

/** Whose trait has a value in its list. */
export const relation = {
  choice: z
    .object({
      kind: z.literal('relation'),
      trait: z.string().trim().min(1).max(200).meta({
        title: 'Trait with a list',
        description: 'Of the people you want to reach. Those who were created last go first.',
        widget: 'trait',
        placeholder: 'follows',
      }),
      value: liquidField({
        title: 'That contains',
        rows: 1,
        maximum: 1_000,
        placeholder: '{{ profile.external_id }}',
      }),
      idField: idField(),
    })
    .meta({ title: 'People with this in a list of theirs' }),
  settings: (chosen: { kind: 'relation'; trait: string; value: string; idField: string }): JsonObject => ({
    ...chosen,
  }),
  types: {},
};
