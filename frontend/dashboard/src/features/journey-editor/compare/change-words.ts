import type { Graph, GraphChanges, GraphNode, Json, Manifests, SettingChange } from '@wend/contract';
import { isObject, isRule, manifestOf, ruleWords, settingChanges } from '@wend/contract/plain';
import type { Translator } from '@/i18n/translator';

type Texts = Translator<'editor-compare'>;
/** A setting that differs, by its name in the form. `lines`: it is a text of several, to be told line by line. */
export type ToldChange = { path: string; label: string; before: string; after: string; lines: boolean };

type Given = { node: GraphNode; before: GraphNode; manifests: Manifests };

/** What differs in a step: its name, its type, and its settings by their labels. */
export function stepChanges(t: Texts, { node, before, manifests }: Given): ToldChange[] {
  const schema = manifestOf(manifests, node)?.config;
  const own: ToldChange[] = [];
  if (node.name !== before.name) own.push(plain('name', t('name'), before.name, node.name));
  if (node.type !== before.type || node.version !== before.version)
    own.push(plain('version', t('type'), typeWords(before), typeWords(node)));
  return [
    ...own,
    ...settingChanges({ before: before.config, after: node.config, schema }).map((change) => told(t, change)),
  ];
}

const settingNames = ['reentry', 'exitCriteria', 'goals', 'limits', 'holdout'] as const;

/** What differs in the settings of the journey. */
export function journeyChanges(t: Texts, { before, after }: { before: Graph; after: Graph }): ToldChange[] {
  return settingChanges({ before: before.settings as never, after: after.settings as never }).map((change) => {
    const [first, ...rest] = change.labels;
    const known = settingNames.find((name) => name === first);
    return told(t, { ...change, labels: [known ? t(`settings.${known}`) : (first ?? ''), ...rest] });
  });
}

/** Labels of the fields that differ, for one line. */
export function fieldWords(t: Texts, given: Given): string[] {
  return [...new Set(stepChanges(t, given).map(({ label }) => label.split(' › ')[0] ?? label))];
}

/** Where each way out of a step leads, before and after; only those that differ. */
export function wayChanges(
  t: Texts,
  { id, before, after, portName }: { id: string; before: Graph; after: Graph; portName: (port: string) => string },
): { port: string; before: string; after: string }[] {
  const leads = (graph: Graph, port: string) =>
    graph.edges
      .filter((edge) => edge.from === id && edge.port === port)
      .map((edge) => graph.nodes[edge.to]?.name ?? edge.to)
      .join(', ');
  const ports = [...before.edges, ...after.edges].filter((edge) => edge.from === id).map((edge) => edge.port);
  const targets = (graph: Graph, port: string) =>
    graph.edges.flatMap((edge) => (edge.from === id && edge.port === port ? [edge.to] : [])).join(' ');
  return [...new Set(ports)]
    .filter((port) => targets(before, port) !== targets(after, port))
    .map((port) => ({
      port: portName(port),
      before: leads(before, port) || t('nowhere'),
      after: leads(after, port) || t('nowhere'),
    }));
}

/** Every step that differs, with what it is now, for the canvas and its legend. */
export type Mark = 'added' | 'removed' | 'changed' | 'rewired';
export function marksOf({ added, removed, changed, rewired }: GraphChanges): Map<string, Mark[]> {
  const marks = new Map<string, Mark[]>();
  const mark = (kind: Mark) => (node: GraphNode) => marks.set(node.id, [...(marks.get(node.id) ?? []), kind]);
  added.forEach(mark('added'));
  removed.forEach(mark('removed'));
  changed.forEach(({ node }) => mark('changed')(node));
  rewired.forEach(mark('rewired'));
  return marks;
}

/**
 * Both graphs in one picture: the later one, with the steps and lines that are gone. Lines that are gone have ids of
 * their own.
 */
export function mergedGraph({ before, after }: { before: Graph; after: Graph }): {
  graph: Graph;
  gone: Set<string>;
  come: Set<string>;
} {
  const key = ({ from, port, to }: Graph['edges'][number]) => `${from} ${port} ${to}`;
  const old = new Set(before.edges.map(key));
  const now = new Set(after.edges.map(key));
  const lost = before.edges.filter((edge) => !now.has(key(edge))).map((edge) => ({ ...edge, id: `gone:${edge.id}` }));
  return {
    graph: { ...after, nodes: { ...before.nodes, ...after.nodes }, edges: [...after.edges, ...lost] },
    gone: new Set(lost.map(({ id }) => id)),
    come: new Set(after.edges.filter((edge) => !old.has(key(edge))).map(({ id }) => id)),
  };
}

function told(t: Texts, { path, labels, before, after }: SettingChange): ToldChange {
  const [old, now] = [valueWords(t, before), valueWords(t, after)];
  return { path, label: labels.join(' › '), before: old, after: now, lines: `${old}${now}`.includes('\n') };
}

function plain(path: string, label: string, before: string, after: string): ToldChange {
  return { path, label, before, after, lines: false };
}

function typeWords({ type, version }: GraphNode): string {
  return `${type} ${version}`;
}

function valueWords(t: Texts, value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return t('empty');
  if (typeof value === 'boolean') return value ? t('on') : t('off');
  if (typeof value !== 'object') return String(value);
  if (isRule(value)) return ruleWords(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ') || t('empty');
  if (isObject(value) && typeof value['amount'] === 'number' && typeof value['unit'] === 'string')
    return `${value['amount']} ${value['unit']}`;
  return JSON.stringify(value, null, 2);
}
