import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

const skipped = /^(node_modules|dist|template|\..*)$/;

/** Every TypeScript source below a folder, as absolute paths. */
const sourcesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.test(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });

/** Whether an import or export is of types alone, and gone when the program runs. */
const isTypeOnly = (statement) => {
  if (ts.isExportDeclaration(statement))
    return (
      statement.isTypeOnly ||
      (statement.exportClause !== undefined &&
        ts.isNamedExports(statement.exportClause) &&
        statement.exportClause.elements.length > 0 &&
        statement.exportClause.elements.every((each) => each.isTypeOnly))
    );
  const clause = statement.importClause;
  if (clause === undefined) return false;
  const named = clause.namedBindings;
  return (
    clause.isTypeOnly ||
    (clause.name === undefined &&
      named !== undefined &&
      ts.isNamedImports(named) &&
      named.elements.length > 0 &&
      named.elements.every((each) => each.isTypeOnly))
  );
};

/** What a file loads before it runs: the specifiers of its imports and exports that are not of types. */
export const loadedBy = ({ path, text }) =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    return specifier && ts.isStringLiteral(specifier) && !isTypeOnly(statement) ? [specifier.text] : [];
  });

/** The file behind a specifier: relative ones, and `@/`, which is the dashboard's `src`. */
const resolve = ({ specifier, from, root, files }) => {
  const base = specifier.startsWith('@/')
    ? join(root, 'frontend', 'dashboard', 'src', specifier.slice(2))
    : specifier.startsWith('.')
      ? join(dirname(from), specifier)
      : null;
  if (base === null) return [];
  const stem = base.replace(/\.jsx?$/, '');
  return [`${stem}.ts`, `${stem}.tsx`, join(base, 'index.ts'), join(base, 'index.tsx')].filter((each) =>
    files.has(each),
  );
};

/** Groups of files that reach one another, each as sorted names (Tarjan). `loads`: for each name those that it loads. */
export const circlesIn = (loads) => {
  const number = new Map();
  const lowest = new Map();
  const open = [];
  const circles = [];
  const visit = (name) => {
    number.set(name, number.size);
    lowest.set(name, number.get(name));
    open.push(name);
    for (const next of loads.get(name) ?? []) {
      if (!number.has(next)) visit(next);
      if (open.includes(next)) lowest.set(name, Math.min(lowest.get(name), lowest.get(next)));
    }
    if (lowest.get(name) !== number.get(name)) return;
    const circle = open.splice(open.indexOf(name));
    if (circle.length > 1 || loads.get(name)?.includes(name)) circles.push(circle.sort());
  };
  for (const name of loads.keys()) if (!number.has(name)) visit(name);
  return circles;
};

/** The circles among the sources of these folders, as paths from the root. */
export const importCircles = ({ root, folders }) => {
  const files = new Set(folders.flatMap((folder) => sourcesBelow(join(root, folder))));
  const nameOf = (file) => relative(root, file).split(sep).join('/');
  const loads = [...files].map((from) => [
    nameOf(from),
    loadedBy({ path: from, text: readFileSync(from, 'utf8') }).flatMap((specifier) =>
      resolve({ specifier, from, root, files }).slice(0, 1).map(nameOf),
    ),
  ]);
  return circlesIn(new Map(loads));
};
