import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import js from '@eslint/js';
import nxDevkit from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/*
 * The rules of the layout, each with a message that says what to do instead. docker/local/lint-rules.spec.ts proves that each of
 * them still reports.
 */

const root = import.meta.dirname;
const pathOf = (file) => relative(root, file).split(sep).join('/');

// The Nx rule reads a stored project graph and passes everything when there is none: it is brought up to date here, without a daemon.
process.env.NX_DAEMON = 'false';
process.env.NX_ISOLATE_PLUGINS = 'false';
const graph = await nxDevkit.createProjectGraphAsync({ exitOnError: false });

/** Layers by tag (`nx.tags` in each package.json): what each may import, and what to do instead of importing more. */
const layers = {
  contract: { imports: [], instead: 'Move what contract needs into contract; what needs more than data and pure functions belongs to a layer above.' },
  engine: { imports: ['contract'], instead: 'Give it to the engine as recorded input or as part of the program, and its type to @wend/contract.' },
  'node-sdk': { imports: ['contract'], instead: 'Move the shared type or pure function to @wend/contract.' },
  nodes: { imports: ['contract', 'node-sdk'], instead: 'Write nodes with @wend/node-sdk alone; what it lacks, add there, so that the nodes of others get it too.' },
  temporal: { imports: ['contract', 'engine'], instead: 'Declare an activity type here and let backend implement it.' },
  migrations: { imports: [], instead: 'Write it in SQL: a migration must read the same in years, whatever the code becomes.' },
  backend: { imports: ['contract', 'engine', 'temporal', 'node-sdk', 'nodes', 'migrations'], instead: 'Move what both sides need to @wend/contract; custom nodes are loaded by name (WEND_NODE_PACKAGES).' },
  dashboard: { imports: ['contract', 'engine'], instead: 'Fetch it through a route of @wend/contract, or move the shared type or pure function to @wend/contract.' },
  example: { imports: ['node-sdk'], instead: "Use @wend/node-sdk alone, as a third party's package must; what it lacks, add there." },
};
const tag = (layer) => `layer:${layer}`;
const depConstraints = Object.entries(layers).map(([layer, { imports }]) => ({ sourceTag: tag(layer), onlyDependOnLibsWithTags: imports.map(tag) }));

const layerOf = (file) => {
  const project = Object.values(graph.nodes).find(({ data }) => pathOf(file).startsWith(`${data.root}/`));
  return Object.entries(layers).find(([layer]) => project?.data.tags?.includes(tag(layer)))?.[1];
};

/** The boundaries rule of Nx, with what to do instead behind its message. */
const nxBoundaries = nx.rules['enforce-module-boundaries'];
const layerRule = {
  ...nxBoundaries,
  meta: { ...nxBoundaries.meta, messages: Object.fromEntries(Object.entries(nxBoundaries.meta.messages).map(([id, message]) => [id, `${message}. {{instead}}`])) },
  create(context) {
    const report = (problem) => {
      const relativeImport = problem.messageId.startsWith('noRelative');
      const instead = relativeImport ? 'Import other packages by their name; export what is missing there from their index.ts.' : layerOf(context.filename)?.instead;
      context.report({ ...problem, data: { ...problem.data, instead } });
    };
    return nxBoundaries.create(Object.create(context, { report: { value: report } }));
  },
};

/** A rule that reports every node an AST selector finds. */
const forbid = (selector, message) => ({ meta: { type: 'problem', schema: [] }, create: (context) => ({ [selector]: (node) => context.report({ node, message }) }) });

const isTypeOnly = (node) =>
  node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' ||
  (node.specifiers?.length > 0 && node.specifiers.every((specifier) => specifier.importKind === 'type' || specifier.exportKind === 'type'));

/** Calls `see` for everything that a file imports or exports again, also by `import()` and in types. */
const imports = (see) => {
  const visit = (node) => {
    const source = node.source ?? node.argument?.literal ?? node.argument;
    if (typeof source?.value === 'string') see({ node, source: source.value, typeOnly: isTypeOnly(node) });
  };
  return { ImportDeclaration: visit, ExportNamedDeclaration: visit, ExportAllDeclaration: visit, ImportExpression: visit, TSImportType: visit };
};

/** A rule with an option `[{ pattern, types, message }]`: no import may match `pattern`; with `types` those of types may. */
const noImport = {
  meta: { type: 'problem', schema: [{ type: 'array', items: { type: 'object' } }] },
  create: (context) =>
    imports(({ node, source, typeOnly }) => {
      const found = context.options[0].find(({ pattern, types }) => new RegExp(pattern).test(source) && !(types && typeOnly));
      if (found) context.report({ node, message: `"${source}": ${found.message}` });
    }),
};

