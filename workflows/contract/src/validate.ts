import { allPortsOf, reachableFrom } from './edit.js';
import { manifestOf } from './edit-connect.js';
import type { Manifests } from './edit-connect.js';
import { channelWords } from './channels/index.js';
import { entriesOf } from './entries/index.js';
import type { EntryNode } from './entries/index.js';
import { closest } from './closest.js';
import { configFields } from './config-fields.js';
import { runReferences } from './edit-references.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import { givesResult, isEntry, portsOf } from './manifest-words.js';
import { undoPort } from './undo-port.js';
import type { JsonObject } from './json.js';
import { doubledEdges, doubledEdgeWords, tooManyNodes } from './structure.js';
import { checkConfig } from './validate-config.js';
import type { ConfigCheck } from './validate-config.js';
import { channelReferences } from './validate-references.js';
import { messageReferenceIssues } from './validate-message-references.js';
import { templateIssues } from './validate-templates.js';
import type { TemplateChecks } from './validate-templates.js';
import { chosenTemplateIssues } from './validate-chosen-templates.js';
import type { KnownTemplate } from './validate-chosen-templates.js';
import { httpConnectionIssues } from './validate-http-connections.js';
import { adMarkIssues } from './validate-ad-mark.js';
import { joinIssues } from './validate-joins.js';
import { deliveryIssues } from './validate-delivery.js';
import { wayOutIssues } from './validate-way-out.js';
import { undoIssues } from './validate-undo.js';
import { loopIssues } from './validate-loops.js';
import { topicIssues } from './validate-topics.js';
import type { KnownTopic } from './validate-topics.js';
import type { Channel } from './rule.js';
import { nameIssues, settingsIssues } from './validate-settings.js';

export type ValidateOptions = {
  manifests: Manifests;
  /** The node's own check, on the server. Without it the manifest's JSON Schema decides, as in a browser. */
  parse?: (node: GraphNode) => ConfigCheck | undefined;
  /** Liquid's parser and the names that are known, where there are both: on the server. */
  templates?: TemplateChecks;
  /** Locked templates and approved texts that steps can choose, also archived ones: on the server. */
  channelTemplates?: readonly KnownTemplate[];
  /** The country of the workspace, whose law says what marketing must have: on the server. */
  country?: string | null;
  /** The topics of the workspace, also archived ones: on the server. */
  topics?: readonly KnownTopic[];
  /** The API connections of the workspace: on the server. */
  httpConnections?: readonly { id: string }[];
  /** Channels by which nothing can be sent: neither a provider nor the sandbox is chosen. */
  withoutProvider?: readonly Channel[];
  /** Channels that reach people: on the server, which has loaded all that packages bring. */
  personChannels?: readonly Channel[];
  /** Now, ms: to say what lies behind it. */
  now?: number;
};

type Context = ValidateOptions & { graph: Graph; known: Map<string, Known> };
type Known = { node: GraphNode; manifest: NonNullable<ReturnType<Manifests['get']>> };

/**
 * Every problem of a graph, errors first in the order of the nodes. Errors keep a journey from being published;
 * warnings do not.
 */
export function validate(graph: Graph, options: ValidateOptions): Issue[] {
  const known = new Map<string, Known>();
  for (const node of Object.values(graph.nodes)) {
    const manifest = manifestOf(options.manifests, node);
    if (manifest) known.set(node.id, { node, manifest });
  }
  const context: Context = { ...options, graph, known };
  const issues = [
    ...sizeIssues(context),
    ...entryIssues(context),
    ...typeIssues(context),
    ...configIssues(context),
    ...unknownSettings(context),
    ...contentIssues(context),
    ...chosenTemplateIssues(context),
    ...topicIssues(context),
    ...httpConnectionIssues(context),
    ...wayOutIssues(context),
    ...adMarkIssues(context),
    ...joinIssues(context),
    ...deliveryIssues(context),
    ...edgeIssues(context),
    ...doubledIssues(context),
    ...loopIssues(context),
    ...messageReferenceIssues(context),
    ...referenceIssues(context),
    ...channelIssues(context),
    ...undoIssues(context),
    ...settingsIssues(graph),
    ...nameIssues(graph),
    ...reachIssues(context),
    ...providerIssues(context),
    ...portIssues(context),
  ];
  return [
    ...issues.filter((issue) => issue.severity === 'error'),
    ...issues.filter((issue) => issue.severity === 'warning'),
  ];
}

function sizeIssues({ graph }: Context): Issue[] {
  const message = tooManyNodes(Object.keys(graph.nodes).length);
  return message === null
    ? []
    : [{ code: 'too-many-nodes', severity: 'error', message, hint: 'Split it into several journeys.' }];
}

function entryIssues(context: Context): Issue[] {
  const entries = entriesOf(context);
  if (entries.length > 0)
    return entries.flatMap((entry, index) => [
      ...shadowedIssue(entry, entries.slice(0, index)),
      ...overIssue(entry, context.now),
    ]);
  return [
    {
      code: 'no-entry',
      severity: 'error',
      message: 'The journey has no entry, so nobody can enter.',
      hint: 'Add an event entry.',
    },
  ];
}

