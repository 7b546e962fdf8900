import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { version } from './version.js';

const inPackage = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wend-web-'));
  execFileSync(process.execPath, [inPackage('bin/build.mjs'), folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is less than 12 kB for a page, packed, and the worker less than 4', () => {
  const packed = (name: string) => gzipSync(readFileSync(join(folder, name))).length;
  expect(packed('wend.js')).toBeGreaterThan(1_000);
  expect(packed('wend.js')).toBeLessThan(12_000);
  expect(packed('wend-sw.js')).toBeLessThan(4_000);
});

it('is whole in itself: imports nothing, and is a script that needs no module', () => {
  for (const name of ['wend.js', 'wend-sw.js']) {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).not.toMatch(/\bimport\b|\bexport\b|\brequire\(/);
    expect(() => new Function(text)).not.toThrow();
  }
});

it('says the version that its package has, and depends on nothing', () => {
  const manifest = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest['version']).toBe(version);
  expect(manifest['dependencies']).toBeUndefined();
});
