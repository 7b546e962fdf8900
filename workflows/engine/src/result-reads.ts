import { liquidKeys, pathKeys, pathOf } from '@wend/contract/values';
import type { Json } from '@wend/contract';

/**
 * Which results of steps are read: by node, the paths below it, or `all` where that cannot be told from what is written.
 */
export type ResultReads = {
  of: ReadonlyMap<string, ReadonlySet<string>>;
  all: ReadonlySet<string>;
  everything: boolean;
};

const tag = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
/** `run` and the keys that are written after it. */
const spoken = /(?<![\w.-])run(?![\w-])((?:\.[\w-]+|\[\s*(?:"[^"]*"|'[^']*')\s*\])*)(\s*\[)?/g;
/** Liquid's own words at the end of a path: what they are asked of is read. */
const ofLists = new Set(['size', 'first', 'last']);

/**
 * What settings (of all steps and of the journey) read of results: in rules, right sides of them, dates that are chosen,
 * and Liquid. Never less than is read: what is read in a way that cannot be told reads all.
 */
export function resultReads(settings: readonly Json[]): ResultReads {
  const of = new Map<string, Set<string>>();
  const all = new Set<string>();
  let everything = false;
  const note = ([node, ...keys]: string[], whole = false): void => {
    if (node === undefined || node === '') everything ||= node === undefined;
    else if (whole || keys.length === 0) all.add(node);
    else of.set(node, (of.get(node) ?? new Set()).add(pathOf(keys)));
  };
  const walk = (value: Json): void => {
    if (typeof value === 'string') return readText(value, note);
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) return value.forEach(walk);
    const { source, path, run, kind, node, field } = value;
    if (source === 'run' && typeof path === 'string') note(pathKeys(path));
    if (typeof run === 'string' && Object.keys(value).length === 1) note(pathKeys(run));
    // A date of a result.
    if (kind === 'run' && typeof node === 'string' && node !== '')
      note([node, ...(typeof field === 'string' ? pathKeys(field) : [])]);
    Object.values(value).forEach(walk);
  };
  settings.forEach(walk);
  return { of, all, everything };
}

function readText(text: string, note: (keys: string[], whole?: boolean) => void): void {
  for (const [inside] of text.matchAll(tag))
    for (const [, after = '', index] of inside.matchAll(spoken)) {
      const keys = liquidKeys(after);
      const own = keys.findIndex((key, at) => at > 0 && ofLists.has(key));
      const read = own < 0 ? keys : keys.slice(0, own);
      // What stands in further brackets may be anything: below the node it is in the path before it.
      note(read, index !== undefined && read.length < 2);
    }
}
