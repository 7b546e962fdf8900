import nx from '@nx/eslint-plugin';
import { whole } from '../building.mjs';
import { graph, pathOf } from '../graph.mjs';

/** Layers by tag (`nx.tags` in each package.json): what each may import, and what to do instead of importing more. */
const layers = {
  contract: {
    imports: [],
    instead:
      'Move what contract needs into contract; what needs more than data and pure functions belongs to a layer above.',
  },
  engine: {
    imports: ['contract'],
    instead: 'Give it to the engine as recorded input or as part of the program, and its type to @wend/contract.',
  },
  'node-sdk': { imports: ['contract'], instead: 'Move the shared type or pure function to @wend/contract.' },
  nodes: {
    imports: ['contract', 'node-sdk'],
    instead: 'Write nodes with @wend/node-sdk alone; what it lacks, add there, so that the nodes of others get it too.',
  },
  temporal: { imports: ['contract', 'engine'], instead: 'Declare an activity type here and let backend implement it.' },
  migrations: {
    imports: [],
    instead: 'Write it in SQL: a migration must read the same in years, whatever the code becomes.',
  },
  backend: {
    imports: ['contract', 'engine', 'temporal', 'node-sdk', 'nodes', 'migrations'],
    instead: 'Move what both sides need to @wend/contract; custom nodes are loaded by name (WEND_NODE_PACKAGES).',
  },
  dashboard: {
    imports: ['contract', 'engine', 'web-sdk'],
    instead: 'Fetch it through a route of @wend/contract, or move the shared type or pure function to @wend/contract.',
  },
  'web-sdk': {
    imports: [],
    instead: 'Pages of others load it, a few kilobytes in all: write what it needs here.',
  },
  example: {
    imports: ['node-sdk'],
    instead: "Use @wend/node-sdk alone, as a third party's package must; what it lacks, add there.",
  },
};
const tag = (layer) => `layer:${layer}`;
const depConstraints = Object.entries(layers).map(([layer, { imports }]) => ({
  sourceTag: tag(layer),
  onlyDependOnLibsWithTags: imports.map(tag),
}));

const layerOf = (file) => {
  const project = Object.values(graph.nodes).find(({ data }) => pathOf(file).startsWith(`${data.root}/`));
  return Object.entries(layers).find(([layer]) => project?.data.tags?.includes(tag(layer)))?.[1];
};

/** The boundaries rule of Nx, with what to do instead behind its message. */
const nxBoundaries = nx.rules['enforce-module-boundaries'];
const rule = {
  ...nxBoundaries,
  meta: {
    ...nxBoundaries.meta,
    messages: Object.fromEntries(
      Object.entries(nxBoundaries.meta.messages).map(([id, message]) => [id, `${message}. {{instead}}`]),
    ),
  },
  create(context) {
    const report = (problem) => {
      const relativeImport = problem.messageId.startsWith('noRelative');
      const instead = relativeImport
        ? 'Import other packages by their name; export what is missing there from their index.ts.'
        : layerOf(context.filename)?.instead;
      context.report({ ...problem, data: { ...problem.data, instead } });
    };
    return nxBoundaries.create(Object.create(context, { report: { value: report } }));
  },
};

export const layersRule = {
  rules: { layers: rule },
  config: [
    { rules: { 'wend/layers': ['error', { depConstraints, allow: [] }] } },
    // It meets the api through the dashboard's door, as visitors do.
    {
      files: [...whole, 'backend/test/doors.e2e.spec.ts', 'backend/test/hooks-door.e2e.spec.ts'],
      rules: { 'wend/layers': 'off' },
    },
  ],
};
