import { z } from 'zod';
import { isObject } from './is-object.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { ruleFieldProblems } from './validate-rule-fields.js';

/** One problem of a node's settings; `path` looks like `branches[0].rule`. */
export type ConfigProblem = { path: string; message: string };
export type ConfigCheck = { ok: true; config: JsonObject } | { ok: false; problems: ConfigProblem[] };

type Schema = JsonObject;
type ConfigIssue = z.core.$ZodIssue;

const unworded = '\u0000';
/** Pass it to `safeParse`: issues whose schema has no words of its own are worded by `configProblems`. */
export const wordLater = { error: (): string => unworded, reportInput: true };

/** `['branches', 0, 'rule']` → `branches[0].rule`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  );
}

type ConfigProblemsOptions = {
  issues: readonly ConfigIssue[];
  schema: Schema;
  config: unknown;
};

/** Words for the issues of a parse that was made with `wordLater`; titles come from the JSON Schema of the settings. */
export function configProblems({ issues, schema, config }: ConfigProblemsOptions): ConfigProblem[] {
  const problems = new Map<string, string>();
  for (const { issue, path } of issues.flatMap((each) => flatten(each, []))) {
    const at = pathText(path);
    // One problem per field is enough: what is required need not be well written too.
    if (!problems.has(at)) problems.set(at, sentence({ issue, path, schema, config }));
  }
  return [...problems].map(([path, message]) => ({ path, message }));
}

const validators = new WeakMap<object, z.ZodType>();

type CheckConfigOptions = {
  manifest: Pick<NodeManifest, 'config'>;
  config: JsonObject;
};

/** Checks settings by a manifest alone, for browsers that never load a node's code. */
export function checkConfig({ manifest, config }: CheckConfigOptions): ConfigCheck {
  let validator = validators.get(manifest);
  if (!validator) {
    validator = z.fromJSONSchema(manifest.config as Parameters<typeof z.fromJSONSchema>[0]);
    validators.set(manifest, validator);
  }
  const result = validator.safeParse(config, wordLater);
  const problems = [
    ...(result.success ? [] : configProblems({ issues: result.error.issues, schema: manifest.config, config })),
    ...ruleFieldProblems({ schema: manifest.config, config }),
  ];
  return problems.length === 0 && result.success
    ? { ok: true, config: result.data as JsonObject }
    : { ok: false, problems };
}

type Located = { issue: ConfigIssue; path: PropertyKey[] };

/** A choice that fits nowhere: says what is wrong in the form that was meant, where that can be told. */
function flatten(issue: ConfigIssue, prefix: readonly PropertyKey[]): Located[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const meant = issue.errors.filter(
    (errors) => errors.length > 0 && !errors.some((each) => each.code === 'invalid_value' && each.path.length === 1),
  );
  const best = meant.length === 1 ? meant[0] : undefined;
  return best ? best.flatMap((each) => flatten(each, path)) : [{ issue, path }];
}

/** The schema at a path: through references, lists and choices. */
function schemasAt(root: Schema, path: readonly PropertyKey[]): Schema[] {
  let found = expand(root, root);
  for (const key of path) {
    found = found.flatMap((schema) => {
      const next =
        typeof key === 'number' ? schema['items'] : (schema['properties'] as Schema | undefined)?.[String(key)];
      return isObject(next) ? expand(next, root) : [];
    });
  }
  return found;
}

/** The schemas of a field, one per shape that has it; `[]` in the path stands for every item of a list. */
export function fieldSchemas(schema: JsonObject, path: string): JsonObject[] {
  return schemasAt(
    schema,
    path.split('.').flatMap((key) => (key.endsWith('[]') ? [key.slice(0, -2), 0] : [key])),
  );
}

function expand(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > 8) return [schema];
  const reference = schema['$ref'];
  const named =
    typeof reference === 'string' && reference.startsWith('#/$defs/')
      ? (root['$defs'] as Schema | undefined)?.[reference.slice(8)]
      : undefined;
  const choices = [schema['oneOf'], schema['anyOf'], schema['allOf']]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isObject);
  return [
    schema,
    ...[...(isObject(named) ? [named] : []), ...choices].flatMap((each) => expand(each, root, depth + 1)),
  ];
}