/** An entry that comes too late: all whom it would let in have come in by one before it. */
function shadowedIssue({ node, definition }: EntryNode, before: EntryNode[]): Issue[] {
  const first = before.find(
    ({ node: other }) =>
      other.type === node.type && other.version === node.version && definition.letsInAllOf(other.config, node.config),
  );
  if (!first) return [];
  return [
    {
      code: 'entry-never-used',
      severity: 'warning',
      nodeId: node.id,
      message: `Nobody enters through “${node.name}”: entries are tried from left to right, and “${first.node.name}” already lets in everyone it would.`,
      hint: `Give “${first.node.name}” a condition, or move “${node.name}” to its left.`,
    },
  ];
}

/** An entry whose times have all been. */
function overIssue({ node, definition }: EntryNode, now: number | undefined): Issue[] {
  if (now === undefined || !definition.isOver?.(node.config, now)) return [];
  return [
    {
      code: 'entry-over',
      severity: 'warning',
      nodeId: node.id,
      message: `Nobody enters through “${node.name}” any more: its schedule is over.`,
      hint: 'Choose a later day, or a later end.',
    },
  ];
}

function typeIssues({ graph, manifests, known }: Context): Issue[] {
  const types = new Set([...manifests.values()].map((manifest) => manifest.type));
  return Object.values(graph.nodes)
    .filter((node) => !known.has(node.id))
    .map((node): Issue =>
      types.has(node.type)
        ? {
            code: 'unknown-node-version',
            severity: 'error',
            nodeId: node.id,
            message: `“${node.name}” needs version ${node.version} of ${node.type}, which is not loaded.`,
            hint: 'Load a package that still exports this version or replace the step.',
          }
        : {
            code: 'unknown-node-type',
            severity: 'error',
            nodeId: node.id,
            message: `“${node.name}” is of the type ${node.type}, which is not loaded.`,
            hint: 'Add its package to WEND_NODE_PACKAGES, or replace the step.',
          },
    );
}

function configIssues({ known, parse }: Context): Issue[] {
  return [...known.values()].flatMap(({ node, manifest }) => {
    const check = parse?.(node) ?? checkConfig({ manifest, config: node.config });
    if (check.ok) return [];
    return check.problems.map(({ path, message }): Issue => ({
      code: 'invalid-config',
      severity: 'error',
      nodeId: node.id,
      ...(path ? { path } : {}),
      message,
    }));
  });
}

/**
 * A setting that a node does not know does nothing, whatever its author thinks: a slip in an import or a call of the
 * API.
 */
function unknownSettings({ known }: Context): Issue[] {
  return [...known.values()].flatMap(({ node, manifest }) =>
    configFields({ schema: manifest.config, config: node.config }).unknown.map((path): Issue => {
      const meant = closest(path, Object.keys((manifest.config['properties'] ?? {}) as JsonObject));
      return {
        code: 'unknown-setting',
        severity: 'error',
        nodeId: node.id,
        path,
        message: `“${path}” is not a setting of ${manifest.title}.`,
        hint: meant ? `Did you mean “${meant}”?` : 'Remove it from the step’s settings.',
      };
    }),
  );
}

function contentIssues({ graph, known, templates }: Context): Issue[] {
  return templates ? templateIssues({ graph, known, checks: templates }) : [];
}

function providerIssues({ known, withoutProvider = [] }: Context): Issue[] {
  return [...known.values()]
    .filter(({ manifest }) => manifest.channel && withoutProvider.includes(manifest.channel))
    .map(({ node, manifest }): Issue => ({
      code: 'no-provider',
      severity: 'warning',
      nodeId: node.id,
      message: `“${node.name}” can’t reach anyone: ${channelWords(manifest.channel!)} has no provider.`,
      hint: 'Set one up in Settings → Channels, or use the sandbox to try things out.',
    }));
}

function edgeIssues({ graph, known }: Context): Issue[] {
  return graph.edges.flatMap((edge): Issue[] => {
    const source = known.get(edge.from);
    const gone = !graph.nodes[edge.from] || !graph.nodes[edge.to];
    const portless = source && !allPortsOf(source.manifest, source.node.config).includes(edge.port);
    if (!gone && !portless) return entersEntry({ edge, known });
    const name = graph.nodes[edge.from]?.name ?? edge.from;
    const message = gone
      ? `A line from “${name}” leads to a step that doesn’t exist.`
      : `A line leaves “${name}” on a path it no longer has.`;
    return [
      {
        code: 'edge-to-nowhere',
        severity: 'error',
        edgeId: edge.id,
        ...(graph.nodes[edge.from] ? { nodeId: edge.from } : {}),
        message,
        hint: 'Remove the line.',
      },
    ];
  });
}

