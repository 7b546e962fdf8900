import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Imports a package by its name, by an address (`file:…`), or from where it stands: the absolute path of its folder, or
 * of the file to load.
 */
export async function importPackage(name: string): Promise<unknown> {
  if (/^\.{1,2}\//.test(name)) throw new Error('a package outside of Wend is named by an absolute path');
  return import(isAbsolute(name) ? pathToFileURL(await entryOf(name)).href : name) as Promise<unknown>;
}

type Manifest = { main?: string; exports?: unknown };

async function entryOf(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return path;
  const { main = 'index.js', exports: exported } = JSON.parse(
    await readFile(join(path, 'package.json'), 'utf8'),
  ) as Manifest;
  return join(path, target(exported) ?? main);
}

/** What a package exports as its own, as far as one file says it: `"."`, under `import` or `default`. */
function target(exported: unknown): string | null {
  if (typeof exported === 'string') return exported;
  if (typeof exported !== 'object' || exported === null) return null;
  const { '.': own, import: imported, default: usual } = exported as Record<string, unknown>;
  return target(own) ?? target(imported) ?? target(usual);
}