/** The backend module of a path below backend/src; undefined for the files that put the processes together. */
const moduleOf = (path) => /^backend\/src\/((?:platform\/)?[^/]+)\//.exec(path)?.[1];
const moduleIndex = {
  meta: { type: 'problem', schema: [] },
  create: (context) =>
    imports(({ node, source }) => {
      if (!source.startsWith('.')) return;
      const target = pathOf(join(dirname(context.filename), source));
      const module = moduleOf(target);
      if (module === undefined || module === moduleOf(pathOf(context.filename)) || target === `backend/src/${module}/index.js`) return;
      context.report({ node, message: `"${source}" reaches into the module ${module}. Import from its index.js; export there what other modules may know.` });
    }),
};

const withoutScope = /Without scope: \S+( \S+){2}/;
const isScope = (parameter) => {
  if (parameter?.typeAnnotation?.typeAnnotation.typeName?.name !== 'Scope') return false;
  if (parameter.type === 'Identifier') return parameter.name === 'scope';
  return parameter.type === 'ObjectPattern' && parameter.properties.some((property) => property.key?.name === 'workspaceId');
};
const returnsPromise = (method) => method.async || method.returnType?.typeAnnotation.typeName?.name === 'Promise';
const hooks = /^on(Module|Application)|^beforeApplication/;

/** Repositories: what is public and answers with a promise runs SQL, and takes `scope: Scope` first. */
const repositoryScope = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const excused = (node) => {
      const first = [node, ...(node.declaration?.decorators ?? []), ...(node.decorators ?? [])].sort((a, b) => a.range[0] - b.range[0])[0];
      return context.sourceCode.getCommentsBefore(first).some((comment) => withoutScope.test(comment.value.replace(/\s+\*?\s*/g, ' ')));
    };
    const check = ({ name, callable, node, owner = node }) => {
      if (!returnsPromise(callable) || isScope(callable.params[0]) || excused(node) || excused(owner)) return;
      context.report({
        node,
        message: `${name} runs without a workspace. Take \`scope: Scope\` as the first parameter and filter by scope.workspaceId; where no workspace can be known, say why in the comment above: "Without scope: <reason>".`,
      });
    };
    const methods = (node) => {
      for (const member of node.declaration.body.body) {
        const hidden = member.accessibility === 'private' || member.accessibility === 'protected' || member.key?.type === 'PrivateIdentifier';
        const callable = member.type === 'PropertyDefinition' ? member.value : member.type === 'MethodDefinition' ? member.value : null;
        if (hidden || !callable?.params || hooks.test(member.key.name)) continue;
        check({ name: member.key.name ?? 'A method', callable, node: member, owner: node });
      }
    };
    return {
      'ExportNamedDeclaration[declaration.type="ClassDeclaration"]': methods,
      'ExportNamedDeclaration[declaration.type="FunctionDeclaration"]': (node) => check({ name: node.declaration.id.name, callable: node.declaration, node }),
    };
  },
};

// ESLint's cache forgets what it knew when a plugin's version changes: here when this file or the layers do.
const tags = Object.values(graph.nodes).map((project) => [project.data.root, project.data.tags]);
const version = createHash('sha256').update(readFileSync(import.meta.filename)).update(JSON.stringify(tags)).digest('hex').slice(0, 12);

const wend = {
  meta: { name: 'wend', version },
  rules: {
    layers: layerRule,
    'pure-core': noImport,
    'sandbox-imports': noImport,
    'library-homes': noImport,
    'plain-editor': noImport,
    'module-index': moduleIndex,
    'repository-scope': repositoryScope,
    'environment-in-config': forbid(
      ':matches(MemberExpression[object.name="process"]:matches([property.name="env"], [property.value="env"]), VariableDeclarator[init.name="process"] Property[key.name="env"], ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name="env"])',
      "Read the environment in the process's config.ts, where zod checks it at start and names all problems at once, and pass the parsed value on.",
    ),
    'named-exports': forbid(
      ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
      'Export it by name: `export function name()`. Only files that a framework loads by their place have a default export.',
    ),
    'no-chance': forbid(
      ':matches(MemberExpression[object.name="Math"][property.name="random"], CallExpression[callee.name="setInterval"], MemberExpression[object.name=/^(Intl|Temporal)$/], TSQualifiedName[left.name=/^(Intl|Temporal)$/], CallExpression[callee.property.name=/^toLocale/])',
      'The same run must decide the same everywhere and for years. Draw from the seed in the state (drawOf); let the backend answer dates and zones as facts, and wait by commands.',
    ),
    'no-clock': forbid(
      ':matches(NewExpression[callee.name="Date"], CallExpression[callee.name="Date"], MemberExpression[object.name=/^(Date|performance)$/], CallExpression[callee.name="setTimeout"])',
      'The engine has no clock. Read `at` of the input that is folded; ask for what depends on a calendar as a fact.',
    ),
  },
};

const sources = '**/*.{ts,tsx}';
const tests = ['**/*.spec.{ts,tsx}', '**/test/**', '**/e2e/**'];

/** Tests and measurements of the whole, from the browser to the servers. */
const whole = ['**/e2e/**', '**/bench/**'];

