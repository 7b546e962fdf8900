import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const template = join(dirname(fileURLToPath(import.meta.url)), '..', 'template');

/**
 * Writes a package from the template. `dir` is a folder of this repository that does not exist yet. Returns what the
 * package is called.
 */
export function createNode({ root, type, dir }) {
  const match = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.exec(type ?? '');
  if (!match)
    throw new Error(
      `“${type}” is not a node type: write vendor/name in lower-case letters, digits and “-”, such as acme/my-node.`,
    );
  const [, vendor, kebab] = match;
  if (vendor === 'wend')
    throw new Error('The vendor “wend” is for built-in nodes: take a name of your own, such as acme.');
  const target = resolve(root, dir ?? join('examples', kebab));
  const inside = relative(root, target);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
    throw new Error(
      `“${dir}” is not a folder inside this repository: the package uses its tools. Choose one such as examples/${kebab}.`,
    );
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Error(`${inside} is not empty: choose another folder with --dir.`);

  const path = inside.split(sep).join('/');
  const words = {
    type,
    kebab,
    dir: path,
    package: `@${vendor}/${kebab}`,
    camel: camel(kebab),
    title: title(kebab),
    root: relative(target, root).split(sep).join('/'),
    zod: zodVersion(root),
  };
  for (const [from, to] of filesOf(kebab)) {
    const text = readFileSync(join(template, from), 'utf8').replace(
      /__([a-z]+)__/g,
      (whole, word) => words[word] ?? whole,
    );
    mkdirSync(dirname(join(target, to)), { recursive: true });
    writeFileSync(join(target, to), text);
  }
  return { type, kebab, dir: path, packageName: words.package, title: words.title };
}

function filesOf(kebab) {
  return [
    ['package.json.template', 'package.json'],
    ['tsconfig.json.template', 'tsconfig.json'],
    ['README.md.template', 'README.md'],
    ['src/index.ts.template', 'src/index.ts'],
    ['src/node.ts.template', `src/${kebab}.node.ts`],
    ['src/node.spec.ts.template', `src/${kebab}.node.spec.ts`],
  ];
}

/** A word that JavaScript keeps for itself gets “Node” behind it. */
function camel(kebab) {
  const name = kebab.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return /^(break|case|catch|class|const|continue|default|delete|do|else|export|extends|finally|for|function|if|import|in|new|return|super|switch|this|throw|try|typeof|var|void|while|with|yield|let|static|enum|await|null|true|false|nodes|done|it|expect|config|z)$/.test(
    name,
  )
    ? `${name}Node`
    : name;
}

function title(kebab) {
  const words = kebab.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function zodVersion(root) {
  const sdk = JSON.parse(readFileSync(join(root, 'workflows', 'node-sdk', 'package.json'), 'utf8'));
  return sdk.dependencies.zod;
}
