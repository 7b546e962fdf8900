#!/usr/bin/env node
/**
 * `npm run new:node -- acme/my-node [--dir examples/my-node]`: begins a package with a node that builds and passes its
 * test.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNode } from './create-node.mjs';
import { registerNode } from './register-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const usage = 'Usage: npm run new:node -- acme/my-node [--dir examples/my-node]';

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log(usage);
  else if (positionals.length !== 1) throw new Error(usage);
  else {
    const created = createNode({ root, type: positionals[0], dir: values.dir });
    registerNode({ root, ...created });
    console.log(`Made ${created.type} in ${created.dir}. Next:

  npx tsc -b ${created.dir}
  npx vitest run --project unit ${created.dir}
  npm start

The node then stands in the palette under Actions as “${created.title}”. Edit ${created.dir}/src/${created.kebab}.node.ts; docs/writing-a-node.md tells how.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
