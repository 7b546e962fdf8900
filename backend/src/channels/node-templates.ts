import type { Json, JsonObject } from '@wend/contract';
import type { Escape, MessageTemplate } from '@wend/node-sdk';

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The templates in these fields of a node's settings, but for empty ones. */
export function templatesIn(config: JsonObject, fields: string[], escape: Escape): Record<string, MessageTemplate> {
  return Object.fromEntries(
    fields
      .filter((field) => textOf(config[field]) !== '')
      .map((field) => [field, { source: textOf(config[field]), escape }]),
  );
}