/** Libraries that may be known in one place only. */
const homes = {
  typeorm: { pattern: '^(typeorm|@nestjs/typeorm)($|/)', message: 'TypeORM stays in *.entity.ts, *.repository.ts and backend/src/platform/database. Add a method to a repository and call that.' },
  temporal: { pattern: '^@temporalio/', message: 'Temporal stays in workflows/temporal, backend/src/platform/temporal and *.activities.ts. Export what you need from @wend/temporal in words of the product.' },
  flow: { pattern: '^@xyflow/', message: 'React Flow stays in journey-editor/canvas: it draws a view of the graph. Work on the graph with the edits of @wend/contract, or export a component from canvas.' },
};
const only = (...libraries) => ['error', libraries];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/.next/**', '**/node_modules/**', '**/next-env.d.ts', '**/*.d.ts', '.wend/**', '.nx/**', 'test-results/**', 'workflows/node-sdk/template/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: [sources],
    extends: [tseslint.configs.recommended],
    // Nest reads the types of constructor parameters at run time: imports of those must stay values.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
    },
  },
  {
    plugins: { wend },
    rules: {
      'no-unused-vars': 'off',
      // What comes from outside is cleaned of exactly these characters.
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      'wend/layers': ['error', { depConstraints, allow: [] }],
      'wend/named-exports': 'error',
    },
    extends: [{ plugins: { '@typescript-eslint': tseslint.plugin } }],
  },
  { files: whole, rules: { 'wend/layers': 'off' } },
  { files: ['frontend/dashboard/src/app/**', '**/*.config.{ts,mjs}'], rules: { 'wend/named-exports': 'off' } },
  {
    files: ['workflows/contract/src/**', 'workflows/engine/src/**'],
    ignores: tests,
    rules: {
      'wend/pure-core': ['error', [{ pattern: '^(node:|@nestjs/|typeorm|@temporalio/|liquidjs)', message: 'contract and engine run in browsers and in the workflow sandbox. Take the value as an argument, or put the code where the I/O is: backend or workflows/temporal.' }]],
    },
  },
  {
    files: ['workflows/engine/src/**'],
    ignores: tests,
    rules: {
      'wend/pure-core': ['error', [
        { pattern: '^[^.]', types: true, message: 'The engine imports nothing at run time: each cached workflow pays for it. Use `import type` from @wend/contract, and write the few lines of code it needs here.' },
        { pattern: '^(?!@wend/contract$)[^.]', message: 'The engine knows no types but those of @wend/contract. Add the type there.' },
      ]],
      'wend/no-chance': 'error',
      'wend/no-clock': 'error',
    },
  },
  {
    files: ['workflows/temporal/src/*.workflow.ts'],
    rules: {
      'wend/sandbox-imports': ['error', [{
        pattern: '^(?!@temporalio/workflow$|@wend/engine/run$|\\./[\\w-]+\\.workflow\\.js$)',
        types: true,
        message: 'The sandbox loads only @temporalio/workflow and @wend/engine/run: each cached workflow pays for every module. Use `import type`; do the work in an activity; what must run here, export from workflows/engine/src/run.ts.',
      }]],
      'wend/no-chance': 'error',
    },
  },
  { files: [sources], rules: { 'wend/library-homes': only(homes.typeorm, homes.temporal, homes.flow) } },
  { files: ['backend/src/**/*.{entity,repository}.ts', 'backend/src/platform/database/**'], rules: { 'wend/library-homes': only(homes.temporal, homes.flow) } },
  { files: ['workflows/temporal/**', 'backend/src/platform/temporal/**', 'backend/src/**/*.activities.ts'], rules: { 'wend/library-homes': only(homes.typeorm, homes.flow) } },
  { files: ['frontend/dashboard/src/features/journey-editor/canvas/**'], rules: { 'wend/library-homes': only(homes.typeorm, homes.temporal) } },
  {
    files: ['frontend/dashboard/src/{components,lib}/**', 'frontend/dashboard/src/features/journey-editor/**'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts', 'frontend/dashboard/src/features/journey-editor/store/checks.ts'],
    rules: {
      'wend/plain-editor': ['error', [{
        pattern: '^(@wend/contract|zod)$',
        types: true,
        message: 'Schemas are a tenth of what the editor would load before it shows a journey. Take values from @wend/contract/plain; what checks something unknown goes into journey-editor/store/checks.ts, which is loaded afterwards.',
      }]],
    },
  },
  // Bodies of answers are read as they come, and the expectations say what they are.
  { files: tests, rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  {
    // Only where a lost failure costs most: it needs types, which take longer than all other rules together.
    files: ['backend/src/**/*.ts', 'workflows/temporal/src/**/*.ts'],
    ignores: tests,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  },
  { files: ['backend/src/**/*.ts'], rules: { 'wend/module-index': 'error' } },
  { files: ['backend/src/**/*.repository.ts'], rules: { 'wend/repository-scope': 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    // What starts the clone hands the environment on to its children; entry points below bin are their own config.
    ignores: ['**/config.ts', '*.config.{ts,mjs}', 'frontend/dashboard/next.config.ts', 'docker/local/**', '**/src/bin/**', ...whole, ...tests],
    rules: { 'wend/environment-in-config': 'error' },
  },
);