function textOf(schemas: Schema[], key: string): string | undefined {
  for (const schema of schemas) if (typeof schema[key] === 'string') return schema[key];
  return undefined;
}

/** The title of the field, or of the nearest field around it that has one. */
function titleOf(schema: Schema, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const title = textOf(schemasAt(schema, path.slice(0, length)).slice(0, 1), 'title');
    if (title) return title;
  }
  const last = path.filter((key) => typeof key === 'string').at(-1);
  return last === undefined
    ? 'The settings'
    : capitalise(
        String(last)
          .replace(/([a-z])([A-Z])/g, '$1 $2')
          .toLowerCase(),
      );
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * What is missing inside a rule is said of the condition: a rule's title asks when, and its inner names are not shown.
 */
function unfinished({ issue, path, schema, config }: Located & { schema: Schema; config: unknown }): string | null {
  const place = path.findIndex((_, index) =>
    schemasAt(schema, path.slice(0, index + 1)).some((each) => each['widget'] === 'rule'),
  );
  if (place < 0 || issue.code === 'too_big') return null;
  const label = labelAround(config, path.slice(0, place));
  return label === undefined
    ? `“${titleOf(schema, path.slice(0, place + 1))}” has an incomplete condition.`
    : `The condition of “${label}” isn’t complete.`;
}

/** The label of the item that a path leads into, the innermost one. */
function labelAround(config: unknown, path: readonly PropertyKey[]): string | undefined {
  let at = config;
  let label: string | undefined;
  for (const key of [...path, '']) {
    if (typeof at !== 'object' || at === null) break;
    const own = (at as Record<PropertyKey, unknown>)['label'];
    if (typeof own === 'string' && own.trim() !== '') label = own;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return label;
}

function sentence({ issue, path, schema, config }: Located & { schema: Schema; config: unknown }): string {
  const title = titleOf(schema, path);
  if (issue.message !== unworded) return /^[a-z]/.test(issue.message) ? `${title} ${issue.message}` : issue.message;
  const rule = unfinished({ issue, path, schema, config });
  if (rule !== null) return rule;
  return textOf(schemasAt(schema, path), 'invalid') && issue.code === 'invalid_format'
    ? String(textOf(schemasAt(schema, path), 'invalid'))
    : `${title} ${complaint(issue)}`;
}

function complaint(issue: ConfigIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required.' : `must be ${kindWords(issue.expected)}.`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return issue.format === 'url'
        ? 'must be a web address such as https://example.com.'
        : issue.format === 'email'
          ? 'must be an email address.'
          : 'has the wrong format.';
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}.`;
    case 'invalid_union':
      return 'isn’t complete. Choose one of the options.';
    case 'unrecognized_keys':
      return `has settings that this step doesn’t know: ${issue.keys.join(', ')}.`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}.`;
    default:
      return 'isn’t valid.';
  }
}

function kindWords(expected: string): string {
  const words: Record<string, string> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'yes or no',
    array: 'a list',
    object: 'a group of settings',
    record: 'a group of settings',
  };
  return words[expected] ?? `of type ${expected}`;
}

function tooSmall({ origin, minimum, inclusive }: Extract<ConfigIssue, { code: 'too_small' }>): string {
  if (Number(minimum) === 1 && origin === 'string') return 'is required.';
  if (origin === 'string') return `must have at least ${minimum} characters.`;
  if (origin === 'array')
    return Number(minimum) === 1 ? 'needs at least one entry.' : `needs at least ${minimum} entries.`;
  return `must be ${inclusive === false ? 'greater than' : 'at least'} ${minimum}.`;
}

function tooBig({ origin, maximum, inclusive }: Extract<ConfigIssue, { code: 'too_big' }>): string {
  if (origin === 'string') return `can have at most ${Number(maximum).toLocaleString('en')} characters.`;
  if (origin === 'array') return `can have at most ${maximum} entries.`;
  return `must be ${inclusive === false ? 'less than' : 'at most'} ${Number(maximum).toLocaleString('en')}.`;
}
