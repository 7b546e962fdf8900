/** Which packages with nodes of people's own `npm start` loads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inClone } from './paths.mjs';

/** What `npm run new:node` writes into the package.json of a package with nodes. */
const tag = 'layer:example';

const manifestOf = (...path) => JSON.parse(readFileSync(inClone(...path, 'package.json'), 'utf8'));

/**
 * Those of WEND_NODE_PACKAGES; without it all of this clone, so that a new one is there at the next start and stays
 * there.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string[]}
 */
export const nodePackages = (env = process.env) => {
  if (env.WEND_NODE_PACKAGES !== undefined)
    return env.WEND_NODE_PACKAGES.split(',')
      .map((name) => name.trim())
      .filter(Boolean);
  return manifestOf()
    .workspaces.map((folder) => manifestOf(join(...folder.split('/'))))
    .filter(({ nx }) => nx?.tags?.includes(tag))
    .map(({ name }) => name);
};
