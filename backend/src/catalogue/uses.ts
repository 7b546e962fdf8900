import { isObject, liquidKeys, pathOf } from '@wend/contract';
import type { Json } from '@wend/contract';

/** Names of events and paths of traits that something asks about. */
export type Uses = { events: Set<string>; traits: Set<string> };

/**
 * Every event and trait in a graph or a rule, wherever it stands: what is called `event`, operands that look at a
 * trait, and `profile.…` in Liquid. It knows no kind of step, so that those of packages count too.
 */
export function usesIn(value: unknown): Uses {
  const uses: Uses = { events: new Set(), traits: new Set() };
  walk(value as Json, uses);
  return uses;
}

function walk(value: Json, uses: Uses): void {
  if (typeof value === 'string') return inText(value, uses);
  if (Array.isArray(value)) {
    for (const each of value) walk(each, uses);
    return;
  }
  if (!isObject(value)) return;
  const { source, path, event } = value;
  if (source === 'trait' && typeof path === 'string') uses.traits.add(path);
  if (typeof event === 'string' && event.trim() !== '') uses.events.add(event.trim());
  for (const each of Object.values(value)) walk(each as Json, uses);
}

function inText(text: string, uses: Uses): void {
  if (!text.includes('{{') && !text.includes('{%')) return;
  for (const [, after] of text.matchAll(/\bprofile((?:\.[\w-]+|\[\s*(?:"[^"]*"|'[^']*')\s*\])+)/g))
    uses.traits.add(pathOf(liquidKeys(after!)));
}

/** Whether somebody who asks about a path looks at a trait: it, something within it, or all around it. */
export function looksAt(asked: string, trait: string): boolean {
  return asked === trait || asked.startsWith(`${trait}.`) || trait.startsWith(`${asked}.`);
}
