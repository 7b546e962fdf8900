import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cases } from './cases.js';

// All in one file: each that reads the config reads the graph of the packages, which takes seconds.
const clone = fileURLToPath(new URL('../..', import.meta.url));
const rules = readdirSync(new URL('rules', import.meta.url)).flatMap((file) => /^(.+)\.mjs$/.exec(file)?.[1] ?? []);
const cases = import.meta.glob<Cases>('./rules/*.cases.ts', { eager: true, import: 'cases' });
let eslint: ESLint;

beforeAll(async () => {
  // The files here do not exist: no rule that needs their types can run.
  const untyped = {
    languageOptions: { parserOptions: { projectService: false } },
    rules: { '@typescript-eslint/no-floating-promises': 'off' as const },
  };
  eslint = new ESLint({
    cwd: clone,
    overrideConfig: [untyped],
    ruleFilter: ({ ruleId }) => ruleId.startsWith('wend/'),
  });
  // The first file reads the config and the graph of the packages.
  await problems({ path: 'backend/src/x.ts', code: '' });
}, 60_000);

/** What the rules of the layout say about `code` in a file at `path`: `rule: message`. */
async function problems({ path, code }: { path: string; code: string }): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${clone}${path}` });
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

it('has cases for every rule', () => {
  expect(rules.length).toBeGreaterThan(0);
  expect(Object.keys(cases).sort()).toEqual(rules.map((name) => `./rules/${name}.cases.ts`).sort());
});

describe.each(Object.values(cases))('$name', ({ broken, kept }) => {
  it.each(broken)('reports $code in $path', async ({ path, code, says }) => {
    const found = await problems({ path, code });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });
  it.each(kept)('allows $code in $path', async ({ path, code }) => {
    expect(await problems({ path, code })).toEqual([]);
  });
});
