import {
  configFields,
  isObject,
  liquidKeys,
  manifestOf,
  operand,
  operandDefinition,
  operands,
  pathOf,
} from '@wend/contract';
import type { Graph, Json, JsonObject, NodeManifest } from '@wend/contract';

/** Names of events and paths of traits that something asks about. */
export type Uses = { events: Set<string>; traits: Set<string> };

/**
 * Every event and trait in a graph: what its steps' settings are said to be (`widget` and `names` of their schemas), and
 * what stands in rules and texts, wherever that is: also in steps of packages that are not there any more.
 */
export function usesInGraph(graph: Graph, manifests: ReadonlyMap<string, NodeManifest>): Uses {
  const uses = usesIn(graph);
  for (const node of Object.values(graph.nodes ?? {})) {
    const schema = manifestOf(manifests, node)?.config;
    if (!schema || !isObject(node.config)) continue;
    for (const { schema: field, value } of configFields({ schema, config: node.config }).fields) {
      const what = field['names'] ?? field['widget'];
      if (typeof value !== 'string' || value.trim() === '') continue;
      if (what === 'event') uses.events.add(value.trim());
      // As set: a name, in which nothing stands for a path.
      if (what === 'trait') uses.traits.add(field['names'] ? pathOf([value.trim()]) : value.trim());
    }
  }
  return uses;
}

/** Every event and trait in rules and texts. Operands say themselves what changes their values. */
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
  const { source, event } = value;
  if (typeof source === 'string' && Object.hasOwn(operands, source)) inOperand(value, uses);
  if (typeof event === 'string' && event.trim() !== '') uses.events.add(event.trim());
  for (const each of Object.values(value)) walk(each as Json, uses);
}

/** Of a draft it may be half written: an operand answers only for what is complete. */
function inOperand(value: JsonObject, uses: Uses): void {
  const { success, data: complete } = operand.safeParse(value);
  if (!success) return;
  const { events = [], traits = [] } = operandDefinition(complete).changedBy(complete);
  for (const event of events.map((name) => name.trim())) if (event !== '') uses.events.add(event);
  for (const trait of traits) if (trait.trim() !== '') uses.traits.add(trait);
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
