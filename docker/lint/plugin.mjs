/**
 * The rules of the layout, each with a message that says what to do instead. A rule is a file below `rules/`, beside
 * the cases that prove that it still reports.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { graph } from './graph.mjs';
import { channelNames, channelNamesRule } from './rules/channel-names.mjs';
import { environmentInConfig } from './rules/environment-in-config.mjs';
import { layersRule } from './rules/layers.mjs';
import { libraryHomes } from './rules/library-homes.mjs';
import { moduleIndex } from './rules/module-index.mjs';
import { namedExports } from './rules/named-exports.mjs';
import { noLiteralText } from './rules/no-literal-text.mjs';
import { plainEditor } from './rules/plain-editor.mjs';
import { pureCore } from './rules/pure-core.mjs';
import { repositoryScope } from './rules/repository-scope.mjs';
import { sandboxImports } from './rules/sandbox-imports.mjs';
import { sqlHomes } from './rules/sql-homes.mjs';

/** Where two say something about the same file, the later one counts. */
const all = [
  layersRule,
  namedExports,
  pureCore,
  sandboxImports,
  libraryHomes,
  plainEditor,
  noLiteralText,
  moduleIndex,
  repositoryScope,
  sqlHomes,
  environmentInConfig,
  channelNamesRule,
];

const textsOf = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name.endsWith('.mjs'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .sort();

// ESLint's cache forgets what it knew when a plugin's version changes: here when a rule, the layers or the channels do.
const tags = Object.values(graph.nodes).map((project) => [project.data.root, project.data.tags]);
const version = createHash('sha256')
  .update(JSON.stringify([textsOf(import.meta.dirname), tags, channelNames]))
  .digest('hex')
  .slice(0, 12);

const plugin = {
  meta: { name: 'wend', version },
  rules: Object.assign({}, ...all.map(({ rules }) => rules)),
};

/** For eslint.config.mjs. */
export const rulesOfTheLayout = [{ plugins: { wend: plugin } }, ...all.flatMap(({ config }) => config)];
