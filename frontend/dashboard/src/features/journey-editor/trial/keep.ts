import { isObject, pathKeys } from '@wend/contract/plain';
import type { Json } from '@wend/contract';

/** The paths that a step keeps already. */
export function keptPaths(list: Json | undefined): Set<string> {
  return new Set(itemsOf(list).flatMap(({ path }) => (typeof path === 'string' && path !== '' ? [path] : [])));
}

/** What a step keeps, and one path more: in the place of the first line that is still empty, under a name of its own. */
export function withKept(list: Json | undefined, { path, name }: { path: string; name: string }): Json[] {
  const items = itemsOf(list);
  const names = new Set(items.map((item) => item['name']));
  const plain = asName(/^\d+$/.test(name) ? (pathKeys(path).at(-2) ?? name) : name);
  let free = plain;
  for (let at = 2; names.has(free) || reserved.has(free); at += 1) free = `${plain}_${at}`;
  const blank = items.findIndex((item) => (item['name'] ?? '') === '' && (item['path'] ?? '') === '');
  const added = { name: free, path };
  return blank < 0 ? [...items, added] : items.map((item, at) => (at === blank ? added : item));
}

/** Names that the step itself gives. */
const reserved = new Set(['status', 'problem', '__proto__', 'constructor', 'prototype']);

function asName(key: string): string {
  const name = key.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, 50);
  return /^[A-Za-z_]/.test(name) ? name : `value_${name}`.replace(/_+$/, '');
}

function itemsOf(list: Json | undefined) {
  return Array.isArray(list) ? list.filter((item) => isObject(item)) : [];
}
