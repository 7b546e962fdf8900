import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importPackage } from './import-package.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wend-package-'));
  writeFileSync(join(folder, 'entry.js'), 'export const nodes = [1];');
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['exports of conditions', { exports: { '.': { types: './entry.d.ts', default: './entry.js' } } }],
  ['exports of a file', { exports: './entry.js' }],
  ['main', { main: './entry.js' }],
])('loads a package from its folder: %s', async (_, manifest) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', ...manifest }));
  expect(await importPackage(folder)).toMatchObject({ nodes: [1] });
});

it('loads a file, and says that a relative path is none', async () => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  expect(await importPackage(join(folder, 'entry.js'))).toMatchObject({ nodes: [1] });
  await expect(importPackage('../acme')).rejects.toThrow('absolute path');
  await expect(importPackage(join(folder, 'missing'))).rejects.toThrow('ENOENT');
});
