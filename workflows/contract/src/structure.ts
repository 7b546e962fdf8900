import type { Edge, Graph, GraphNode } from './graph.js';
import { isObject } from './is-object.js';

/** The most steps that a journey can have: for the canvas, files, the API and the engine alike. */
export const maximumNodes = 1_000;

/** The longest name that a journey may have, and a step may be published with. */
export const longestName = 120;

/** Why a name is too long, or null when it is not. Counted as the API counts: an emoji is two or more. */
export function nameTooLong(name: string): string | null {
  const { length } = name.trim();
  return length > longestName ? `This name has ${length} characters. The maximum is ${longestName}.` : null;
}

/** What no graph may have that is stored, finished or not; `path` leads there. */
export type StructureProblem = { path: string; message: string };

/** Why a journey cannot have so many steps, or null when it can. */
export function tooManyNodes(count: number): string | null {
  return count > maximumNodes
    ? `The journey has ${count.toLocaleString('en')} steps. The maximum is ${maximumNodes.toLocaleString('en')}.`
    : null;
}

/** Edges that leave by a way out which another edge before them has taken. */
export function doubledEdges(edges: readonly Edge[]): Edge[] {
  const taken = new Set<string>();
  return edges.filter(({ from, port }) => {
    const way = `${from} ${port}`;
    if (taken.has(way)) return true;
    taken.add(way);
    return false;
  });
}

/** The words for such an edge. `wayOut`: what the port is called on the card. */
export function doubledEdgeWords({ step, wayOut }: { step: string; wayOut: string }): string {
  return `Two lines leave “${step}” on the path “${wayOut}”. Each path can lead to only one step.`;
}

/**
 * What keeps a graph from being stored: too many nodes, nodes under other ids, edges that share an id, lead nowhere, or
 * leave by the same way out. Every door that lets a graph in asks here, so that what one takes no other refuses.
 */
export function structureProblems(graph: Graph): StructureProblem[] {
  const many = tooManyNodes(Object.keys(graph.nodes).length);
  const doubled = new Set(doubledEdges(graph.edges));
  const ids = new Set<string>();
  return [
    ...(many === null ? [] : [{ path: 'graph.nodes', message: many }]),
    ...Object.entries(graph.nodes).flatMap(([id, node]) =>
      node.id === id
        ? []
        : [{ path: `graph.nodes.${id}.id`, message: `A step is stored under “${id}”, but its id is “${node.id}”.` }],
    ),
    ...graph.edges.flatMap((edge, index) => {
      const path = `graph.edges.${index}`;
      const repeated = ids.has(edge.id);
      ids.add(edge.id);
      const step = Object.hasOwn(graph.nodes, edge.from) ? graph.nodes[edge.from] : undefined;
      return [
        ...(repeated ? [{ path: `${path}.id`, message: `Two lines have the id “${edge.id}”.` }] : []),
        ...(['from', 'to'] as const).flatMap((end) =>
          Object.hasOwn(graph.nodes, edge[end])
            ? []
            : [
                {
                  path: `${path}.${end}`,
                  message: `The line “${edge.id}” names the step “${edge[end]}”, which does not exist.`,
                },
              ],
        ),
        ...(doubled.has(edge)
          ? [{ path: `${path}.port`, message: doubledEdgeWords({ step: step?.name || edge.from, wayOut: edge.port }) }]
          : []),
      ];
    }),
  ];
}

const areTexts = (...values: unknown[]): boolean => values.every((value) => typeof value === 'string');

/**
 * Whether a value from outside (a copy that a browser kept) has what an editor needs to show it as a graph, without a
 * schema: the containers and their ids. What is in them may be unfinished or wrong; `validate` tells.
 */
export function isLoadable(value: unknown): value is Graph {
  if (!isObject(value) || !isObject(value['nodes']) || !Array.isArray(value['edges']) || !isObject(value['settings']))
    return false;
  const { nodes, edges, settings } = value;
  return (
    Object.entries(nodes as Record<string, unknown>).every(([id, node]) => isLoadableNode(node) && node.id === id) &&
    edges.every((edge) => isObject(edge) && areTexts(edge['id'], edge['from'], edge['port'], edge['to'])) &&
    isObject(settings) &&
    isObject(settings['reentry']) &&
    areTexts(settings['reentry']['rule']) &&
    Array.isArray(settings['exitCriteria']) &&
    settings['exitCriteria'].every((each) => isObject(each) && areTexts(each['id'], ...exitTexts(each))) &&
    (settings['goals'] === undefined ||
      (Array.isArray(settings['goals']) &&
        settings['goals'].every((each) => isObject(each) && areTexts(each['id'], each['name'], each['event']))))
  );
}

/** What an exit criterion of its kind must name. */
function exitTexts({ kind = 'event', event, segment, channel }: Record<string, unknown>): unknown[] {
  return kind === 'event' ? [event] : kind === 'segment' ? [segment] : kind === 'consent' ? [channel] : [undefined];
}

function isLoadableNode(node: unknown): node is GraphNode {
  if (!isObject(node) || !isObject(node['position']) || !isObject(node['config'])) return false;
  const { x, y } = node['position'];
  return (
    areTexts(node['id'], node['type'], node['name']) &&
    typeof node['version'] === 'number' &&
    Number.isFinite(x) &&
    Number.isFinite(y)
  );
}
