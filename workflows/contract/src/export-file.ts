import { z } from 'zod';
import { graph as graphSchema } from './graph.js';
import type { Edge, Graph, GraphNode } from './graph.js';
import type { Json, JsonObject } from './json.js';
import { structureProblems } from './structure.js';

/** A journey as a file. `format` and `version` say how to read it. */
const fileFormat = 'wend/journey';
const fileVersion = 1;
/** How the same file began when the list of journeys still wrote one of its own. */
const earlierFormat = 'wend-journey/1';
const maximumCharacters = 20_000_000;

const journeyFile = z.object({
  format: z.literal(fileFormat),
  version: z.literal(fileVersion),
  name: z.string().trim().min(1).max(120),
  graph: graphSchema,
});

/** Why a file cannot be imported, in words for the person who chose it. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** The journey as JSON in one fixed order, so that a diff shows what was edited and nothing else. */
export function exportJourney({ name, graph }: { name: string; graph: Graph }): string {
  const nodes = Object.fromEntries(
    Object.keys(graph.nodes)
      .sort()
      .flatMap((id) => (graph.nodes[id] ? [[id, orderedNode(graph.nodes[id])]] : [])),
  );
  const settings = sortKeys(graph.settings as unknown as Json);
  const edges = sortEdges(graph.edges).map(({ id, from, port, to }) => ({ id, from, port, to }));
  return `${JSON.stringify({ format: fileFormat, version: fileVersion, name, graph: { settings, nodes, edges } }, null, 2)}\n`;
}

/** Edges have no order of their own: one leaves each port. */
function sortEdges(edges: readonly Edge[]): Edge[] {
  return [...edges].sort(
    (a, b) => compareText(a.from, b.from) || compareText(a.port, b.port) || compareText(a.id, b.id),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function orderedNode({ id, type, version, name, config, position }: GraphNode): JsonObject {
  return { id, type, version, name, position: { x: position.x, y: position.y }, config: sortKeys(config) };
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .flatMap((key) => (value[key] === undefined ? [] : [[key, sortKeys(value[key])]])),
  );
}

/** Reads an exported journey; throws `ImportError` with what is wrong and where. */
export function importJourney(text: string): { name: string; graph: Graph } {
  if (text.length > maximumCharacters) throw new ImportError('The file is too large for a journey.');
  const value = withFormat(parseJson(text));
  if (typeof value !== 'object' || value === null || (value as JsonObject)['format'] !== fileFormat) {
    throw new ImportError('This is not an exported journey: choose a file that “Export” has made.');
  }
  const version = (value as JsonObject)['version'];
  if (typeof version === 'number' && version > fileVersion)
    throw new ImportError(
      `The file was exported by a newer version of Wend (file version ${version}). Update Wend, then import it.`,
    );
  const result = journeyFile.safeParse(value);
  if (!result.success) {
    const first = result.error.issues[0];
    throw new ImportError(`The file is damaged at “${first?.path.join('.') ?? ''}”: ${first?.message ?? 'not valid'}.`);
  }
  const { name, graph } = result.data;
  const [problem] = structureProblems(graph);
  if (problem) throw new ImportError(`The file cannot be imported. ${problem.message}`);
  return { name, graph };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ImportError(`The file is not JSON: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

function withFormat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || (value as JsonObject)['format'] !== earlierFormat) return value;
  return { ...value, format: fileFormat, version: fileVersion };
}
