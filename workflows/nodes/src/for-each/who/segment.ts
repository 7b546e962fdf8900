import type { JsonObject } from '@wend/contract';
import { z } from 'zod';

/** Who is in a segment. */
export const segment = {
  choice: z
    .object({
      kind: z.literal('segment'),
      segment: z.string().trim().min(1).max(40).meta({
        title: 'Segment',
        description: 'Whoever is in it when the step comes to it. Those who entered last go first.',
        widget: 'segment',
      }),
    })
    .meta({ title: 'People in a segment' }),
  settings: (chosen: { kind: 'segment'; segment: string }): JsonObject => ({ ...chosen }),
  types: {},
};
