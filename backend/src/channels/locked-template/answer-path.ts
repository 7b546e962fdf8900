/** What stands at a path such as `data.items[0].id`; undefined where there is nothing. */
export function atPath(value: unknown, path: string): unknown {
  if (path === '') return value;
  let at = value;
  for (const key of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** The same as text; null for what is no text, number or truth value. */
export function textAtPath(value: unknown, path: string | undefined): string | null {
  const found = path === undefined ? undefined : atPath(value, path);
  if (typeof found === 'string') return found.trim() === '' ? null : found.trim();
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

/** JSON, or what is no JSON as nothing. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
