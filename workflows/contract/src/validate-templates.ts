import { closest } from './closest.js';
import { allTexts, liquidFields } from './config-fields.js';
import type { Manifests } from './edit-connect.js';
import { entryEvents, entryFields, entryWords } from './entries/index.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { eventsIn, resultFields } from './manifest-words.js';
import { nodeKey } from './node-key.js';
import { pathOf } from './path.js';

/** Where something stands in a template; both from 1. */
type Place = { line: number; column: number };
/** What Liquid's own parser says of a template: what is wrong, and the variables that are not the template's own. */
export type TemplateReading = {
  problems: ({ message: string } & Place)[];
  variables: ({ path: (string | number)[] } & Place)[];
};
/** Names that ingestion has seen. */
export type KnownNames = {
  traits: readonly string[];
  events: readonly { name: string; properties: readonly string[] }[];
};
export type TemplateChecks = { read: (source: string) => TemplateReading; names: KnownNames };

type Known = ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
type Given = { graph: Graph; known: Known; checks: TemplateChecks };
/** `ways`: how people come in, in words; `properties`: what may come with it. */
type Names = {
  traits: string[];
  properties: readonly string[] | null;
  ways: string;
  propertiesOf: (event: string) => readonly string[] | undefined;
};

/** What templates may begin with, besides what they name themselves. */
const roots = ['profile', 'entry', 'event', 'run', 'now', 'unsubscribe_url', 'preferences_url', 'confirm_url'];
/** Of every person: ids, and the traits that Wend itself reads. */
const ownFields = ['id', 'external_id', 'email', 'phone', 'timezone', 'time_zone', 'locale'];
/** Liquid's own words at the end of a path. */
const ofLists = new Set<string | number>(['size', 'first', 'last']);

/** What is wrong with the Liquid of a graph's nodes: what does not parse, and variables that are not there. */
export function templateIssues({ graph, known, checks }: Given): Issue[] {
  const names = namesFor({ graph, known, checks });
  return [...known.values()].flatMap(({ node, manifest }) =>
    textsOf({ node, manifest }).flatMap(({ path, source }) => {
      if (!source.includes('{{') && !source.includes('{%')) return [];
      const reading = checks.read(source);
      const label = labelOf(manifest, path);
      const broken = reading.problems.map(({ message, line, column }): Issue => ({
        code: 'invalid-template',
        severity: 'error',
        nodeId: node.id,
        path,
        line,
        column,
        message: `${label}, line ${line}, column ${column}: ${message}`,
        hint: 'Nobody can get this step’s message until it’s fixed.',
      }));
      return [...broken, ...variableIssues({ reading, node, path, label, names, known })];
    }),
  );
}

type TextsOfOptions = {
  node: GraphNode;
  manifest: NodeManifest;
};

function textsOf({ node: { config }, manifest }: TextsOfOptions): { path: string; source: string }[] {
  return manifest.custom ? allTexts(config) : liquidFields({ schema: manifest.config, config });
}

type VariableIssuesOptions = {
  reading: TemplateReading;
  node: GraphNode;
  path: string;
  label: string;
  names: Names;
  known: Known;
};

function variableIssues({ reading, node, path, label, names, known }: VariableIssuesOptions): Issue[] {
  const seen = new Set<string>();
  return reading.variables.flatMap((variable): Issue[] => {
    const name = variable.path.join('.');
    const problem = seen.has(name) ? null : problemOf({ path: variable.path, names, known });
    seen.add(name);
    if (!problem) return [];
    const { line, column } = variable;
    return [
      {
        code: 'unknown-variable',
        severity: problem.severity,
        nodeId: node.id,
        path,
        line,
        column,
        message: `${label}, line ${line}: ${problem.message}`,
        hint: problem.hint,
      },
    ];
  });
}

type Problem = { severity: Issue['severity']; message: string; hint: string };

type ProblemOfOptions = {
  path: (string | number)[];
  names: Names;
  known: Known;
};

