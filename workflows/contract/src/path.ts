const quoted = /\["((?:[^"\\]|\\.)*)"\]/y;
const plain = /[^.]+?(?=\.|\["|$)/y;

/**
 * The keys of a path: dots divide them, and a key that has dots itself stands in brackets, as in Liquid:
 * `address.city`, `["order.id"]`, `cart["order.id"].total`. What is not written so is divided at its dots.
 */
export function pathKeys(path: string): string[] {
  return (path.includes('["') ? bracketedKeys(path) : null) ?? path.split('.');
}

/** The path that leads through these keys. */
export function pathOf(keys: readonly string[]): string {
  return keys.reduce(
    (path, key) => (/^$|\.|\["/.test(key) ? `${path}[${JSON.stringify(key)}]` : path === '' ? key : `${path}.${key}`),
    '',
  );
}

/** The same place in Liquid: `entry.cart.total`, `entry["order.id"]`. */
export function liquidPath(root: string, path: string): string {
  return pathKeys(path).reduce(
    (text, key) =>
      /^[\w-]+$/.test(key)
        ? `${text}.${key}`
        : `${text}[${key.includes('"') && !key.includes("'") ? `'${key}'` : `"${key}"`}]`,
    root,
  );
}

/** The keys that follow a variable in Liquid: `.cart["order.id"]` → `cart`, `order.id`. */
export function liquidKeys(after: string): string[] {
  return [...after.matchAll(/\.([\w-]+)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\]/g)].map(
    ([, dotted, double, single]) => dotted ?? double ?? single ?? '',
  );
}

function bracketedKeys(path: string): string[] | null {
  const keys: string[] = [];
  for (let at = 0; at < path.length;) {
    const isKey = path.startsWith('["', at);
    const pattern = isKey ? quoted : plain;
    pattern.lastIndex = at > 0 && !isKey && path[at] === '.' ? at + 1 : at;
    // After a key in brackets comes a dot, another one, or the end.
    if (at > 0 && !isKey && path[at] !== '.') return null;
    const match = pattern.exec(path);
    const key = match && (isKey ? unquoted(match[1] ?? '') : match[0]);
    if (key === null) return null;
    keys.push(key);
    at = pattern.lastIndex;
  }
  return keys;
}

function unquoted(text: string): string | null {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return null;
  }
}
