import type { FillType, JsonObject, RecipientKind } from '@wend/contract';
import { z } from 'zod';
import { list } from './list.js';
import { relation } from './relation.js';
import { segment } from './segment.js';

/** The ways to find the people, by their kinds. */
const ways = { list, segment, relation } satisfies Record<RecipientKind, unknown>;

export const whoChoice = z.discriminatedUnion('kind', [list.choice, segment.choice, relation.choice]);
type Who = z.output<typeof whoChoice>;

/** As an action has it, and what values in it must be, by path. */
export function whoOf(who: Who): { settings: JsonObject; types: Record<string, FillType> } {
  const { settings, types } = ways[who.kind] as { settings: (who: Who) => JsonObject; types: Record<string, FillType> };
  return { settings: settings(who), types };
}
