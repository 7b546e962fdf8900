import { isObject } from './is-object.js';
import type { Graph, GraphNode } from './graph.js';
import type { Json, JsonObject } from './json.js';
import { pathKeys, pathOf } from './path.js';

/** Between the id of a sub-journey's card and that of a step inside: in no id of a graph, and plain in a URL and a path. */
const separator = '~';

/** The id that a step inside a sub-journey has in the graph that runs. `scope`: the card; null at the top. */
export function idInScope(scope: string | null, id: string): string {
  return scope === null ? id : `${scope}${separator}${id}`;
}

/** The card that a step is inside of (null at the top) and the id that it has in the journey which it was drawn in. */
export function scopeOf(id: string): { scope: string | null; own: string } {
  const at = id.lastIndexOf(separator);
  return at < 0 ? { scope: null, own: id } : { scope: id.slice(0, at), own: id.slice(at + 1) };
}

/** The step that is drawn in the journey itself: the outermost card, or the step. */
export function outermost(id: string): string {
  const at = id.indexOf(separator);
  return at < 0 ? id : id.slice(0, at);
}

/** The steps of the graph that runs which are not drawn in the journey itself: inside of its sub-journeys. */
export function insideOf({ graph, expanded }: { graph: Graph; expanded: Graph | null }): Graph['nodes'] {
  return Object.fromEntries(Object.entries(expanded?.nodes ?? {}).filter(([id]) => !Object.hasOwn(graph.nodes, id)));
}

/** A step of a run, drawn in the journey or inside of a sub-journey; undefined where there is none of this id. */
export function stepOf(
  { graph, inside }: { graph: Pick<Graph, 'nodes'>; inside: Graph['nodes'] },
  id: string,
): GraphNode | undefined {
  return graph.nodes[id] ?? inside[id];
}

/** A journey with the steps inside of its sub-journeys: to look steps of runs up, not to be drawn. */
export function withInside({ graph, inside }: { graph: Graph; inside: Graph['nodes'] }): Graph {
  return { ...graph, nodes: { ...graph.nodes, ...inside } };
}

/** The card and its way out by which people come out of a sub-journey at this step; null for any other step. */
export function wayOutAt(step: GraphNode | undefined): { node: string; port: string } | null {
  const { card, port } = step?.type === 'wend/sub-journey-end' ? step.config : {};
  return typeof card === 'string' && typeof port === 'string' ? { node: card, port } : null;
}

/** What a step sees as what people entered with: inside a sub-journey its inputs, which are the result of its card. */
export function entryAt(node: string, { entry, run }: { entry: JsonObject; run: JsonObject }): JsonObject {
  const { scope } = scopeOf(node);
  if (scope === null) return entry;
  const inputs = run[scope];
  return isObject(inputs) ? inputs : {};
}

/** The settings of a step of a graph that runs as they hold where the step is; outside of sub-journeys as they are. */
export function scoping(ids: readonly string[]): (id: string, config: JsonObject) => JsonObject {
  const beside = new Map<string, Set<string>>();
  for (const id of ids) {
    const { scope, own } = scopeOf(id);
    if (scope !== null) beside.set(scope, (beside.get(scope) ?? new Set()).add(own));
  }
  return (id, config) => {
    const { scope } = scopeOf(id);
    return scope === null ? config : inScope(config, { scope, own: beside.get(scope) ?? new Set() });
  };
}

/** A graph that runs, with the settings of its steps as they hold where they are: what is kept and read of a version. */
export function scoped<Of extends Pick<Graph, 'nodes'>>(graph: Of): Of {
  const scope = scoping(Object.keys(graph.nodes));
  const nodes = Object.entries(graph.nodes).map(([id, node]) => [id, { ...node, config: scope(id, node.config) }]);
  return { ...graph, nodes: Object.fromEntries(nodes) as Graph['nodes'] };
}

/**
 * The settings of a step as they hold inside a sub-journey: what people entered with are the inputs, which are the
 * result of the card (`scope`), and results are those of the steps beside it (`own`: their ids). In rules, in fields
 * that name a step, and in Liquid.
 */
export function inScope(config: JsonObject, given: { scope: string; own: ReadonlySet<string> }): JsonObject {
  return moved(config, given) as JsonObject;
}

type Given = { scope: string; own: ReadonlySet<string> };

function moved(value: Json, given: Given): Json {
  if (typeof value === 'string') return movedLiquid(value, given);
  if (Array.isArray(value)) return value.map((each) => moved(each, given));
  if (value === null || typeof value !== 'object') return value;
  const { scope } = given;
  const keys = Object.keys(value);
  if (value['source'] === 'entry' && typeof value['path'] === 'string')
    return { ...value, source: 'run', path: pathOf([scope, ...pathKeys(value['path'])]) };
  if (value['source'] === 'run' && typeof value['path'] === 'string')
    return { ...value, path: movedPath(value['path'], given) };
  if (keys.length === 1 && typeof value['entry'] === 'string')
    return { run: pathOf([scope, ...pathKeys(value['entry'])]) };
  if (keys.length === 1 && typeof value['run'] === 'string') return { run: movedPath(value['run'], given) };
  if (keys.length === 2 && value['kind'] === 'entry' && typeof value['property'] === 'string')
    return { kind: 'run', node: scope, field: value['property'] };
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === 'node' && typeof each === 'string' && given.own.has(each) ? idInScope(scope, each) : moved(each, given),
    ]),
  );
}

function movedPath(path: string, { scope, own }: Given): string {
  const [id = '', ...rest] = pathKeys(path);
  return own.has(id) ? pathOf([idInScope(scope, id), ...rest]) : path;
}

const tag = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
/** A text in quotes, which stays as it is, or a variable that means something else inside. */
const variable =
  /"[^"]*"|'[^']*'|(?<![\w.-])(?:(entry|event)(?![\w:-])|run(?:\.([A-Za-z0-9_-]+)|\[\s*(["'])([A-Za-z0-9_-]+)\3\s*\]))/g;
/** What gives a name to something else for the rest of the text. */
const naming = /\{%-?\s*(?:assign|capture|for|tablerow|increment|decrement)\s+(entry|event|run)(?![\w-])/g;

function movedLiquid(text: string, { scope, own }: Given): string {
  const taken = new Set([...text.matchAll(naming)].map(([, name]) => name));
  return text.replace(tag, (whole) =>
    whole.replace(variable, (found: string, entered?: string, dotted?: string, _quote?: string, quoted?: string) => {
      // In single quotes: a text may stand in an attribute, which has double ones.
      if (entered !== undefined) return taken.has(entered) ? found : `run['${scope}']`;
      const id = dotted ?? quoted;
      return id !== undefined && !taken.has('run') && own.has(id) ? `run['${idInScope(scope, id)}']` : found;
    }),
  );
}
