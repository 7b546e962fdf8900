import { dirname, join } from 'node:path';
import { imports } from '../building.mjs';
import { pathOf } from '../graph.mjs';

/** The backend module of a path below backend/src; undefined for the files that put the processes together. */
const moduleOf = (path) => /^backend\/src\/((?:platform\/)?[^/]+)\//.exec(path)?.[1];

const rule = {
  meta: { type: 'problem', schema: [] },
  create: (context) =>
    imports(({ node, source }) => {
      if (!source.startsWith('.')) return;
      const target = pathOf(join(dirname(context.filename), source));
      const module = moduleOf(target);
      if (
        module === undefined ||
        module === moduleOf(pathOf(context.filename)) ||
        target === `backend/src/${module}/index.js`
      )
        return;
      context.report({
        node,
        message: `"${source}" reaches into the module ${module}. Import from its index.js; export there what other modules may know.`,
      });
    }),
};

export const moduleIndex = {
  rules: { 'module-index': rule },
  config: [{ files: ['backend/src/**/*.ts'], rules: { 'wend/module-index': 'error' } }],
};
