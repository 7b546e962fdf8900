import { join } from 'node:path';
import { expect, it } from 'vitest';
import { circlesIn, importCircles, loadedBy } from './import-circles.mjs';

const root = join(import.meta.dirname, '..', '..');
const folders = ['workflows', 'backend', 'frontend', 'migrations', 'examples'];

/**
 * What two files take from each other is not there yet for the one that loads second, and neither can be read or moved
 * by itself. Types may go round: they are gone when the program runs.
 */
it('no files import each other in a circle: move what both need into a file of its own', () => {
  expect(importCircles({ root, folders }).map((files) => files.join(' ↔ '))).toEqual([]);
}, 60_000);

it('finds circles of two and more, and none in what only meets again', () => {
  expect(
    circlesIn(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['d']],
        ['c', ['d']],
        ['d', []],
        ['e', ['f']],
        ['f', ['g', 'a']],
        ['g', ['e']],
      ]),
    ),
  ).toEqual([['e', 'f', 'g']]);
});

it('sees what is loaded, not types', () => {
  const text = `
    import { a } from './a.js';
    import type { B } from './b.js';
    import { type C } from './c.js';
    import { type D, d } from './d.js';
    import './e.js';
    export * from './f.js';
    export type { G } from './g.js';
  `;
  expect(loadedBy({ path: 'x.ts', text })).toEqual(['./a.js', './d.js', './e.js', './f.js']);
});
