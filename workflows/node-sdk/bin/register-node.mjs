import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Makes a package a workspace, as `npm install` would, without network: the lists of workspaces and projects, the lock
 * files, the link in node_modules; and a part of the images. Doing it again changes nothing.
 */
export function registerNode({ root, dir, packageName }) {
  edit(join(root, 'package.json'), (text) =>
    addToList({ text, list: 'workspaces', item: JSON.stringify(dir), indent: '    ' }),
  );
  edit(join(root, 'tsconfig.json'), (text) =>
    addToList({ text, list: 'references', item: `{ "path": ${JSON.stringify(dir)} }`, indent: '    ' }),
  );
  const manifest = JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'));
  edit(join(root, 'package-lock.json'), (text) => lock({ text, dir, packageName, manifest }));
  edit(join(root, 'node_modules', '.package-lock.json'), (text) => lock({ text, dir, packageName, manifest }));
  edit(join(root, 'docker', 'Dockerfile'), (text) => addToImages({ text, dir, packageName }));
  link({ root, dir, packageName });
}

/**
 * Each list of packages in the Dockerfile gets one more: whose manifests decide what is installed, what is built, what
 * the backend needs.
 */
function addToImages({ text, dir, packageName }) {
  if (text.includes(`COPY ${dir}/package.json `)) return text;
  return text
    .replace(/(?:^COPY \S+\/package\.json \S+\/\n)+/m, (lines) => `${lines}COPY ${dir}/package.json ${dir}/\n`)
    .replace(/for package in [^;]+(?=;)/, (list) => `${list} ${dir}`)
    .replace(/--workspace @wend\/backend.*$/m, (line) => `${line} --workspace ${packageName}`);
}

function edit(file, change) {
  if (!existsSync(file)) return;
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(file, after);
}

/** Adds an item at the end of a list, as text, so that the rest of the file stays as people wrote it. */
function addToList({ text, list, item, indent }) {
  const found = new RegExp(`("${list}"\\s*:\\s*\\[)([^\\]]*)\\]`).exec(text);
  if (!found)
    throw new Error(
      `The list “${list}” was not found in package.json or tsconfig.json of this repository: add ${item} by hand.`,
    );
  const [whole, head, items] = found;
  if (items.includes(item)) return text;
  const body = items.trimEnd();
  const next = body.trim() === '' ? `${head}\n${indent}${item}\n  ]` : `${head}${body},\n${indent}${item}\n  ]`;
  return text.slice(0, found.index) + next + text.slice(found.index + whole.length);
}

function lock({ text, dir, packageName, manifest }) {
  const file = JSON.parse(text);
  const packages = file.packages ?? {};
  const rootPackage = packages[''];
  if (rootPackage?.workspaces && !rootPackage.workspaces.includes(dir)) rootPackage.workspaces.push(dir);
  const entries = {
    ...packages,
    [dir]: {
      name: packageName,
      version: manifest.version,
      license: manifest.license,
      dependencies: manifest.dependencies,
    },
    [`node_modules/${packageName}`]: { resolved: dir, link: true },
  };
  file.packages = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return `${JSON.stringify(file, null, 2)}\n`;
}

function link({ root, dir, packageName }) {
  const modules = join(root, 'node_modules');
  const place = join(modules, ...packageName.split('/'));
  if (!existsSync(modules) || lstatSync(place, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(relative(dirname(place), join(root, dir)), place, 'junction');
}
