import type { Json, JsonObject } from '@wend/contract';
import type { Path } from '@/components/form/field-path';
import { asSchema, text } from './schema';

const untouched = /^(it happened|event \d+)?$/i;

type FollowedLabelOptions = {
  item: JsonObject;
  at: Path;
  value: Json | undefined;
  title: string;
};

/**
 * The label of an item that waits for an event is the event's name as long as nobody gave it another. Returns the new
 * label when choosing an event (`at` ends in `event`) should change it, else null.
 */
export function followedLabel({ item, at, value, title }: FollowedLabelOptions): string | null {
  if (
    at[at.length - 1] !== 'event' ||
    typeof value !== 'string' ||
    value.trim() === '' ||
    typeof item['label'] !== 'string'
  )
    return null;
  if (['where', 'rule', 'also'].some((key) => at.includes(key))) return null;
  const holder = at
    .slice(0, -1)
    .reduce<Json | undefined>((inner, key) => (typeof key === 'string' ? asSchema(inner)?.[key] : undefined), item);
  const before = text(asSchema(holder)?.['event']);
  const label = item['label'].trim();
  const own = label !== '' && !untouched.test(label) && label !== before && !new RegExp(`^${title} \\d+$`).test(label);
  return own ? null : value.slice(0, 60);
}