function problemOf({ path: [root, ...rest], names, known }: ProblemOfOptions): Problem | null {
  if (typeof root !== 'string') return null;
  if (!roots.includes(root)) {
    const meant =
      closest(root, roots) ??
      (['user', 'customer', 'person', 'traits', 'contact', 'subscriber', 'recipient'].includes(root)
        ? 'profile'
        : null);
    return {
      severity: 'error',
      message: `{{ ${root} }} is not known, so it would always be empty.`,
      hint: meant
        ? `Did you mean {{ ${[meant, ...rest].join('.')} }}?`
        : 'Variables begin with profile, entry, run or now.',
    };
  }
  const asked = fieldOf(rest);
  if (asked === null) return null;
  if (root === 'profile')
    return names.traits.length === 0 || isKnown(asked, [...names.traits, ...ownFields])
      ? null
      : unknownField({
          root,
          asked,
          known: [...names.traits, ...ownFields],
          message: `No profile has had the trait “${asked}” yet, so it would be empty.`,
        });
  if (root === 'entry' || root === 'event')
    return names.properties === null || isKnown(asked, names.properties)
      ? null
      : unknownField({
          root,
          asked,
          known: names.properties,
          message: `${names.ways} has never come with “${asked}”, so it would be empty.`,
        });
  return root === 'run' ? resultProblem({ path: rest, known, names }) : null;
}

/** Whether a custom step gives this result; that there is such a step is looked at with the references. */
function resultProblem({ path, known, names }: ProblemOfOptions): Problem | null {
  const [id, field] = path;
  const step = known.get(String(id));
  const fields = step ? resultFields(step.manifest, step.node.config, names.propertiesOf) : null;
  if (!fields || fields.length === 0 || typeof field !== 'string' || isKnown(pathOf([field]), fields)) return null;
  // What events of ours, and those that never came, come with is not listed.
  const list = step?.manifest.outputEvents;
  const events = list === undefined ? [] : eventsIn(step?.node.config[list]);
  if (events.some((event) => event === null || names.propertiesOf(event) === undefined)) return null;
  return unknownField({
    root: `run.${id}`,
    asked: field,
    known: fields,
    message: `“${known.get(String(id))?.node.name}” gives no “${field}”, so it would be empty.`,
  });
}

type UnknownFieldOptions = {
  root: string;
  asked: string;
  known: readonly string[];
  message: string;
};

function unknownField({ root, asked, known, message }: UnknownFieldOptions): Problem {
  const meant = closest(asked, known);
  return {
    severity: 'warning',
    message,
    hint: meant
      ? `Did you mean {{ ${root}.${meant} }}?`
      : 'Check the name, or give a fallback: {{ … | default: "…" }}.',
  };
}

/** The part of a path whose names are fixed; null when there is none. */
function fieldOf(path: (string | number)[]): string | null {
  const end = path.findIndex(
    (segment, index) =>
      typeof segment !== 'string' || segment === '' || (index === path.length - 1 && index > 0 && ofLists.has(segment)),
  );
  const names = end < 0 ? path : path.slice(0, end);
  return names.length === 0 ? null : names.join('.');
}

/** Names are noted to some depth only: what lies below a known one may well be there. */
function isKnown(asked: string, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      name === asked || name.startsWith(`${asked}.`) || name.startsWith(`${asked}[`) || asked.startsWith(`${name}.`),
  );
}

function namesFor({ graph, known, checks: { names } }: Given): Names {
  const set = [...known.values()]
    .flatMap(({ node }) => (Array.isArray(node.config['traits']) ? node.config['traits'] : []))
    .flatMap((trait) =>
      typeof trait === 'object' && trait !== null && !Array.isArray(trait) && typeof trait['name'] === 'string'
        ? [trait['name']]
        : [],
    );
  const manifests = new Map([...known.values()].map(({ node, manifest }) => [nodeKey(node), manifest]));
  return {
    traits: [...names.traits, ...(names.traits.length > 0 ? set : [])],
    ...entryNames({ graph, manifests, names }),
  };
}

type EntryNamesOptions = { graph: Graph; manifests: Manifests; names: KnownNames };

/** What may come with any of the entries; null, unknown, as long as one of their events was never seen. */
function entryNames({ names, ...given }: EntryNamesOptions): Omit<Names, 'traits'> {
  const propertiesOf = (event: string) => names.events.find((each) => each.name === event)?.properties;
  const events = entryEvents(given);
  const ways = entryWords(given).map(({ name }) => `“${name}”`);
  return {
    propertiesOf,
    ways: [...new Set(ways)].join(' or '),
    properties:
      events.length === 0 || events.some((event) => propertiesOf(event) === undefined)
        ? null
        : entryFields({ ...given, propertiesOf }),
  };
}

function labelOf(manifest: NodeManifest, path: string): string {
  const field = path.split(/[.[]/)[0] ?? path;
  const title = (manifest.config['properties'] as Record<string, JsonObject> | undefined)?.[field]?.['title'];
  return typeof title === 'string' ? title : path;
}
