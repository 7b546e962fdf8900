/**
 * Makes wend.js and wend-sw.js: one small script each, for pages and service workers without a bundler. They go to
 * dist, or to the folder of the first argument.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const inPackage = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = process.argv[2] ?? inPackage('dist');

for (const [input, output] of [
  ['src/browser.ts', 'wend.js'],
  ['src/worker.ts', 'wend-sw.js'],
]) {
  await build({
    input: inPackage(input),
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    transform: { target: 'es2022' },
    logLevel: 'warn',
    output: { file: join(folder, output), format: 'iife', minify: true },
  });
}