function entersEntry({ edge, known }: { edge: Graph['edges'][number]; known: Map<string, Known> }): Issue[] {
  if (known.get(edge.to)?.manifest.note)
    return [
      {
        code: 'edge-to-note',
        severity: 'error',
        edgeId: edge.id,
        nodeId: edge.from,
        message: 'A line leads to a note, which is only there to be read.',
        hint: 'Remove the line.',
      },
    ];
  if (!isEntry(known.get(edge.to)?.manifest)) return [];
  return [
    {
      code: 'edge-to-entry',
      severity: 'error',
      edgeId: edge.id,
      nodeId: edge.from,
      message: 'A line leads to an entry, but people never come back to an entry.',
      hint: 'Connect it to the step after the entry.',
    },
  ];
}

/** A program has one way on from each port: of two lines it would take one, and nobody could say which. */
function doubledIssues({ graph, known }: Context): Issue[] {
  return doubledEdges(graph.edges).map((edge): Issue => {
    const source = known.get(edge.from);
    const wayOut = source
      ? portsOf(source.manifest, source.node.config).find((port) => port.id === edge.port)?.label
      : undefined;
    const message = doubledEdgeWords({ step: graph.nodes[edge.from]?.name || edge.from, wayOut: wayOut ?? edge.port });
    return {
      code: 'port-with-two-edges',
      severity: 'error',
      edgeId: edge.id,
      ...(graph.nodes[edge.from] ? { nodeId: edge.from } : {}),
      message,
      hint: 'Remove one of the lines.',
    };
  });
}

function referenceIssues({ graph, known }: Context): Issue[] {
  return Object.values(graph.nodes).flatMap((node) =>
    runReferences(node.config)
      .filter(({ node: id }) => !hasResult({ graph, known, id }))
      .map(({ node: id, path }): Issue => ({
        code: 'unknown-variable',
        severity: 'warning',
        nodeId: node.id,
        path,
        message: graph.nodes[id]
          ? `“${graph.nodes[id].name}” gives no result, so run.${id} is always empty.`
          : `run.${id} refers to a step that doesn’t exist, so it’s always empty.`,
        hint: 'Choose the variable again from the list.',
      })),
  );
}

function hasResult({ graph, known, id }: Pick<Context, 'graph' | 'known'> & { id: string }): boolean {
  const node = graph.nodes[id];
  const manifest = known.get(id)?.manifest;
  return node !== undefined && manifest !== undefined && givesResult(manifest, node.config);
}

/** A rule that asks about a channel which nobody has an address for is never true. */
function channelIssues({ graph, personChannels: known }: Context): Issue[] {
  if (!known) return [];
  const ofExits = graph.settings.exitCriteria.flatMap((criterion, index): Issue[] =>
    criterion.kind !== 'consent' || criterion.channel === '' || known.includes(criterion.channel)
      ? []
      : [
          {
            code: 'unknown-channel',
            severity: 'error',
            path: `settings.exitCriteria[${index}].channel`,
            message: `An exit criterion names “${criterion.channel}”, which is not a channel that reaches people.`,
            hint: `Choose one of: ${known.map(channelWords).join(', ')}.`,
          },
        ],
  );
  const ofSteps = Object.values(graph.nodes).flatMap((node) =>
    channelReferences(node.config)
      .filter(({ channel }) => !known.includes(channel))
      .map(({ channel, path }): Issue => ({
        code: 'unknown-channel',
        severity: 'error',
        nodeId: node.id,
        path,
        message: `“${node.name}” asks who can be reached by “${channel}”, which is not a channel that reaches people.`,
        hint: `Choose one of: ${known.map(channelWords).join(', ')}.`,
      })),
  );
  return [...ofExits, ...ofSteps];
}

function reachIssues(context: Context): Issue[] {
  const entries = entriesOf(context);
  if (entries.length === 0) return [];
  const reached = new Set(entries.flatMap(({ node }) => [...reachableFrom(context.graph, node.id)]));
  return Object.values(context.graph.nodes)
    .filter((node) => !reached.has(node.id) && !context.known.get(node.id)?.manifest.note)
    .map((node): Issue => ({
      code: 'unreachable-node',
      severity: 'warning',
      nodeId: node.id,
      message: `Nobody reaches “${node.name}”: nothing leads there from an entry.`,
      hint: 'Connect it or remove it.',
    }));
}

function portIssues({ graph, known }: Context): Issue[] {
  const connected = new Set(graph.edges.map((edge) => `${edge.from} ${edge.port}`));
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    const ports = portsOf(manifest, node.config as JsonObject);
    const open = ports.filter(
      (port) =>
        port.id !== undoPort.id &&
        !connected.has(`${node.id} ${port.id}`) &&
        !(port.follows !== undefined && ports.some((other) => other.id === port.follows)),
    );
    const own = ports.filter(
      (port) => port.id !== undoPort.id && (port.follows === undefined || connected.has(`${node.id} ${port.id}`)),
    );
    if (open.length === 0) return [];
    const ways = open.map((port) => `“${port.label}”`).join(', ');
    const message =
      open.length === own.length
        ? `The journey ends after “${node.name}”.`
        : `People who leave “${node.name}” on ${ways} leave the journey there.`;
    return [
      {
        code: 'unconnected-port',
        severity: 'warning',
        nodeId: node.id,
        message,
        hint: 'Connect it or add an exit to say why it ends here.',
      },
    ];
  });
}
