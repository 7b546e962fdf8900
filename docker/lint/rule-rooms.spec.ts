import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const editor = 'frontend/dashboard/src/features/rules';

/** What TypeScript says of a file when another text stands in it. */
function problemsOf({ path, config, text }: { path: string; config: string; text: string }): string[] {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    join(root, config),
    { noEmit: true, composite: false, incremental: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  )!;
  const host = ts.createCompilerHost(options);
  const file = join(root, path);
  const read = host.readFile.bind(host);
  host.readFile = (each) => (each === file ? text : read(each));
  const program = ts.createProgram({ rootNames: [file], options, host });
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it.each([
  ['workflows/engine', 'workflows/engine/src/rules/operators/index.ts', 'contains'],
  ['workflows/engine', 'workflows/engine/src/rules/operands/index.ts', 'trait'],
  ['backend', 'backend/src/rules/operators/index.ts', 'contains'],
  ['backend', 'backend/src/rules/operands/index.ts', 'trait'],
  ['frontend/dashboard', `${editor}/value-fields.tsx`, 'contains'],
  ['frontend/dashboard', `${editor}/operands/index.ts`, 'trait'],
])(
  '%s: %s does not compile without %s',
  (workspace, path, name) => {
    const whole = readFileSync(join(root, path), 'utf8');
    const text = whole.replace(new RegExp(`(?<=[{,]\\s)\\s*${name}(: \\w+)?,`), '');
    expect(text).not.toBe(whole);
    expect(problemsOf({ path, config: `${workspace}/tsconfig.json`, text })).toEqual([
      expect.stringContaining(`Property '${name}' is missing`),
    ]);
  },
  60_000,
);
