import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { editorFeatures, features, languages } from './languages';
import { filesOf } from './texts.fixture';

const messages = new URL('../../messages/', import.meta.url);
const sources = fileURLToPath(new URL('../', import.meta.url));

/** Every text by its whole key: `settings.membersSettings.you`. */
function flat(value: unknown, key = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[key, value]]);
  return new Map(
    Object.entries(value as object).flatMap(([name, inner]) => [...flat(inner, key === '' ? name : `${key}.${name}`)]),
  );
}

/** What a text is filled with, and the tags in it. */
function blanks(text: string): string[] {
  const found = [...text.matchAll(/\{(\w+)\s*[,}]|<(\w+)>/g)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set(found)].sort();
}

const english = flat(filesOf(new URL('en/', messages)));

type Source = {
  namespaces: Set<string>;
  spoken: string[];
  literals: Set<string>;
  patterns: RegExp[];
  imports: string[];
};

const quoted = (text: string) => text.replaceAll('.', '\\.');

function read(path: string): Source {
  const code = readFileSync(path, 'utf8');
  const literals = new Set([...code.matchAll(/'([\w.-]+)'/g)].map((match) => match[1] ?? ''));
  const templates = [...code.matchAll(/`([\w.-]*)\$\{[^`{}]*\}([\w.-]*)`/g)];
  const parts = [...code.matchAll(/Messages\['([\w-]+)'\]\['([\w-]+)'\]/g)].map((match) => `${match[1]}.${match[2]}`);
  const imports = [...code.matchAll(/from '(\.[^']+|@\/[^']+)'/g)].map((match) => {
    const target = match[1] ?? '';
    return target.startsWith('@/') ? join(sources, target.slice(2)) : resolve(dirname(path), target);
  });
  return {
    spoken: [...code.matchAll(/useTranslations\('([\w.-]+)'\)/g)].map((match) => match[1] ?? ''),
    literals,
    imports,
    namespaces: new Set([...literals, ...parts].filter((each) => features.some((name) => each.split('.')[0] === name))),
    // `kinds.${kind}`: any one key may stand for what is filled in.
    patterns: templates
      .filter(([, before, after]) => before !== '' || after !== '')
      .map(([, before = '', after = '']) => new RegExp(`^${quoted(before)}[\\w:-]+${quoted(after)}$`)),
  };
}

const files = new Map(
  readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(spec|fixture)\.tsx?$/.test(name))
    .map((name) => [join(sources, name), read(join(sources, name))] as const),
);

/** Whose keys are the members of a type, which the compiler compares: `t(role)`. */
const namedByTypes = [
  'events.types',
  'events.where',
  'common.roles',
  'consents.dialog.startsHelp',
  'consents.dialog.startsOf',
  'consents.moves',
  'consents.person.states',
  'consents.picker',
  'consents.topics.startsOf',
  'editor-palette.categories',
  'editor-replay.whyList',
  'editor-rules.between',
  'editor-rules.consents',
  'editor-rules.counts',
  'editor-rules.distances',
  'editor-rules.families',
  'editor-rules.joins',
  'editor-rules.journeyStates',
  'editor-rules.messageStates',
  'editor-rules.missing',
  'editor-rules.parts',
  'editor-rules.sources',
  'editor-rules.spans',
  'editor-rules.typeNote.never',
  'editor-rules.typeNote.read',
  'editor-rules.types',
  'editor-shell.saveNote',
  'imports.counts',
  'imports.states',
  'segments.build',
  'editor-store.change',
];

/** A namespace counts where it is named, and one import away: there `t` is handed on. */
function isUsed(key: string): boolean {
  return [...files.values()].some(({ namespaces, literals, patterns, imports }) => {
    const near = imports.flatMap((path) => [`${path}.ts`, `${path}.tsx`].flatMap((each) => files.get(each) ?? []));
    const known = [namespaces, ...near.map((each) => each.namespaces)].flatMap((each) => [...each]);
    return (
      literals.has(key) ||
      known.some((namespace) => {
        if (!key.startsWith(`${namespace}.`)) return false;
        const rest = key.slice(namespace.length + 1);
        return literals.has(rest) || patterns.some((pattern) => pattern.test(rest));
      })
    );
  });
}

/** The components of a page: what it imports, and what that imports. */
function reached(path: string, found = new Set<string>()): Set<string> {
  for (const target of files.get(path)?.imports ?? [])
    for (const each of [`${target}.ts`, `${target}.tsx`])
      if (files.has(each) && !each.includes('/i18n/') && !found.has(each)) reached(each, found.add(each));
  return found;
}

describe('the texts', () => {
  it('lie in a file for each feature', () => {
    for (const language of languages)
      expect(Object.keys(filesOf(new URL(`${language}/`, messages))).sort()).toEqual([...features].sort());
    expect(readdirSync(messages).sort()).toEqual([...languages].sort());
  });

  // It reads every source of the dashboard.
  it('are all used', { timeout: 60_000 }, () => {
    expect(
      [...english.keys()].filter((key) => !isUsed(key) && !namedByTypes.some((each) => key.startsWith(`${each}.`))),
    ).toEqual([]);
  });

  it.each(languages)('are all there in %s, with the same blanks', (language) => {
    const texts = flat(filesOf(new URL(`${language}/`, messages)));
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of texts) expect([key, blanks(text)]).toEqual([key, blanks(english.get(key) ?? '')]);
  });

  it('begin and end with a blank only where they are joined to others', () => {
    const edges = [...english].filter(([, text]) => text !== text.trim()).map(([key]) => key);
    expect(edges.sort()).toEqual([
      'editor-canvas.summary.at',
      'editor-canvas.summary.on',
      'editor-canvas.summary.where',
      'editor-replay.timeLine.position',
    ]);
  });

  it.each([...files.keys()].filter((path) => path.endsWith('/page.tsx')))('that %s shows are sent with it', (path) => {
    const code = readFileSync(path, 'utf8');
    const given = code.includes('editorFeatures')
      ? editorFeatures
      : [...(/<Texts\s+of=\{\[([^\]]*)\]\}\s*>/.exec(code)?.[1] ?? '').matchAll(/'([\w-]+)'/g)].map(
          (match) => match[1],
        );
    const known = new Set<string | undefined>(['common', 'shell', ...given]);
    const shown = [...reached(path)].flatMap((each) => [...(files.get(each)?.spoken ?? [])]);
    expect(shown.filter((each) => !known.has(each.split('.')[0]))).toEqual([]);
  });
});
